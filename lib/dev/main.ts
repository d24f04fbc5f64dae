import { LaunchError } from './launch-error'
import { readOptions } from './demo/read-options'
import { runDemo } from './demo/run-demo'
import { collectParts } from './demo/running-parts'

/** `npm run demo` and `npm run dev`: starts everything, and ends everything on Ctrl-C. */
const parts = collectParts()

/** The first reason to end is the one that counts: what breaks while everything is being stopped is no news. */
async function end(code: number, word: string): Promise<void> {
  if (parts.isEnding()) return
  process.stdout.write(`\n  ${word}\n`)
  await parts.endAll()
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(0, 'Stopping …'))
}

try {
  await runDemo(readOptions(process.argv.slice(2)), parts)
  const program = await parts.failed
  const words = program.output().trim().split('\n').slice(-20).join('\n')
  await end(1, `${program.name} ended by itself, so everything is stopped. Its last words:\n${words}`)
} catch (error) {
  if (!(error instanceof LaunchError) && !parts.isEnding()) console.error(error)
  await end(1, error instanceof LaunchError ? error.message : 'Talktime could not be started.')
}
