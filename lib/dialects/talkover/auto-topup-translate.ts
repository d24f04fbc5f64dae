import type { AutoTopUp, AutoTopUpPatch } from '@/lib/core/auto-top-ups/auto-top-up'
import type { AutoTopUpEvent } from '@/lib/core/auto-top-ups/list-auto-top-up-history'
import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import type { Purchased } from '@/lib/core/purchases/purchase-credits'
import { invariant } from '@/lib/kit/assert'
import type { Money } from '@/lib/kit/money'
import type {
  DisabledResponse,
  HistoryResponse,
  PaymentMethodsResponse,
  SettingsResponse,
  TestedResponse,
  UpdatedSettingsResponse,
  UpdateSettingsRequest,
} from './auto-topup-contract'
import { presentAmount } from './money'
import { presentInstant } from './present-instant'

export function patchOf(body: UpdateSettingsRequest): AutoTopUpPatch {
  return {
    enabled: body.is_enabled,
    threshold: body.threshold_amount,
    amount: body.recharge_amount,
    scheduledEnabled: body.scheduled_payment_enabled,
    scheduledAmount: body.scheduled_amount,
    dayOfMonth: body.day_of_month,
    paymentMethodId: body.payment_method_id,
  }
}

export function presentSettings(settings: AutoTopUp): SettingsResponse {
  const { scheduledAmount, lastToppedUpAt } = settings
  return {
    success: true,
    data: {
      ...presentTerms(settings),
      scheduled_payment_enabled: settings.scheduledEnabled,
      scheduled_amount: orNull(scheduledAmount),
      day_of_month: settings.dayOfMonth,
      payment_method_id: settings.paymentMethodId,
      daily_limit: presentAmount(settings.dailyLimit),
      recharge_count_today: settings.today.count,
      last_recharge_at: lastToppedUpAt === null ? null : presentInstant(lastToppedUpAt),
      currency: settings.dailyLimit.currency,
    },
  }
}

export function presentUpdated(settings: AutoTopUp): UpdatedSettingsResponse {
  return {
    success: true,
    data: {
      ...presentTerms(settings),
      scheduled_payment_enabled: settings.scheduledEnabled,
      payment_method_id: settings.paymentMethodId,
      daily_limit: presentAmount(settings.dailyLimit),
      updated_at: updatedAt(settings),
    },
  }
}

export function presentDisabled(settings: AutoTopUp): DisabledResponse {
  return {
    success: true,
    data: {
      ...presentTerms(settings),
      payment_method_id: settings.paymentMethodId,
      updated_at: updatedAt(settings),
    },
  }
}

export function presentTested({ purchaseId, amount, balance }: Purchased): TestedResponse {
  return {
    success: true,
    message: 'Test recharge completed successfully',
    data: {
      amount_charged: presentAmount(amount),
      currency: amount.currency,
      new_balance: presentAmount(balance),
      transaction_id: purchaseId,
    },
  }
}

type Page = Readonly<{ page: number; perPage: number }>

export function presentHistory(
  { events, total }: Readonly<{ events: readonly AutoTopUpEvent[]; total: number }>,
  { page, perPage }: Page,
): HistoryResponse {
  return {
    success: true,
    data: events.map(presentEvent),
    pagination: {
      current_page: page,
      per_page: perPage,
      total,
      last_page: Math.max(1, Math.ceil(total / perPage)),
    },
  }
}

function presentEvent(event: AutoTopUpEvent): HistoryResponse['data'][number] {
  const { id, amount, trigger, state, balanceBefore, balanceAfter, failureReason } = event
  return {
    id,
    amount: presentAmount(amount),
    currency: amount.currency,
    trigger,
    status: state,
    payment_method_id: event.paymentMethodId,
    created_at: presentInstant(event.createdAt),
    ...(balanceBefore !== null && { balance_before: presentAmount(balanceBefore) }),
    ...(balanceAfter !== null && { balance_after: presentAmount(balanceAfter) }),
    ...(state === 'succeeded' && { transaction_id: id }),
    ...(failureReason !== null && { failure_reason: failureReason }),
  }
}

/** Cards alone: nothing else is offered to be charged here. */
export function presentPaymentMethods(methods: readonly SavedPaymentMethod[]): PaymentMethodsResponse {
  const data = methods.flatMap(({ id, card, isDefault, createdAt }) => {
    if (card === null) return []
    const { brand, last4, expMonth, expYear } = card
    return {
      id,
      type: 'card' as const,
      card: { brand, last4, exp_month: expMonth, exp_year: expYear },
      is_default: isDefault,
      created_at: presentInstant(createdAt),
    }
  })
  return { success: true, data }
}

function presentTerms({ enabled, threshold, amount }: AutoTopUp) {
  return {
    is_enabled: enabled,
    threshold_amount: orNull(threshold),
    recharge_amount: orNull(amount),
  }
}

function orNull(money: Money | null) {
  return money === null ? null : presentAmount(money)
}

function updatedAt(settings: AutoTopUp): string {
  invariant(settings.updatedAt !== null, 'settings that were changed say when')
  return presentInstant(settings.updatedAt)
}
