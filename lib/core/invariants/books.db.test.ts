import { describe, expect, it } from 'vitest'
import { checkBooks } from '@/lib/jobs/check-books'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { addStaff } from '@/lib/testing/staff'
import { testContext } from '@/lib/testing/test-context'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { askBooksCheck } from './ask-books-check'
import { getBooks } from './get-books'
import { CHAPTERS } from './laws'
import postgres from 'postgres'

const database = useTestDatabase({ checkInvariants: false })
const container = useTestContainer(database)

const asStaff = async () => testContext({ db: database.db, actor: await addStaff(database.db) })

describe('the laws of the books', () => {
  it('are those that the database looks for, each with its words', async () => {
    const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => {} })
    const views = await superuser<{ definition: string }[]>`
      select pg_get_viewdef(oid) as definition from pg_class
       where relkind = 'v' and (relname like '%\_violation' or relname = 'violations')`
    await superuser.end({ timeout: 5 })
    const proved = views.flatMap(({ definition }) =>
      [...definition.matchAll(/select\s+'([a-z_]+)'::text/gi)].map(([, law]) => law),
    )
    const told = CHAPTERS.flatMap(({ laws }) => Object.keys(laws))
    expect(proved.toSorted()).toEqual(told.toSorted())
  })
})

describe('a proof of the books', () => {
  it('is begun by the worker when staff ask for it, and says that all is right', async () => {
    const ctx = await asStaff()
    await openBooks(database)
    expect(await getBooks(ctx)).toEqual({ proved: null, since: null })
    await askBooksCheck(ctx)
    await askBooksCheck(ctx)
    expect((await getBooks(ctx)).since).toEqual({ state: 'asked', error: null })
    expect(await checkBooks(container())).toEqual({ violations: 0 })
    expect(await getBooks(ctx)).toMatchObject({ proved: { violations: [] }, since: null })
    expect(await database.db.sql`select state from books_check`).toEqual([{ state: 'done' }])
    expect(
      await database.db.sql`select action from audit_event where action = 'invariants.run'`,
    ).toHaveLength(2)
  })

  it('names every broken law and where it is broken', async () => {
    const ctx = await asStaff()
    const accountId = await openBooks(database)
    const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => {} })
    await superuser`set session_replication_role = replica`
    await superuser`update ledger.ledger_account set balance_micros = 5 where account_id = ${String(accountId)} and id = 3`
    await superuser.end({ timeout: 5 })
    await expect(checkBooks(container())).rejects.toThrow('The books break')
    const { proved } = await getBooks(ctx)
    expect(proved?.violations).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ law: 'account_sum_not_zero', accountId, detail: '5' }),
      ]),
    )
  })

  it('that cannot be carried out leaves the last one standing, and says why', async () => {
    const ctx = await asStaff()
    const readOnly = new URL(database.readonlyUrl)
    readOnly.password = 'wrong'
    const env = { ...container().env, READONLY_DATABASE_URL: readOnly.href }
    await expect(checkBooks({ ...container(), env })).rejects.toThrow()
    const { proved, since } = await getBooks(ctx)
    expect(since?.state).toBe('failed')
    expect(since?.error).toContain('password')
    expect(proved).not.toBeNull()
  })
})
