'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ChangeInput, ChangeRefusal, Interval, PreviewAnswer } from '@/components/subscription/views'
import { changeInterval } from '@/lib/core/subscriptions/change-interval'
import { getSubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'
import { previewSubscription } from '@/lib/core/subscriptions/preview-subscription'
import { cancelAtPeriodEnd, resumeSubscription } from '@/lib/core/subscriptions/set-cancellation'
import { settleOpenSubscriptionCheckout } from '@/lib/core/subscriptions/settle-subscription-checkout'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { action } from '@/lib/http/action'
import { usd } from '@/lib/kit/money'

const PAGE = '/subscription'
const interval = z.enum(['monthly', 'annual'])
const promotionCode = z.string().trim().min(1).max(200).nullable()

const submitPreview = action({
  scope: 'billing:write',
  action: 'read-provider',
  input: z.object({ interval, promotionCode }),
  handler: async (ctx, input): Promise<PreviewAnswer> => {
    const [preview, { balance }] = await Promise.all([
      previewSubscription(ctx, { ...input, quantity: null }),
      getWallet(ctx),
    ])
    const { amountDue, discount, lines, prorationDate, repaid } = preview
    const coveredFrom = ctx.now().toISOString()
    const { promotionCode } = input
    const balanceAfter = usd(balance.micros + repaid.micros)
    return {
      kind: 'quoted',
      quote: { amountDue, discount, lines, prorationDate, promotionCode, balanceAfter, coveredFrom },
    }
  },
  refused: ({ message, fields }): PreviewAnswer => ({
    kind: 'failed',
    message,
    codeErrors: fields?.fieldErrors['promotionCode'] ?? [],
  }),
})

const submitChange = action({
  scope: 'billing:write',
  action: 'change-subscription',
  input: z.object({
    interval,
    promotionCode,
    prorationDate: z.int().nonnegative(),
    idempotencyKey: z.string().regex(/^[0-9a-f]{32}$/),
  }),
  handler: async (ctx, input): Promise<ChangeRefusal | null> => {
    await changeInterval(ctx, input)
    revalidatePath(PAGE)
    return null
  },
  refused: ({ code, message, fields }): ChangeRefusal => {
    if (fields?.fieldErrors['prorationDate'] !== undefined) return { kind: 'stale' }
    if (code === 'payment_declined') return { kind: 'declined', message }
    return { kind: 'refused', message: fields?.fieldErrors['promotionCode']?.join(' ') ?? message }
  },
})

const cancellation = (deed: typeof cancelAtPeriodEnd) =>
  action({
    scope: 'billing:write',
    action: 'change-subscription',
    input: z.null(),
    handler: async (ctx): Promise<string | null> => {
      await deed(ctx)
      revalidatePath(PAGE)
      return null
    },
    refused: ({ message }): string | null => message,
  })
const submitCancel = cancellation(cancelAtPeriodEnd)
const submitResume = cancellation(resumeSubscription)

const submitSettlement = action({
  scope: 'billing:write',
  action: 'read-provider',
  input: z.null(),
  handler: async (ctx) => {
    const state = await settleOpenSubscriptionCheckout(ctx)
    if (state !== null) return state
    // None is open any more: the webhook was first.
    return ((await getSubscriptionPlan(ctx))?.units ?? 0) > 0 ? 'subscribed' : null
  },
  refused: () => null,
})

/** What a change of the interval would charge today. */
export async function preview(
  input: Readonly<{ interval: Interval; promotionCode: string | null }>,
): Promise<PreviewAnswer> {
  return submitPreview(input)
}

/** Changes the interval at the price of the preview. Null when it is changed, else why not. */
export async function change(input: ChangeInput): Promise<ChangeRefusal | null> {
  return submitChange(input)
}

export async function cancel(): Promise<string | null> {
  return submitCancel(null)
}

export async function resume(): Promise<string | null> {
  return submitResume(null)
}

/** Converges on the Checkout that has just ended, if the webhook has not done so. */
export async function settleSubscription() {
  return submitSettlement(null)
}
