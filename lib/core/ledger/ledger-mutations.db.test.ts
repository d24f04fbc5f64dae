import fc from 'fast-check'
import postgres from 'postgres'
import { describe, expect, inject, test } from 'vitest'
import { arbitraryRounds } from '@/lib/testing/ledger/arbitrary-rounds'
import { MUTATIONS, type Mutation } from '@/lib/testing/ledger/mutations'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { runSequence } from '@/lib/testing/ledger/run-sequence'
import { isLongRun } from '@/lib/testing/repetitions'
import { createTestDatabase, type TestDatabase } from '@/lib/testing/test-database'

const SEQUENCES_MAX = 3_000
const LANES = 4

/** Whether the suite of the model notices: random sequences are run until one fails, or the books are found wrong. */
async function isKilled(database: TestDatabase): Promise<boolean> {
  const property = fc.asyncProperty(arbitraryRounds, async (rounds) => {
    await runSequence(database.db, await openBooks(database), rounds)
  })
  const lanes = Array.from({ length: LANES }, () =>
    fc.check(property, { numRuns: SEQUENCES_MAX / LANES, endOnFailure: true }).then((details) => {
      if (details.failed) throw new Error('noticed')
    }),
  )
  return Promise.all(lanes).then(
    () => false,
    () => true,
  )
}

async function mutate(ownerUrl: string, mutation: Mutation): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    const [row] = await owner<{ definition: string }[]>`
      select pg_get_functiondef(oid) as definition from pg_proc
      where pronamespace = 'ledger'::regnamespace and proname = ${mutation.function}`
    const definition = row?.definition ?? ''
    expect(
      definition.split(mutation.from).length,
      `${mutation.from} is in ${mutation.function}`,
    ).toBeGreaterThan(1)
    await owner.unsafe(definition.replaceAll(mutation.from, mutation.to))
  } finally {
    await owner.end({ timeout: 5 })
  }
}

describe.skipIf(!isLongRun)('a ledger whose function', () => {
  test.each(MUTATIONS.map((mutation) => [`${mutation.function} ${mutation.name}`, mutation] as const))(
    '%s is found out',
    { timeout: 900_000 },
    async (_, mutation) => {
      const database = await createTestDatabase(inject('testServer'))
      try {
        await mutate(database.ownerUrl, mutation)
        expect(await isKilled(database)).toBe(true)
      } finally {
        await database.drop()
      }
    },
  )
})

test('every mutation still names a place in its function', async () => {
  const database = await createTestDatabase(inject('testServer'))
  try {
    for (const mutation of MUTATIONS) await mutate(database.ownerUrl, { ...mutation, to: mutation.from })
  } finally {
    await database.drop()
  }
})
