import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { LaunchError } from '../launch-error'
import type { Binaries } from './binaries'
import type { Launcher } from './unprivileged'

export type Programs = Readonly<{ binaries: Binaries; data: string; launcher: Launcher }>

/** Runs pg_ctl to its end. @throws LaunchError with what it printed if it fails. */
export function runControl(programs: Programs, parameters: readonly string[]): Promise<void> {
  const { binaries, data, launcher } = programs
  const [program, ...prefix] = [...launcher.prefix, binaries.pgCtl]
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...prefix, '-D', data, ...parameters], {
      ...launcher.identity,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      // A group of its own, so that Ctrl-C in the terminal reaches the launcher, which then ends the server in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    const collect = (chunk: Buffer) => {
      printed += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new LaunchError(`pg_ctl ${parameters[0] ?? ''} failed: ${printed.trim()}`))
    })
  })
}

export function logFile(programs: Programs): string {
  return path.join(programs.data, 'server.log')
}

/** The end of the server's log in one line, for the sentence that explains a failed start. */
export function serverLogTail(programs: Programs): string {
  const file = logFile(programs)
  if (!existsSync(file)) return 'none'
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ')
}
