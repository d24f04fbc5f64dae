'use server'

import { z } from 'zod'
import { openPurchasesMark } from '@/components/purchase/open-purchases-mark'
import type { WalletNow } from '@/components/top-up/watch-deposits'
import { listOpenPurchases } from '@/lib/core/purchases/list-open-purchases'
import { settleOpenCheckouts } from '@/lib/core/top-ups/settle-open-checkouts'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { action } from '@/lib/http/action'

const submitRead = action({
  scope: 'billing:read',
  input: z.null(),
  handler: async (ctx): Promise<WalletNow | null> => {
    const { balance, deposits } = await getWallet(ctx)
    const cardDeposits = deposits.flatMap(({ invoiceId, amount }) =>
      invoiceId === null ? [] : [{ invoiceId, amount }],
    )
    return { balance, cardDeposits }
  },
  refused: () => null,
})

const submitOpenPurchases = action({
  scope: 'billing:read',
  input: z.null(),
  handler: async (ctx): Promise<string | null> => openPurchasesMark(await listOpenPurchases(ctx)),
  refused: () => null,
})

const submitSettlement = action({
  scope: 'billing:write',
  action: 'read-provider',
  input: z.null(),
  handler: settleOpenCheckouts,
  refused: () => undefined,
})

/** The wallet as our own database has it now; null where it could not be read. Asked again and again, so never Stripe. */
export async function readWallet(): Promise<WalletNow | null> {
  return submitRead(null)
}

/** How the purchases stand that have no end yet; null where it could not be read. Asked again and again, too. */
export async function readOpenPurchases(): Promise<string | null> {
  return submitOpenPurchases(null)
}

/** Books what the newest Checkouts have paid, if the webhook has not done so. Where that fails, the webhook will. */
export async function settlePayments(): Promise<void> {
  return submitSettlement(null)
}
