import { afterAll } from 'vitest'
import { parseEnv } from '@/lib/env'
import { openContainer, type Container } from '@/lib/server/container'
import { productEnv } from './product-env'
import type { SuiteDatabase } from './use-test-database'

/**
 * The product's own composition root over the suite's database, in this process: what a worker runs on. Call inside a
 * hook or a test, after the suite's database; it is closed with the suite.
 */
function openTestContainer(
  database: SuiteDatabase,
  overrides: Readonly<Record<string, string>> = {},
): Container {
  return openContainer(parseEnv(productEnv(database, overrides)), 'worker')
}

/** The same for a whole suite: opened when first asked for. */
export function useTestContainer(
  database: SuiteDatabase,
  overrides: () => Readonly<Record<string, string>> = () => ({}),
): () => Container {
  let opened: Container | undefined
  afterAll(async () => {
    await opened?.close()
  })
  return () => (opened ??= openTestContainer(database, overrides()))
}
