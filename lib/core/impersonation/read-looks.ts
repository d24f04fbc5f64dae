import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { LOOK_ENDS, type LookEnd } from './look-end'

/** What was asked for under one address in a look. Times are real time. */
export type LookedAt = Readonly<{ method: string; path: string; times: number; firstAt: Date; lastAt: Date }>

/** A look of staff into an account. Times are real time. */
export type Look = Readonly<{
  id: bigint
  staff: Readonly<{ name: string | null; email: string }>
  reason: string
  startedAt: Date
  /** Null while it lasts. */
  endedAt: Date | null
  /** Null while it lasts. */
  endedBy: LookEnd | null
  /** In the order in which they were asked for first. */
  lookedAt: readonly LookedAt[]
}>

export type Looks = Readonly<{
  admitsStaff: boolean
  looks: readonly Look[]
  /** What `before` is for the next page; null on the last. */
  next: bigint | null
}>

const LOOKS_PER_PAGE = 20

const instant = z.string().transform((text) => new Date(text))
const rows = z.array(
  z
    .object({
      id: z.bigint(),
      name: z.string().nullable(),
      email: z.string(),
      reason: z.string(),
      started_at: z.date(),
      ended_at: z.date().nullable(),
      ended_by: z.enum(LOOK_ENDS).nullable(),
      looked_at: z.array(
        z.object({
          method: z.string(),
          path: z.string(),
          times: z.int(),
          firstAt: instant,
          lastAt: instant,
        }),
      ),
    })
    .transform(({ id, name, email, reason, ...row }) => ({
      id,
      staff: { name, email },
      reason,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      endedBy: row.ended_by,
      lookedAt: row.looked_at,
    })),
)

const account = z.object({ admits_staff: z.boolean() })

/**
 * Twenty looks into the account that began before this one (null: the latest), the newest first, each with what was looked
 * at. One that nobody ended in time counts as over.
 */
export async function readLooks(db: Database, accountId: bigint, before: bigint | null): Promise<Looks> {
  const [settings, found] = await Promise.all([
    callDatabase(db, (sql) => sql`select admits_staff from account where id = ${accountId}`),
    callDatabase(
      db,
      (sql) => sql`
        select look.id, staff.name, staff.email, look.reason, look.started_at,
            coalesce(look.ended_at, case when look.expires_at <= clock_timestamp() then look.expires_at end) as ended_at,
            coalesce(look.ended_by, case when look.expires_at <= clock_timestamp() then 'expired' end) as ended_by,
            coalesce(seen.looked_at, '[]') as looked_at
          from impersonation as look
            join "user" as staff on staff.id = look.staff_user_id
            left join lateral (
              select jsonb_agg(jsonb_build_object('method', method, 'path', path, 'times', times, 'firstAt', first_at,
                  'lastAt', last_at) order by first_id) as looked_at
                from (
                  select method, path, count(*)::int as times, min(at) as first_at, max(at) as last_at, min(id) as first_id
                    from access_view where impersonation_id = look.id group by method, path
                ) as grouped
            ) as seen on true
          where look.account_id = ${accountId} and look.id < ${before ?? 2n ** 63n - 1n}
          order by look.id desc
          limit ${LOOKS_PER_PAGE + 1}`,
    ),
  ])
  const looks = rows.parse([...found])
  const shown = looks.slice(0, LOOKS_PER_PAGE)
  const next = looks.length > shown.length ? (shown.at(-1)?.id ?? null) : null
  return { admitsStaff: account.parse(settings[0]).admits_staff, looks: shown, next }
}
