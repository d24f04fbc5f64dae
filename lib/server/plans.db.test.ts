import { expect, it } from 'vitest'
import { startProgram, typescript } from '@/lib/dev/processes/start-program'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { productEnv } from '@/lib/testing/product-env'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()

async function plans(...words: readonly string[]) {
  const program = startProgram({
    name: 'npm run plans',
    parameters: typescript('lib/server/plans.ts', ...words),
    environment: productEnv(suite),
  })
  const code = await program.ended
  return { code, output: program.output().trim() }
}

it('npm run plans defines a plan, gives it to an organisation and takes it away', async () => {
  const { accountId } = await openTestAccount(suite.db)
  const [account] = await suite.db.sql<{ slug: string }[]>`select slug from account where id = ${accountId}`
  const slug = account?.slug ?? ''
  const planOf = async () => {
    const [row] = await suite.db.sql`
      select plan_id, granted_micros from account_plan where account_id = ${accountId}`
    return row
  }

  expect(await plans('define', 'basic', 'Basic', '6000', '1')).toEqual({
    code: 0,
    output: 'The plan basic grants 6000 credits a month from its next grant on.',
  })
  expect(await plans('assign', slug, 'basic')).toEqual({ code: 0, output: `${slug} is on the plan basic.` })
  expect(await planOf()).toEqual({ plan_id: 'basic', granted_micros: 60_000_000n })
  expect(await plans('withdraw', slug)).toEqual({
    code: 0,
    output: `${slug} has no plan from next month on.`,
  })
  expect(await planOf()).toEqual({ plan_id: null, granted_micros: 60_000_000n })
}, 60_000)

it.each([
  [['assign', 'nobody-has-this', 'basic'], 'There is no organisation nobody-has-this.'],
  [['define', 'basic', 'Basic', 'many'], 'npm run plans -- define <id> <name> <monthly credits>'],
  [['define', 'Basic!', 'Basic', '10'], 'the id is 1 to 50 of a to z'],
  [[], 'npm run plans -- assign <organisation> <id>'],
] as const)(
  'and says what is wrong with %j',
  async (words, message) => {
    const { code, output } = await plans(...words)
    expect(code).toBe(1)
    expect(output).toContain(message)
  },
  60_000,
)
