import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import { callDatabase } from '@/lib/db/call'
import { openDatabase } from '@/lib/db/client'
import type { Container } from '@/lib/server/container'

/** All books are read, which takes longer than the application's role gives a statement. */
const STATEMENT_MS_MAX = 15 * 60 * 1000

/** Proves the books right. @throws Error where they are not, which staff are alerted to */
export async function checkBooks({ env, log }: Container): Promise<{ violations: number }> {
  const db = openDatabase(env.DATABASE_URL, {
    poolSize: 1,
    applicationName: 'talktime-books',
    statementTimeoutMs: STATEMENT_MS_MAX,
  })
  const violations = await callDatabase(db, checkInvariants, STATEMENT_MS_MAX).finally(() => db.close())
  if (violations.length === 0) return { violations: 0 }
  log.error({ alert: 'books_wrong', violations: violations.map(({ law, detail }) => `${law}: ${detail}`) })
  throw new Error(`The books break ${String(violations.length)} laws.`)
}
