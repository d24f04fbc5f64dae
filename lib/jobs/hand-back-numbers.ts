import { handBackNumbers } from '@/lib/core/numbers/hand-back-numbers'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** A round ends after so many: where the carrier is away, it is not asked about every number there is. */
const NUMBERS_MAX = 100

/** Hands back to the carrier what was released or never recorded. @throws Error that counts what it did not take */
export async function handBackClaims(container: Container): Promise<{ handedBack: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'hand-back-numbers' }, newId('req'))
  const { handedBack, left } = await handBackNumbers(ctx, NUMBERS_MAX)
  if (left > 0)
    throw new Error(`${String(left)} numbers could not be handed back, ${String(handedBack)} were.`)
  return { handedBack }
}
