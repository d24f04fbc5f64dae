import { z } from 'zod'
import { dateTime, succeeded } from './contract'
import { shownAmount, wireAmount } from './money'

/** Body of purchase-credits. Unknown keys are ignored; which amounts can be charged is the verb's to say. */
export const purchaseRequest = z.object({
  amount: wireAmount,
  /** The account's default where it is left out. */
  payment_method_id: z.string().min(1).max(255).optional(),
})

/** 200 of purchase-credits. */
export const purchaseResponse = succeeded(
  z.strictObject({
    amount_charged: shownAmount,
    currency: z.literal('USD'),
    new_balance: shownAmount,
    transaction_id: z.string().min(1),
  }),
)

/** 200 of get-credits-balance. */
export const balanceResponse = succeeded(
  z.strictObject({
    balance: shownAmount,
    currency: z.literal('USD'),
    auto_topup_enabled: z.boolean(),
    as_of: dateTime,
  }),
)

export type PurchaseResponse = z.infer<typeof purchaseResponse>
export type BalanceResponse = z.infer<typeof balanceResponse>
