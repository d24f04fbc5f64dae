import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import type { Container } from '@/lib/server/container'

/** Proves the books right. @throws Error where they are not, which staff are alerted to */
export async function checkBooks({ databases, log }: Container): Promise<{ violations: number }> {
  const violations = await checkInvariants(databases.app.sql)
  if (violations.length === 0) return { violations: 0 }
  log.error({ alert: 'books_wrong', violations: violations.map(({ law, detail }) => `${law}: ${detail}`) })
  throw new Error(`The books break ${String(violations.length)} laws.`)
}
