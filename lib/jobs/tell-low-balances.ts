import { tellLowBalances } from '@/lib/core/alerts/tell-low-balances'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

const BATCH = 500

/** Tells accounts whose balance fell below what they set. */
export async function tellOfLowBalances(container: Container): Promise<{ told: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'tell-low-balances' }, newId('req'))
  let told = 0
  let after: bigint | null = 0n
  while (after !== null) {
    const looked = await tellLowBalances(ctx, after, BATCH)
    told += looked.told
    after = looked.accounts < BATCH ? null : looked.lastAccount
  }
  return { told }
}
