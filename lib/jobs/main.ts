import { constants, setPriority } from 'node:os'
import { env } from '@/lib/env'
import { checkStart } from '@/lib/server/check-start'
import { openContainer } from '@/lib/server/container'
import { startWorker } from './worker'

/** The worker's own process: `npm run worker`. Ends in order on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  // On a machine that it shares with the app, the app comes first: people and Stripe wait for answers, the inbox can.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const values = env()
  await checkStart(values)
  const container = openContainer(values, 'worker')
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
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
