import { expect, it } from 'vitest'
import { startWorker } from '@/lib/dev/programs/start-worker'
import { productEnv } from '@/lib/testing/product-env'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()

it('refuses to start, as the app does, as a role that could rewrite the ledger', async () => {
  const worker = startWorker({ environment: productEnv(database, { DATABASE_URL: database.ownerUrl }) })
  const code = await Promise.race([
    worker.ended,
    new Promise((resolve) => setTimeout(() => resolve('still running'), 30_000)),
  ])
  await worker.stop()
  expect(code).toBe(1)
  expect(worker.output()).toMatch(/^Talktime cannot start: the role of DATABASE_URL could rewrite the ledger/)
})
