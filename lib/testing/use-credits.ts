import postgres from 'postgres'
import { beforeAll } from 'vitest'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { invariant } from '@/lib/kit/assert'
import { makeContext, type Container } from '@/lib/server/container'
import type { TestPerson } from './person'
import { memberActor } from './test-context'
import { subscribe } from './subscriptions'
import { useDial, type DialSuite } from './use-dial'

type Answer = Readonly<{ status: number; body: unknown; headers: Headers }>

/** The built app with a local Stripe, seen through the APIs that count in credits. */
export type CreditsSuite = Omit<DialSuite, 'answer' | 'startCheckout' | 'openSession'> &
  Readonly<{
    /** A call of Ada's, where no other credential is given (null: none at all). */
    ask(path: string, init?: RequestInit, credential?: string | null): Promise<Answer>
    post(path: string, body: unknown, headers?: Record<string, string>, credential?: string): Promise<Answer>
    /** Ada's organisation, and Bob's. */
    slug(): string
    foreignSlug(): string
    /** A token of Bob's, who may only look at Ada's organisation. */
    viewer(): string
    /** A key of Ada's that may only read. */
    reader(): string
    /** Pays an open Checkout of Ada's, and books it. */
    payFor(sessionId: string): Promise<void>
    /** Has a person subscribe, which disables buying credits. */
    subscribe(person: TestPerson): Promise<void>
  }>

export function useCredits(): CreditsSuite {
  const dial = useDial()
  const known = new Map<'slug' | 'foreignSlug' | 'viewer' | 'reader', string>()
  beforeAll(async () => {
    const [ada, bob] = [dial.ada(), dial.bob()]
    known.set('slug', await slugOf(dial, ada))
    known.set('foreignSlug', await slugOf(dial, bob))
    known.set('viewer', await viewerOf(dial, ada, bob))
    const pepper = dial.container().env.API_KEY_PEPPER
    const ctx = await makeContext(dial.container(), ada.actor, 'req_test')
    known.set('reader', (await createApiKey(ctx, { name: 'reader', scopes: ['billing:read'], pepper })).key)
  })
  const get = (name: 'slug' | 'foreignSlug' | 'viewer' | 'reader'): string => {
    const found = known.get(name)
    invariant(found !== undefined, 'the suite is used inside tests only')
    return found
  }
  const ask: CreditsSuite['ask'] = async (path, init = {}, credential = dial.ada().key) => {
    const headers = new Headers(init.headers)
    if (credential !== null) headers.set('authorization', `Bearer ${credential}`)
    const response = await fetch(new URL(path, dial.appUrl()), { redirect: 'manual', ...init, headers })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
  return {
    ...dial,
    ask,
    post: (path, body, headers = {}, credential) =>
      ask(
        path,
        {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: { 'content-type': 'application/json', ...headers },
        },
        credential,
      ),
    slug: () => get('slug'),
    foreignSlug: () => get('foreignSlug'),
    viewer: () => get('viewer'),
    reader: () => get('reader'),
    payFor: async (sessionId) => {
      const outcome = await dial.stripe.pay(sessionId, { cents: null })
      invariant(outcome.kind === 'complete', `the Checkout is ${JSON.stringify(outcome)}`)
      await settleCheckout(await contextOf(dial.container(), dial.ada()), sessionId)
    },
    subscribe: async (person) => {
      const { accountId } = person.actor
      await subscribe(dial.container(), dial.stripe, {
        accountId,
        context: () => contextOf(dial.container(), person),
      })
    },
  }
}

function contextOf(container: Container, person: TestPerson) {
  return makeContext(container, person.actor, 'req_test')
}

async function slugOf(dial: DialSuite, { actor }: TestPerson): Promise<string> {
  const [row] = await dial.database.db.sql<{ slug: string }[]>`
    select slug from account where id = ${actor.accountId}`
  invariant(row !== undefined, 'every account has a slug')
  return row.slug
}

async function viewerOf(dial: DialSuite, { actor }: TestPerson, guest: TestPerson): Promise<string> {
  const owner = postgres(dial.database.ownerUrl, { max: 1 })
  const { userId } = guest.actor
  await owner`insert into member (account_id, user_id, role) values (${String(actor.accountId)}, ${userId}, 'viewer')`
  await owner.end()
  const ctx = await makeContext(dial.container(), memberActor(actor.accountId, userId, 'viewer'), 'req_test')
  const pepper = dial.container().env.API_KEY_PEPPER
  return (await createAccessToken(ctx, { name: 'viewer', pepper })).token
}
