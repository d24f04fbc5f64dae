import { expect, it } from 'vitest'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { askAccount, type AccountQuestion } from './account-question'

const suite = useTestDatabase()

const question: AccountQuestion = {
  key: 'whose',
  call: (sql, account) => sql`json_build_object('account', ${account}::text)`,
}

it('asks the database, unless the very same question was answered ahead', async () => {
  const { accountId, program } = await openTestAccount(suite.db)
  const ctx = testContext({ db: suite.db, actor: program })
  const asked = { account: String(accountId) }
  const told = (key: string) => ({ ...ctx, foretold: { key, text: '"told"' } })
  expect(await askAccount(ctx, accountId, question)).toEqual(asked)
  expect(await askAccount(told('another'), accountId, question)).toEqual(asked)
  expect(await askAccount(told('whose'), accountId, question)).toBe('told')
})
