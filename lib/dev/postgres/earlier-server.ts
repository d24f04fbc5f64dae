import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LaunchError } from '../launch-error'
import { describeProcess } from '../process-table'
import type { Programs } from './control'

const PATIENCE_MS = 30_000

/**
 * Deals with the lock file an earlier run left. A server that is still starting or stopping is waited for; a number
 * that belongs to a dead process or by now to another program is forgotten. Where the process is gone, the lock
 * stays: PostgreSQL itself then checks that no orphan still uses the data before it takes over.
 * @throws LaunchError if a server holds the folder and answers nobody.
 */
export async function awaitEndOfEarlierServer(
  programs: Programs,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const lock = path.join(programs.data, 'postmaster.pid')
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline) {
    if (!existsSync(lock)) return
    const pid = Number(readFileSync(lock, 'utf8').split('\n')[0])
    const owner = describeProcess(pid)
    if (owner === null) return
    if (owner.isZombie || !owner.command.includes('postgres')) {
      rmSync(lock, { force: true })
      return
    }
    if (await isReady()) return
    await setTimeout(100)
  }
  throw new LaunchError(
    `A PostgreSQL server holds ${programs.data} and does not answer: stop it (its number is in ${lock}) and start again.`,
  )
}
