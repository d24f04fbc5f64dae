import { createHmac } from 'node:crypto'
import type { Container } from '@/lib/server/container'
import { API_VERSION } from '@/lib/stripe/open-client'

const TIMEOUT_MS = 10_000

/**
 * Delivers a signed event to our own endpoint the way Stripe does, through whatever stands in front of it: a bot
 * guard, a moved domain or a redirect is noticed before payments go unbooked. The event has one id for ever, so the
 * inbox holds it once. @throws Error where the answer is not 200
 */
export async function probeWebhook({ env }: Container): Promise<{ status: number }> {
  const created = Math.floor(Date.now() / 1000)
  const body = JSON.stringify({
    id: 'evt_talktime_probe',
    object: 'event',
    type: 'talktime.probe',
    api_version: API_VERSION,
    livemode: env.livemode,
    created,
    data: { object: {} },
  })
  const secret = env.STRIPE_WEBHOOK_SECRETS[0] ?? ''
  const signature = createHmac('sha256', secret)
    .update(`${String(created)}.${body}`)
    .digest('hex')
  const response = await fetch(new URL('/api/stripe/webhook', env.APP_URL), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'stripe-signature': `t=${String(created)},v1=${signature}`,
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status !== 200) {
    throw new Error(`The webhook endpoint answers ${String(response.status)}: payments will not be booked.`)
  }
  return { status: response.status }
}
