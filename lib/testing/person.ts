import { openAccount } from '@/lib/core/accounts/open-account'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import type { Actor } from '@/lib/core/actor'
import { invariant } from '@/lib/kit/assert'
import { usd } from '@/lib/kit/money'
import { makeContext, type Container } from '@/lib/server/container'
import { memberActor } from './test-context'

export type TestPerson = Readonly<{
  actor: Extract<Actor, { kind: 'user' }>
  email: string
  password: string
  /** An API key of the account, with full access. */
  key: string
}>

let serial = 0

/** Someone who has signed up, with a welcome credit of 5.00, and has made an API key. */
export async function addPerson(adapters: Container): Promise<TestPerson> {
  serial += 1
  const email = `person-${String(serial)}@example.com`
  const password = `password of person ${String(serial)}`
  const pepper = adapters.env.API_KEY_PEPPER
  const system = await makeContext(adapters, { kind: 'system', name: 'test' }, 'req_test')
  const opened = await openAccount(system, { email, name: null, password, welcome: usd(5_000_000n), pepper })
  invariant(opened.status === 'opened', 'each person of a suite has an e-mail of their own')
  const actor = memberActor(opened.accountId, opened.userId)
  const { key } = await createApiKey(await makeContext(adapters, actor, 'req_test'), { name: 'test', pepper })
  return { actor, email, password, key }
}
