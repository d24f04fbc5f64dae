import { env } from '@/lib/env'
import { llmsText } from '@/lib/openapi/llms-text'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export function GET(): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=300' }
  return new Response(llmsText(env().APP_URL), { headers })
}
