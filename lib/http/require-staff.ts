import { notFound } from 'next/navigation'
import { cache } from 'react'
import { z } from 'zod'
import { IMPERSONATOR_SCOPES, requireStaff, STAFF_SCOPES } from '@/lib/core/actor'
import { findConsoleAccount, type ConsoleAccount } from '@/lib/core/console/find-console-account'
import { openConsoleAccount } from '@/lib/core/console/open-console-account'
import type { Context } from '@/lib/core/context'
import { contextFor } from '@/lib/server/container'
import { requireUser, type PageUser } from './require-user'

/** A person of the operator's, and what the verbs of the console are given. */
export type StaffUser = Readonly<{
  /** Its actor is of kind `staff`. */
  ctx: Context
  person: PageUser['person']
}>

/**
 * The member of staff who looks at a page of the console. Each page asks for itself, as with `requireUser`. To anyone
 * else who is signed in the console does not exist; nobody signed in: to sign-in, and back here after.
 * @throws BillingError as `requireUser`
 */
export const requireStaffUser = cache(async (): Promise<StaffUser> => {
  const { ctx, person } = await requireUser()
  if (ctx.actor.kind !== 'user' || !person.isStaff) notFound()
  return { ctx: { ...ctx, actor: { kind: 'staff', userId: person.id, scopes: STAFF_SCOPES } }, person }
})

/**
 * The same for a page under `/admin/accounts/[accountId]`, with the account that it is about. One that there is not: 404.
 * @throws BillingError as `requireStaffUser`
 */
export async function requireStaffAccount(
  params: Promise<Readonly<{ accountId: string }>>,
): Promise<StaffUser & Readonly<{ account: ConsoleAccount }>> {
  const staff = await requireStaffUser()
  return { ...staff, account: await openAccount((await params).accountId) }
}

/**
 * The account for what stands around those pages. It is rendered as soon as somebody points at a link, and nothing was
 * opened by that. @throws BillingError as `requireStaffUser`
 */
export async function findStaffAccount(
  params: Promise<Readonly<{ accountId: string }>>,
): Promise<ConsoleAccount> {
  return findAccount((await params).accountId)
}

/**
 * What the verbs behind an account's own pages are given where a page of the console shows the same: as for staff who look
 * into the account, it can only read.
 */
export async function readerOf(ctx: Context, accountId: bigint): Promise<Context> {
  const staffUserId = requireStaff(ctx.actor, 'staff:read')
  const scopes = IMPERSONATOR_SCOPES
  const actor = { kind: 'impersonator', staffUserId, reason: 'console', accountId, scopes } as const
  return contextFor(actor, ctx.requestId)
}

/** An account's id as it stands in an address. */
export const accountIdSchema = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .transform(BigInt)

type Read = (ctx: Context, accountId: bigint) => Promise<ConsoleAccount | null>

/** One read however many parts of a page ask. */
const readOnce = (read: Read) =>
  cache(async (text: string): Promise<ConsoleAccount> => {
    const { ctx } = await requireStaffUser()
    const { data: accountId } = accountIdSchema.safeParse(text)
    const account = accountId === undefined ? null : await read(ctx, accountId)
    return account ?? notFound()
  })
const findAccount = readOnce(findConsoleAccount)
const openAccount = readOnce(openConsoleAccount)
