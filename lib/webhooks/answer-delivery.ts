import { refusalOf } from '@/lib/http/refusal'
import { newId } from '@/lib/kit/ids'
import { container } from '@/lib/server/container'
import { ingestEvent } from './ingest-event'

/** The webhook endpoint: one delivery of Stripe's in, one status out. It reads no cookie and no other credential. */
export async function answerDelivery(request: Request): Promise<Response> {
  const { env, databases, log } = container()
  try {
    const { status, message } = await ingestEvent(
      { db: databases.app, log, secrets: env.STRIPE_WEBHOOK_SECRETS, livemode: env.livemode },
      request,
    )
    return answer(status, message)
  } catch (error) {
    const refusal = refusalOf(error, newId('req'), log)
    const status = refusal.code === 'database_unavailable' ? 503 : 500
    return answer(status, refusal.message, refusal.retryAfterSeconds)
  }
}

/** Stripe reads no body of a success, and sending one would cost as much as all that was done for it. */
function answer(status: number, message: string, retryAfterSeconds?: number): Response {
  const response = status === 200 ? new Response(null) : Response.json({ message }, { status })
  response.headers.set('cache-control', 'no-store')
  if (retryAfterSeconds !== undefined) response.headers.set('retry-after', String(retryAfterSeconds))
  return response
}
