import { expect, it } from 'vitest'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { startInboxLane } from './inbox-lane'

const database = useTestDatabase()
const container = useTestContainer(database)

const listeners = async () =>
  (
    await database.db.sql`
      select pid from pg_stat_activity where datname = current_database() and query ilike 'listen%'`
  ).length

it('listens on, when the pool that others use is replaced, and until it is stopped', async () => {
  const lane = startInboxLane(container())
  try {
    await expect.poll(listeners, { timeout: 10_000 }).toBe(1)
    const { app } = container().databases
    app.renew(app.sql)
    // The old pool is given six seconds to end.
    await new Promise((resolve) => setTimeout(resolve, 7_500))
    expect(await listeners()).toBe(1)
  } finally {
    await lane.stop(1_000)
  }
  await expect.poll(listeners, { timeout: 10_000 }).toBe(0)
})
