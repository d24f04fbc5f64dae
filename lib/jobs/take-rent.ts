import { takeDueRent } from '@/lib/core/numbers/take-due-rent'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** A call's share: a fraction of the time that a statement is given. */
const BATCH = 500

/** Takes what rent is due. A month that cannot be taken now is taken by a later run, at its own date. */
export async function takeRent(container: Container): Promise<{ months: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'take-rent' }, newId('req'))
  let months = 0
  for (;;) {
    const taken = await takeDueRent(ctx, BATCH)
    months += taken
    if (taken < BATCH) return { months }
  }
}
