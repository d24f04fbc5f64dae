import { readFile } from 'node:fs/promises'
import postgres from 'postgres'
import type { TestDatabase } from '@/lib/testing/test-database'
import { WALLETS } from './postings-contenders'

const MILLION_DOLLARS = 1_000_000_000_000
/** Postings that each wallet has had before. */
const HISTORY = 10

/** Wallets with a million dollars each on both sides, some history, and fresh statistics. */
export async function loadWallets({
  ownerUrl,
  appUrl,
}: Pick<TestDatabase, 'ownerUrl' | 'appUrl'>): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  const app = postgres(appUrl, { max: 1, onnotice: () => {} })
  const raw = await readFile(new URL('./raw.sql', import.meta.url), 'utf8')
  try {
    await owner.unsafe(raw)
    await owner.unsafe(`
      grant usage on schema raw to talktime_app;
      grant select, insert, update on all tables in schema raw to talktime_app;
      insert into raw.balance select i, 1000, ${MILLION_DOLLARS} from generate_series(1, ${WALLETS}) as i;
      insert into raw.balance select i, 6, 0 from generate_series(1, ${WALLETS}) as i;
      insert into account (name) select 'wallet ' || i from generate_series(1, ${WALLETS}) as i`)
    await app.unsafe(`set statement_timeout = 0; select count(ledger.open(id, 'USD')) from account;
      select count(ledger.grant_credit(id, 'deposit_card', 'in_1', 'purchased', 0, ${MILLION_DOLLARS}, 0, null, now(), now()))
        from account`)
    await owner.unsafe('analyze')
    for (let round = 0; round < HISTORY; round++) {
      await owner`select count(raw.post(i, 'usage', ${`history:${String(round)}`}, 1000, 6, 1, now())) from generate_series(1, ${WALLETS}::int) as i`
      await app`select count(ledger.spend(i, 'usage', ${`history:${String(round)}`}, 1, null, now(), now()))
        from generate_series(1, ${WALLETS}::int) as i`
    }
    await owner.unsafe('vacuum analyze')
  } finally {
    await Promise.all([owner.end({ timeout: 5 }), app.end({ timeout: 5 })])
  }
}
