import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { RunningProgram } from '../processes/start-program'

/** What has been started so far, to be ended whatever happens: the programs together, then the rest in reverse order. */
export type RunningParts = Readonly<{
  add(end: () => Promise<unknown>): void
  /** Watches a program; ends everything if it ends by itself. */
  watch(program: RunningProgram): void
  /** Settles when something ended by itself, with its name and last words. */
  failed: Promise<RunningProgram>
  endAll(): Promise<void>
  isEnding(): boolean
}>

export function collectParts(): RunningParts {
  const ends: (() => Promise<unknown>)[] = []
  const programs: RunningProgram[] = []
  let ending: Promise<void> | null = null
  let fail: (program: RunningProgram) => void = () => {}
  const failed = new Promise<RunningProgram>((resolve) => {
    fail = resolve
  })
  const endInTurn = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.stop()))
    for (const end of ends.splice(0).reverse()) await end()
  }
  return {
    add: (end) => ends.push(end),
    watch: (program) => {
      programs.push(program)
      void program.ended.then(() => {
        if (ending === null) fail(program)
      })
    },
    failed,
    endAll: () => (ending ??= endInTurn()),
    isEnding: () => ending !== null,
  }
}

/** Where a program's lines go: a file of its own, begun anew at each start, and the terminal too if it is to be seen. */
export function logTo(folder: string, name: string, isShown: boolean): (line: string) => void {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${name}.log`)
  writeFileSync(file, '')
  return (line) => {
    appendFileSync(file, `${line}\n`)
    if (isShown) process.stdout.write(`[${name}] ${line}\n`)
  }
}
