import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export type RunningProcess = Readonly<{ command: string; isZombie: boolean }>

/** What runs under this number, or null if nothing does. Reads /proc where there is one, and asks ps elsewhere. */
export function describeProcess(pid: number): RunningProcess | null {
  if (!Number.isInteger(pid) || pid <= 0) return null
  return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid)
}

function fromProc(pid: number): RunningProcess | null {
  try {
    const status = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    const command = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .trim()
    return { command, isZombie: /\) Z /.test(status) }
  } catch {
    return null
  }
}

function fromPs(pid: number): RunningProcess | null {
  const answer = spawnSync('ps', ['-o', 'stat=,command=', '-p', String(pid)], { encoding: 'utf8' })
  const line = answer.stdout.trim()
  if (answer.status !== 0 || line === '') return null
  const [state = '', ...command] = line.split(/\s+/)
  return { command: command.join(' '), isZombie: state.startsWith('Z') }
}
