import { createHash, randomBytes } from 'node:crypto'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import { readPurchase, type PurchaseResult } from './read-purchase'

const LINK_HOURS = 24
const TOKEN_BYTES = 32

/**
 * The bank wants the customer: makes the link by which they confirm the purchase in a browser, and mails it to those who
 * pay for the account, once. The purchase is found by the link's hash; the link itself stands in the mail that carries it and
 * in the answer that is kept for the caller's key, and the read-only role sees neither.
 * @throws BillingError `impersonating`, `forbidden`, `database_unavailable`
 */
export async function sendConfirmationLink(
  ctx: Context,
  { purchaseId, accountId }: Readonly<{ purchaseId: string; accountId: bigint }>,
  invoiceId: string,
): Promise<PurchaseResult> {
  requireSystemOr(ctx.actor, 'billing:write')
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const url = new URL(`/pay/${token}`, ctx.site.appUrl).href
  const expiresAt = new Date(ctx.now().getTime() + LINK_HOURS * 3_600_000)
  const [sent] = await callDatabase(
    ctx.db,
    (sql) => sql<{ sent: boolean }[]>`
      select require_confirmation(${purchaseId}, ${invoiceId}, ${hashOfLink(token)}, ${expiresAt}, ${url}, ${ctx.now()}) as sent`,
  )
  const result = await readPurchase(ctx.db, accountId, purchaseId)
  invariant(result !== null, 'a purchase that was charged is there')
  return sent?.sent === true && result.state === 'requires_action' ? { ...result, url } : result
}

/** What the purchase keeps of a link's token. */
export function hashOfLink(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
