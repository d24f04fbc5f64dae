import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { LaunchError } from '../launch-error'

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))
const LEASH = new URL('die-with-parent.mjs', import.meta.url).href
const ORDERLY_END_MS = 10_000
const OUTPUT_CHARACTERS_MAX = 200_000

export type Program = Readonly<{
  name: string
  /** What node runs: its own flags, the file, and the file's parameters. */
  parameters: readonly string[]
  /** The whole configuration: of this process's own environment only what finds programs and homes is handed on. */
  environment: Readonly<Record<string, string>>
  onLine?: (line: string) => void
}>

export type RunningProgram = Readonly<{
  name: string
  pid: number
  /** What it printed so far, both streams together; the beginning is forgotten once it is long. */
  output(): string
  isRunning(): boolean
  /** Settles when it has ended, with the exit code, or null if a signal ended it. */
  ended: Promise<number | null>
  /** Asks it to end, and insists after ten seconds. */
  stop(): Promise<void>
  /** kill -9: it has no say. */
  kill(): Promise<void>
  /** Stands it still (SIGSTOP) and lets it go on (SIGCONT). */
  pause(): void
  resume(): void
}>

/** Starts a node program that ends when this process ends, even by kill -9. */
export function startProgram(program: Program): RunningProgram {
  const child = spawn(process.execPath, ['--import', LEASH, ...program.parameters], {
    cwd: PROJECT,
    env: {
      ...inherited(),
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      TALKTIME_LAUNCHER: String(process.pid),
      ...program.environment,
    },
    // Ctrl-C reaches the launcher only, which then ends its programs in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new LaunchError(`${program.name} could not be started.`)
  const output = collectOutput(child, program.onLine)
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const signal = (name: NodeJS.Signals) => {
    if (isRunning()) child.kill(name)
  }
  return {
    name: program.name,
    pid,
    output,
    isRunning,
    ended,
    stop: async () => {
      signal('SIGTERM')
      const insist = setTimeout(() => signal('SIGKILL'), ORDERLY_END_MS)
      await ended
      clearTimeout(insist)
    },
    kill: async () => {
      signal('SIGKILL')
      await ended
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  }
}

/** A TypeScript program of this project, run by tsx in one process, so that signals reach it. */
export function typescript(file: string, ...parameters: readonly string[]): readonly string[] {
  return ['--import', 'tsx', file, ...parameters]
}

function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS', 'LD_LIBRARY_PATH']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function collectOutput(child: ChildProcess, onLine: Program['onLine']): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    let partial = ''
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX)
      if (onLine === undefined) return
      const lines = (partial + chunk.toString()).split('\n')
      partial = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    })
  }
  return () => text
}
