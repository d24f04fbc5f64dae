import { openAccount } from '@/lib/core/accounts/open-account'
import { ROLE_SCOPES } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext, type Container } from '@/lib/server/container'
import { PASSWORD } from './people'

export type Member = Readonly<{
  userId: string
  accountId: bigint
  email: string
  /** What a verb is given in this person's name, at this moment of business time. */
  context(): Promise<Context>
}>

/** Signs a person up by the verb behind the sign-up form. */
export async function signUp(
  container: Container,
  person: Readonly<{ email: string; name: string }>,
): Promise<Member> {
  const system = await makeContext(container, { kind: 'system', name: 'seed' }, 'req_seed')
  const opened = await openAccount(system, {
    ...person,
    password: PASSWORD,
    welcome: usdFromCents(container.env.WELCOME_CREDIT_CENTS),
    pepper: container.env.API_KEY_PEPPER,
  })
  if (opened.status !== 'opened') throw new Error(`${person.email} has an account already.`)
  const { userId, accountId } = opened
  const scopes = ROLE_SCOPES.owner
  return {
    userId,
    accountId,
    email: person.email,
    context: () =>
      makeContext(container, { kind: 'user', userId, accountId, role: 'owner', scopes }, 'req_seed'),
  }
}
