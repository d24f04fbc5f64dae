import type { Program } from '../program'

/** Forgets every object, event, delivery, answer and fault, and puts the clock back to real time. */
export async function resetState(program: Program): Promise<void> {
  program.deliveries.clear()
  await program.sql`truncate sandbox.objects, sandbox.events, sandbox.deliveries, sandbox.answers restart identity cascade`
  await program.clock.reset()
  program.faults.clear()
  program.requests.clear()
}
