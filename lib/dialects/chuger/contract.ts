import { z } from 'zod'
import { CREDITS_MAX, CREDITS_MIN } from '@/lib/core/credit-checkouts/start-count-checkout'
import { choice, integer } from './fields'

const PER_PAGE_DEFAULT = 20
const PER_PAGE_MAX = 100
const PAGE_MAX = 1_000_000_000

/** Whole seconds, UTC, with a Z. */
const dateTime = z.iso.datetime({ precision: 0 })

/** Body of a purchase. Unknown keys are ignored. */
export const purchaseRequest = z.object({
  credits: integer('credits', { min: CREDITS_MIN, max: CREDITS_MAX }),
})

export const purchaseResponse = z.strictObject({ checkout_url: z.url(), session_id: z.string().min(1) })

export const statsResponse = z.strictObject({
  balance: z.int(),
  formatted_balance: z.string(),
  limit: z.int(),
  used: z.int(),
  is_low: z.boolean(),
  threshold: z.int(),
  percentage_used: z.number().min(0).max(100),
  next_renewal: dateTime.nullable(),
})

export type StatsResponse = z.infer<typeof statsResponse>

export const creditsResponse = z.strictObject({
  balance: z.int(),
  formatted_balance: z.string(),
  limit: z.int(),
  used: z.int(),
  status: statsResponse,
})

/** What is no number is not heard; what is out of range is taken to its end. */
export const transactionsQuery = z.object({
  page: queryNumber({ otherwise: 1, max: PAGE_MAX }),
  per_page: queryNumber({ otherwise: PER_PAGE_DEFAULT, max: PER_PAGE_MAX }),
})

const transaction = z.strictObject({
  id: z.string(),
  service_type: z.enum(['call', 'sms', 'rent', 'other']),
  service_name: z.string(),
  credits: z.int().nonnegative(),
  description: z.string().nullable(),
  metadata: z.strictObject({
    number: z.string().nullable(),
    destination: z.string().nullable(),
    quantity: z.int().nullable(),
    billed_quantity: z.int(),
  }),
  created_at: dateTime,
})

export type Transaction = z.infer<typeof transaction>

/** Laravel's page of a counted list. */
export const transactionsResponse = z.strictObject({
  current_page: z.int().positive(),
  data: z.array(transaction).max(PER_PAGE_MAX),
  first_page_url: z.url(),
  from: z.int().positive().nullable(),
  last_page: z.int().positive(),
  last_page_url: z.url(),
  links: z.array(z.strictObject({ url: z.url().nullable(), label: z.string(), active: z.boolean() })),
  next_page_url: z.url().nullable(),
  path: z.url(),
  per_page: z.int().min(1).max(PER_PAGE_MAX),
  prev_page_url: z.url().nullable(),
  to: z.int().positive().nullable(),
  total: z.int().nonnegative(),
})

export const SERVICES = ['scrape', 'content', 'serp', 'prompt'] as const
export type Service = (typeof SERVICES)[number]

/** Body of previewing a cost. */
export const previewRequest = z.object({
  service_type: choice('service type', SERVICES),
  quantity: integer('quantity', { min: 1, max: 100 }).default(1),
})

export const previewResponse = z.strictObject({
  service_type: z.enum(SERVICES),
  service_name: z.string(),
  credit_cost_per_request: z.int().positive(),
  quantity: z.int().positive(),
  total_cost: z.int().positive(),
  current_balance: z.int(),
  remaining_after: z.int(),
  can_afford: z.boolean(),
})

export type PreviewResponse = z.infer<typeof previewResponse>

export const canAffordResponse = z.strictObject({ can_afford: z.boolean(), preview: previewResponse })

/** UTC with six digits of a second. */
const moment = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)

export const userResponse = z.strictObject({
  id: z.int().positive(),
  name: z.string(),
  email: z.string(),
  email_verified_at: moment.nullable(),
  created_at: moment,
  updated_at: moment,
})

function queryNumber({ otherwise, max }: Readonly<{ otherwise: number; max: number }>) {
  return z
    .string()
    .transform((text) =>
      /^[+-]?\d{1,1000}$/.test(text) ? Math.min(max, Math.max(1, Number(text))) : otherwise,
    )
    .default(otherwise)
    .meta({ type: 'integer' })
}
