import { describe, expect, test } from 'vitest'
import type { AccountQuestion } from '@/lib/core/account-question'
import type { Credential } from './credential'
import { identify } from './identify'
import type { Limit } from './limits'
import { AMPLE, codeOf, slow, unknownKey, useIdentification } from '@/lib/testing/use-identification'

const { suite, caller, addKey, addToken, addOrganisation } = useIdentification()
const NOW = new Date('2026-03-01T12:00:00Z')

const whose: AccountQuestion = {
  key: 'whose',
  call: (sql, account, now) => sql`json_build_object('account', ${account}::text, 'at', ${now}::timestamptz)`,
}

/** Whoever has it answered finds out by an error of the database. */
const fatal: AccountQuestion = { key: 'fatal', call: (sql, account) => sql`to_json(1 / (${account} * 0))` }

const askAhead = (
  question: AccountQuestion,
  credential: Credential,
  { requests = AMPLE, organisation = null }: { requests?: Limit | null; organisation?: string | null } = {},
) =>
  identify(suite.db, {
    credential,
    organisation,
    view: null,
    client: caller.client,
    requests,
    action: null,
    strangers: 'rate_limited',
    ahead: { question, now: NOW },
  })

describe('what a caller will ask', () => {
  test('is answered with who they are, about the account they act for', async () => {
    const { foretold } = await askAhead(whose, await addKey())
    const answer = { account: String(caller.accountId), at: expect.stringContaining('2026-03-01T12:00:00') }
    expect(foretold).toEqual({ key: 'whose', now: NOW, answer })
  })

  test('is answered about the organisation that is named', async () => {
    const other = await addOrganisation('other', 'viewer')
    const { foretold } = await askAhead(whose, await addToken(), { organisation: 'other' })
    expect(foretold?.answer).toMatchObject({ account: String(other) })
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
})
