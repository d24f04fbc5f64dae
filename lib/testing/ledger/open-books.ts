import { invariant } from '@/lib/kit/assert'
import type { SuiteDatabase } from '@/lib/testing/use-test-database'

/** A new account with open, empty books: nothing of it but what the ledger needs. */
export async function openBooks({ db }: Pick<SuiteDatabase, 'db'>): Promise<bigint> {
  const [row] = await db.sql<{ id: bigint }[]>`
    with made as (insert into account (name) values ('books') returning id)
    select id from made`
  invariant(row !== undefined, 'an insert returns its row')
  await db.sql`select ledger.open(${row.id}, 'USD')`
  return row.id
}
