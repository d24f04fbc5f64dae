import { expireDueGrants } from '@/lib/core/ledger/expire-due-grants'
import type { Container } from '@/lib/server/container'

const BATCH = 200

/** Books the expiry of credit whose time is up, so that activity shows it on time. */
export async function expireCredit({ clock, databases }: Container): Promise<{ expired: number }> {
  const now = await clock.read()
  let expired = 0
  for (;;) {
    const batch = await expireDueGrants(databases.app, now, BATCH)
    expired += batch
    if (batch < BATCH) return { expired }
  }
}
