import { env } from '@/lib/env'
import { openContainer } from '@/lib/server/container'
import { startWorker } from './worker'

/** The worker's own process: `npm run worker`. Ends in order on SIGTERM and SIGINT. */
const container = openContainer(env(), 'worker')
const worker = startWorker(container)

let ending = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (ending) return
    ending = true
    container.log.info({ signal }, 'worker is ending')
    void worker
      .stop()
      .then(() => container.close())
      .finally(() => process.exit(0))
  })
}
