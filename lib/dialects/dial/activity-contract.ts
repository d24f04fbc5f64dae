import { z } from 'zod'
import { ACTIVITY_FILTERS, ACTIVITY_PAGE_MAX } from '@/lib/core/activity/list-activity'
import { readStartingAfter } from './read-starting-after'

const LIMIT_DEFAULT = 50

/** Query of list-billing-activity. `cursor` is ours: the `nextCursor` of the page before. */
export const activityQuery = z.object({
  filter: z.enum(ACTIVITY_FILTERS).default('all'),
  limit: z
    .string()
    .regex(/^[+-]?\d{1,1000}$/, 'Must be a whole number')
    .transform((digits) => Math.min(ACTIVITY_PAGE_MAX, Math.max(1, Number(digits))))
    .default(LIMIT_DEFAULT),
  starting_after: z
    .string()
    .transform((text, check) => {
      const moment = readStartingAfter(text)
      if (moment === null) check.addIssue({ code: 'custom', message: 'Invalid date-time' })
      return moment
    })
    .nullable()
    .default(null),
  cursor: z.string().nullable().default(null),
})

/** UTC with six digits: each item of an account has one of its own. */
const moment = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)

const usage = z.strictObject({
  type: z.literal('usage'),
  occurredAt: moment,
  fareName: z.string(),
  number: z.string().nullable(),
  billedQuantity: z.int().nonnegative(),
  totalCents: z.int().nonnegative(),
  attribution: z.enum(['wallet', 'entitlement']),
})

const credit = z.strictObject({
  type: z.literal('credit'),
  occurredAt: moment,
  /** Negative where credit was taken back, frozen (`hold`) or expired. */
  amountCents: z.int(),
  kind: z.enum([
    'card',
    'welcome',
    'manual',
    'allowance',
    'repayment',
    'refund',
    'dispute',
    'hold',
    'release',
    'expiry',
    'correction',
  ]),
  invoiceId: z.string().nullable(),
})

const payment = z.strictObject({
  type: z.literal('payment'),
  occurredAt: moment,
  amountCents: z.int(),
  interval: z.enum(['monthly', 'annual']).nullable(),
  quantity: z.int().positive().nullable(),
  invoiceId: z.string(),
})

/** 200 of list-billing-activity, newest first. The items' fields and `nextCursor` are ours. */
export const activityResponse = z.strictObject({
  data: z.array(z.discriminatedUnion('type', [usage, credit, payment])).max(ACTIVITY_PAGE_MAX),
  hasMore: z.boolean(),
  nextCursor: z.string().nullable(),
})

export type ActivityResponse = z.infer<typeof activityResponse>
