import { describe, expect, test } from 'vitest'
import type { AccountQuestion } from '@/lib/core/account-question'
import type { Credential } from './credential'
import { identifyAll } from './identify'
import type { Limit } from './limits'
import { BillingError } from '@/lib/kit/errors'
import { AMPLE, codeOf, slow, unknownKey, useIdentification } from '@/lib/testing/use-identification'

const { suite, caller, addKey, addToken, addOrganisation } = useIdentification()
const NOW = new Date('2026-03-01T12:00:00Z')

const whose: AccountQuestion = {
  key: 'whose',
  call: (sql, account, now) => sql`json_build_object('account', ${account}::text, 'at', ${now}::timestamptz)`,
}

/** Whoever has it answered finds out by an error of the database. */
const fatal: AccountQuestion = { key: 'fatal', call: (sql, account) => sql`to_json(1 / (${account} * 0))` }

type Options = Readonly<{ requests?: Limit | null; organisation?: string | null; count?: number }>

/** What each of so many requests gets that ask at once. */
const askAll = (
  question: AccountQuestion,
  credential: Credential,
  { requests = AMPLE, organisation = null, count = 1 }: Options = {},
) =>
  identifyAll(
    suite.db,
    {
      credential,
      organisation,
      view: null,
      client: caller.client,
      requests,
      action: null,
      strangers: 'rate_limited',
    },
    { count, ahead: { question, now: NOW } },
  )

async function askAhead(question: AccountQuestion, credential: Credential, options?: Options) {
  const [outcome] = await askAll(question, credential, options)
  if (outcome instanceof Error) throw outcome
  return { text: outcome?.foretold?.text ?? '', key: outcome?.foretold?.key }
}

describe('what a caller will ask', () => {
  test('is answered with who they are, about the account they act for', async () => {
    const { key, text } = await askAhead(whose, await addKey())
    const at: unknown = expect.stringContaining('2026-03-01T12:00:00')
    expect([key, JSON.parse(text)]).toEqual(['whose', { account: String(caller.accountId), at }])
  })

  test('is answered about the organisation that is named', async () => {
    const other = await addOrganisation('other', 'viewer')
    const { text } = await askAhead(whose, await addToken(), { organisation: 'other' })
    expect(JSON.parse(text)).toMatchObject({ account: String(other) })
  })

  test('is not asked at all for who is refused', async () => {
    await addOrganisation('foreign', null)
    const [key, token] = [await addKey(), await addToken()]
    expect(await codeOf(askAhead(fatal, unknownKey()))).toBe('unauthenticated')
    expect(await codeOf(askAhead(fatal, key, { organisation: 'foreign' }))).toBe('not_found')
    expect(await codeOf(askAhead(fatal, token, { organisation: 'foreign' }))).toBe('not_found')
    await askAhead(whose, key, { requests: slow(1) })
    expect(await codeOf(askAhead(fatal, key, { requests: slow(1) }))).toBe('rate_limited')
    await expect(askAhead(fatal, key, { requests: null })).rejects.toMatchObject({ code: '22012' })
  })

  test('is told those of several that the bucket allows, who come first', async () => {
    const outcomes = await askAll(whose, await addKey(), { requests: slow(2), count: 3 })
    const told = outcomes.map((outcome) => (outcome instanceof BillingError ? outcome.code : outcome))
    expect(told).toEqual([told[0], told[0], 'rate_limited'])
    expect(told[0]).toMatchObject({ foretold: { key: 'whose' } })
  })
})
