import { afterAll, beforeAll, expect, inject } from 'vitest'
import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import { invariant } from '@/lib/kit/assert'
import { startStack, type Stack, type StackOptions } from './start-stack'

/**
 * Gives the surrounding suite the whole product as running processes, from before its first test until after its
 * last; then the books must be right. Call the answer inside hooks and tests.
 */
export function useStack(options: StackOptions = {}): () => Stack {
  let stack: Stack | undefined
  beforeAll(async () => {
    stack = await startStack(inject('testServer'), options)
  })
  afterAll(async () => {
    if (stack === undefined) return
    try {
      expect(await checkInvariants(stack.database.db.sql)).toEqual([])
    } finally {
      await stack.stop()
    }
  })
  return () => {
    invariant(stack !== undefined, 'the stack is used inside hooks and tests only')
    return stack
  }
}
