import { parseConfiguration } from './configuration'
import { start } from './start'

/** Runs the local Stripe until it is told to stop, and says on one line of JSON where it listens. */
async function main(): Promise<void> {
  const program = await start(parseConfiguration(process.env))
  process.stdout.write(`${JSON.stringify({ listening: program.baseUrl })}\n`)
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void program.stop().then(() => process.exit(0))
    })
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
