import { RETRY_SETTINGS_NAME } from '../invoices/retry-settings'
import type { Program } from '../program'

/** Forgets every object, event, delivery, answer, fault and setting, and puts the clock back to real time. */
export async function resetState(program: Program): Promise<void> {
  program.deliveries.clear()
  await program.sql`truncate sandbox.objects, sandbox.events, sandbox.deliveries, sandbox.answers restart identity cascade`
  await program.sql`delete from sandbox.settings where name = ${RETRY_SETTINGS_NAME}`
  await program.clock.reset()
  program.faults.clear()
  program.requests.clear()
}
