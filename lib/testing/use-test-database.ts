import { afterAll, beforeAll, expect, inject } from 'vitest'
import { invariant } from '@/lib/kit/assert'
import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import type { Database } from '@/lib/db/client'
import { createTestDatabase, type TestDatabase } from './test-database'

/** The suite's own database; its members may be read from the first hook on. */
export type SuiteDatabase = Readonly<{
  /** Signed in as the application's own role. */
  db: Database
  appUrl: string
  /** Owns every table: for preparing what the application itself may not do, and for attacks. */
  ownerUrl: string
  readonlyUrl: string
  superuserUrl: string
}>

type Options = Readonly<{
  /** False only for a suite that breaks the books on purpose, to see that it is noticed. */
  checkInvariants?: boolean
}>

/**
 * Gives the surrounding suite a migrated database of its own, copied from the template before its tests and dropped
 * after them. After the tests the books must be right: every invariant is checked, and a violation fails the suite.
 */
export function useTestDatabase(options: Options = {}): SuiteDatabase {
  let made: TestDatabase | undefined
  const current = (): TestDatabase => {
    invariant(made !== undefined, 'the suite database is used inside hooks and tests only')
    return made
  }
  beforeAll(async () => {
    made = await createTestDatabase(inject('testServer'))
  })
  afterAll(async () => {
    if (made === undefined) return
    try {
      if (options.checkInvariants !== false) expect(await checkInvariants(made.db.sql)).toEqual([])
    } finally {
      await made.drop()
    }
  })
  return {
    get db() {
      return current().db
    },
    get appUrl() {
      return current().appUrl
    },
    get ownerUrl() {
      return current().ownerUrl
    },
    get readonlyUrl() {
      return current().readonlyUrl
    },
    get superuserUrl() {
      return current().superuserUrl
    },
  }
}
