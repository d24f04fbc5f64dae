import type { NextRequest } from 'next/server'
import { answerNextAuth } from '@/lib/http/next-auth'

export async function GET(request: NextRequest): Promise<Response> {
  return answerNextAuth(request)
}

export async function POST(request: NextRequest): Promise<Response> {
  return answerNextAuth(request)
}
