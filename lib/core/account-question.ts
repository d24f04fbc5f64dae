import { callDatabase } from '@/lib/db/call'
import type { Fragment, Sql } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import type { Context } from './context'

/**
 * What one SQL function tells of one account, as one JSON value. Since it is known from the request alone, a route can
 * have it answered in the very statement that tells who its caller is. The verb that it belongs to is given the answer by
 * `askAccount`, and has checked the scope before, as of any other read.
 */
export type AccountQuestion = Readonly<{
  /** The same for the same question, with all that is asked for. */
  key: string
  /** The call of the function. `account` is an id, or names the column that holds one. */
  call(sql: Sql, account: bigint | Fragment, now: Instant): Fragment
}>

/** What was answered with the caller's identification, about the account they act for: the text of the JSON value. */
export type Foretold = Readonly<{ key: string; text: string }>

/**
 * The answer, unparsed, about the account that `requireScope` gave: what was foretold, else in one round trip.
 * @throws BillingError `database_unavailable`
 */
export async function askAccount(
  ctx: Context,
  accountId: bigint,
  question: AccountQuestion,
): Promise<unknown> {
  if (ctx.foretold?.key === question.key) return JSON.parse(ctx.foretold.text)
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`select ${question.call(sql, accountId, ctx.now())} as answer`,
  )
  return row?.['answer']
}
