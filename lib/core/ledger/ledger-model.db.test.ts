import fc from 'fast-check'
import { test } from 'vitest'
import { arbitraryRounds } from '@/lib/testing/ledger/arbitrary-rounds'
import { runSequence } from '@/lib/testing/ledger/run-sequence'
import { repetitions } from '@/lib/testing/repetitions'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { openBooks } from '@/lib/testing/ledger/open-books'

const suite = useTestDatabase()

/** Sequences run side by side, each on books of its own, to keep the database busy. */
const LANES = 4
const SEQUENCES = repetitions({ usual: 600, long: 8_000 })

test(
  `${SEQUENCES} random concurrent sequences post exactly what the model posts`,
  { timeout: 3_600_000 },
  async () => {
    const property = fc.asyncProperty(arbitraryRounds, async (rounds) => {
      await runSequence(suite.db, await openBooks(suite), rounds)
    })
    const lanes = Array.from({ length: LANES }, () => fc.check(property, { numRuns: SEQUENCES / LANES }))
    for (const details of await Promise.all(lanes)) {
      if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance })
    }
  },
)
