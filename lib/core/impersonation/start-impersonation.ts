import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

type Start = Readonly<{
  accountId: bigint
  /** The account's owner reads it. */
  reason: string
  /** Of the browser's session token as it is, and as it is to be from now on (`hashSessionToken`). */
  sessionHash: Buffer
  nextSessionHash: Buffer
}>

const row = z.object({
  status: z.enum(['started', 'signed_out', 'absent', 'nested', 'not_staff', 'shut_out', 'of_staff']),
  expires: z.date().nullable(),
})

const REFUSALS = {
  signed_out: ['unauthenticated', 'Unauthorized'],
  absent: ['not_found', 'There is no such account.'],
  nested: ['conflict', 'You look into an account already. Stop that first.'],
  not_staff: ['forbidden', 'Reserved for staff.'],
  shut_out: ['conflict', 'The owner of this account lets nobody in.'],
  of_staff: ['conflict', 'A member of this account is staff. Nobody looks into the accounts of staff.'],
} as const

/**
 * Turns the browser's session into a look into the account: from its next request on it is an impersonator, for thirty
 * minutes at most, whatever its person may do. Its owners are told.
 * @returns the end of the session's lifetime, for its new cookie
 * @throws BillingError `forbidden`, `not_found`, `conflict` (in a look already, shut out, an account of staff),
 * `unauthenticated` (the session has ended), `database_unavailable`
 */
export async function startImpersonation(
  ctx: Context,
  { accountId, reason, sessionHash, nextSessionHash }: Start,
): Promise<Readonly<{ expires: Date }>> {
  const staff = requireStaff(ctx.actor, 'staff:read')
  const [answer] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, expires from start_impersonation(
        ${sessionHash}, ${nextSessionHash}, ${staff}, ${accountId}, ${reason}, ${ctx.now()})`,
  )
  const { status, expires } = row.parse(answer)
  if (status !== 'started' || expires === null) {
    const [code, message] = REFUSALS[status === 'started' ? 'signed_out' : status]
    throw new BillingError(code, message)
  }
  ctx.log.info({ accountId: String(accountId), staff }, 'impersonation started')
  return { expires }
}
