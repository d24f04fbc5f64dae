import type postgres from 'postgres'

/** What is written about a request itself, whoever sends it; a quote is kept, so that what was shown can be held to. */
const ABOUT_REQUESTS = [
  'rate_limit',
  'provider_call_budget',
  'audit_event',
  'access_view',
  'subscription_quote',
]

/** Accounts and people whose rows are left out. */
export type Outside = Readonly<{ accounts: readonly bigint[]; people: readonly string[] }>

/**
 * A hash of every table of the product as it is now, for finding out which have changed since. Left out are tables about
 * requests and the moments at which a credential was last used. `sql` may read everything.
 */
export async function hashTables(
  sql: postgres.Sql,
  without: Outside = { accounts: [], people: [] },
): Promise<ReadonlyMap<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'ledger') and not tablename = any (${ABOUT_REQUESTS}::text[]) order by 1`
  const hashes = await Promise.all(
    tables.map(async ({ name }) => {
      const key = name === 'public.account' ? 'id' : 'account_id'
      const [row] = await sql<{ hash: string }[]>`
        select coalesce(md5(string_agg(line, '|' order by line)), '') as hash from (
          select (to_jsonb(t) - 'last_used_at')::text as line from ${sql.unsafe(name)} as t
           where (to_jsonb(t)->>${key}::text = any (${without.accounts.map(String)}::text[])) is not true
             and (to_jsonb(t)->>'user_id' = any (${[...without.people]}::text[])) is not true) as rows`
      return [name, row?.hash ?? ''] as const
    }),
  )
  return new Map(hashes)
}

/** The tables whose hashes differ. */
export function changedTables(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  return [...after.keys()].filter((name) => before.get(name) !== after.get(name))
}
