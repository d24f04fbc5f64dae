import { proveBooks } from '@/lib/core/invariants/prove-books'
import { openDatabase } from '@/lib/db/client'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** All books are read, which takes longer than a role gives a statement. */
const STATEMENT_MS_MAX = 15 * 60 * 1000

/**
 * Proves the books right, on a connection of its own that can only read: nothing that customers do waits for it.
 * @throws Error where they are not, which staff are alerted to
 */
export async function checkBooks(container: Container): Promise<{ violations: number }> {
  const { env, log } = container
  const ctx = await makeContext(container, { kind: 'system', name: 'check-books' }, newId('req'))
  const reader = openDatabase(env.READONLY_DATABASE_URL, {
    poolSize: 1,
    applicationName: 'talktime-books',
    statementTimeoutMs: STATEMENT_MS_MAX,
  })
  const budgetMs = STATEMENT_MS_MAX
  const violations = await proveBooks(ctx, { reader, budgetMs }).finally(() => reader.close())
  if (violations.length === 0) return { violations: 0 }
  log.error({ alert: 'books_wrong', violations: violations.map(({ law, detail }) => `${law}: ${detail}`) })
  throw new Error(`The books break ${String(violations.length)} laws.`)
}
