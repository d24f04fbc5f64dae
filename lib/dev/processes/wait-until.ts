import { setTimeout } from 'node:timers/promises'
import { LaunchError } from '../launch-error'
import type { RunningProgram } from './start-program'

/** Waits until the program answers. @throws LaunchError with its last words if it ends first or takes too long. */
export async function waitUntilReady(
  program: RunningProgram,
  isReady: () => Promise<boolean>,
  patienceSeconds: number,
): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000
  while (Date.now() < deadline) {
    if (!program.isRunning()) throw new LaunchError(`${program.name} ended at once. ${lastWords(program)}`)
    if (await isReady()) return
    await setTimeout(50)
  }
  throw new LaunchError(
    `${program.name} did not answer within ${String(patienceSeconds)} seconds. ${lastWords(program)}`,
  )
}

/** Whether the address answers at all; with `status`, whether it answers just so. */
export async function answers(url: string, status?: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000), redirect: 'manual' })
    await response.body?.cancel()
    return status === undefined || response.status === status
  } catch {
    return false
  }
}

function lastWords(program: RunningProgram): string {
  const lines = program.output().trim().split('\n').slice(-20).join('\n')
  return lines === '' ? 'It printed nothing.' : `Its last words:\n${lines}`
}
