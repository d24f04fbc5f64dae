import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '@/lib/dev/processes/start-program'
import type { Tally } from './read-results'
import type { Stage } from './stages'

export type How = Readonly<{
  environment: Readonly<Record<string, string>>
  /** Whether nothing runs beside it. */
  isAlone: boolean
}>

type Ended = Readonly<{ succeeded: boolean; output: string }>

/** Runs a stage to its end. A check counts as one test; a runner counts what it reports, and a failure without one as one. */
export async function runStage(stage: Stage, how: How): Promise<Tally> {
  const results = stage.results === null ? null : path.join(PROJECT, stage.results.file)
  if (results !== null) {
    mkdirSync(path.dirname(results), { recursive: true })
    rmSync(results, { force: true })
  }
  const { succeeded, output } = await runAll(stage, teller(stage, how.isAlone), how.environment)
  if (!succeeded && !stage.isTold) process.stdout.write(`${output.trimEnd()}\n`)
  if (stage.results === null) return succeeded ? PASSED : FAILED
  if (results === null || !existsSync(results)) return FAILED
  const tally = stage.results.read(readFileSync(results, 'utf8'))
  return succeeded || tally.failed > 0 ? tally : { ...tally, failed: 1 }
}

const PASSED: Tally = { passed: 1, failed: 0, skipped: 0 }
const FAILED: Tally = { passed: 0, failed: 1, skipped: 0 }

type Tell = (text: string) => void

/** Beside others, each line says whose it is. */
function teller(stage: Stage, isAlone: boolean): Tell {
  if (!stage.isTold) return () => {}
  if (isAlone) return (text) => process.stdout.write(text)
  let rest = ''
  return (text) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') console.log(`${stage.name} | ${line}`)
  }
}

async function runAll(stage: Stage, tell: Tell, environment: How['environment']): Promise<Ended> {
  let output = ''
  for (const command of stage.commands) {
    const ended = await run(command, tell, environment)
    output += ended.output
    if (!ended.succeeded) return { succeeded: false, output }
  }
  return { succeeded: true, output }
}

function run(command: readonly string[], tell: Tell, environment: How['environment']): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd: PROJECT,
      env: { ...process.env, ...environment, NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
      tell(chunk.toString())
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', reject)
    child.on('close', (code) => resolve({ succeeded: code === 0, output }))
  })
}
