import { notFound } from 'next/navigation'
import { cache } from 'react'
import { STAFF_SCOPES } from '@/lib/core/actor'
import { findConsoleAccount, type ConsoleAccount } from '@/lib/core/console/find-console-account'
import type { Context } from '@/lib/core/context'
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
  return { ...staff, account: await findAccount((await params).accountId) }
}

/** One read however many parts of a page ask. */
const findAccount = cache(async (text: string): Promise<ConsoleAccount> => {
  const { ctx } = await requireStaffUser()
  const account = /^[1-9]\d{0,17}$/.test(text) ? await findConsoleAccount(ctx, BigInt(text)) : null
  return account ?? notFound()
})
