import type { Purchased } from '@/lib/core/purchases/purchase-credits'
import type { WalletBalance } from '@/lib/core/wallets/get-wallet-balance'
import type { BalanceResponse, PurchaseResponse } from './credits-contract'
import { presentAmount } from './money'
import { presentInstant } from './present-instant'

export function presentPurchase({ purchaseId, amount, balance }: Purchased): PurchaseResponse {
  return {
    success: true,
    data: {
      amount_charged: presentAmount(amount),
      currency: amount.currency,
      new_balance: presentAmount(balance),
      transaction_id: purchaseId,
    },
  }
}

export function presentBalance({ balance, autoTopUpEnabled, asOf }: WalletBalance): BalanceResponse {
  return {
    success: true,
    data: {
      balance: presentAmount(balance),
      currency: balance.currency,
      auto_topup_enabled: autoTopUpEnabled,
      as_of: presentInstant(asOf),
    },
  }
}
