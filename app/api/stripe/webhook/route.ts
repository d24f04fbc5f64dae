import { answerDelivery } from '@/lib/webhooks/answer-delivery'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const POST = answerDelivery

const refuse = (): Response => new Response(null, { status: 405, headers: { allow: 'POST' } })

export const GET = refuse
export const HEAD = refuse
export const PUT = refuse
export const PATCH = refuse
export const DELETE = refuse
export const OPTIONS = refuse
