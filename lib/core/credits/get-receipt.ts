import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { getInvoiceLinks } from '../invoices/get-invoice-links'

const rows = z.array(z.object({ invoice_id: z.string() })).max(1)

/**
 * Where the provider shows what was paid in one of the account's credit transactions: a bearer secret that expires, to be
 * sent on at once. What was paid with no card has none, and another account's is the same as none.
 * @throws BillingError `not_found`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function getReceipt(
  ctx: Context,
  { transactionId }: Readonly<{ transactionId: string }>,
): Promise<Readonly<{ url: string }>> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  // By the index of what came in, which the name of a code alone would not be read along.
  const [deposit] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select p.reference::text as invoice_id from ledger.posting p
         where p.account_id = ${accountId} and p.code not in ('usage', 'rent') and p.code = 'deposit_card'
           and credit_transaction_id(p.account_id, p.id) = ${transactionId}`,
    )),
  ])
  if (deposit === undefined) throw new BillingError('not_found', 'No such receipt.')
  const { hostedInvoiceUrl, invoicePdf } = await getInvoiceLinks(ctx, { invoiceId: deposit.invoice_id })
  const url = hostedInvoiceUrl ?? invoicePdf
  if (url === null) throw new BillingError('not_found', 'No such receipt.')
  return { url }
}
