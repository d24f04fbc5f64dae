import { createHash } from 'node:crypto'
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LaunchError, systemErrorCode } from '../launch-error'
import { PROJECT, startProgram } from '../processes/start-program'
import { describeProcess } from '../process-table'
import { ensureWritableFolder } from '../writable-folder'

/** Everything the build reads; of lib/ not what only developers run. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'proxy.ts',
  'instrumentation.ts',
  'instrumentation-client.ts',
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
]
const OTHER_PROGRAMS = /^lib\/(dev|testing|sandbox)(\/|$)|\.test\.tsx?$/

const STAMP = path.join(PROJECT, '.next', 'talktime-sources')
const LOCK = path.join(PROJECT, '.data', 'build.lock')

/**
 * The production build of the sources as they are: made once and kept until they change. Several processes may ask
 * at once; one builds and the others wait. @throws LaunchError with what the build printed if it fails.
 */
export async function ensureBuild(onLine: (line: string) => void = () => {}): Promise<'kept' | 'built'> {
  ensureWritableFolder(path.dirname(LOCK))
  while (!takeLock()) await setTimeout(200)
  try {
    const sources = hashSources()
    if (isBuilt(sources)) return 'kept'
    await build(onLine)
    writeFileSync(STAMP, sources)
    return 'built'
  } finally {
    rmSync(LOCK, { force: true })
  }
}

async function build(onLine: (line: string) => void): Promise<void> {
  rmSync(STAMP, { force: true })
  // Types of routes that exist no more would fail the build's own check.
  rmSync(path.join(PROJECT, '.next', 'dev'), { recursive: true, force: true })
  const program = startProgram({
    name: 'The build',
    parameters: ['node_modules/next/dist/bin/next', 'build'],
    environment: {},
    onLine,
  })
  if ((await program.ended) !== 0) throw new LaunchError(`The app could not be built.\n${program.output()}`)
}

function isBuilt(sources: string): boolean {
  const buildId = path.join(PROJECT, '.next', 'BUILD_ID')
  return existsSync(buildId) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources
}

function hashSources(): string {
  const hash = createHash('sha256').update(process.version)
  for (const source of SOURCES) {
    for (const file of filesUnder(source)) hash.update(file).update(readFileSync(path.join(PROJECT, file)))
  }
  return hash.digest('hex')
}

function filesUnder(source: string): string[] {
  const absolute = path.join(PROJECT, source)
  if (!existsSync(absolute) || OTHER_PROGRAMS.test(source)) return []
  if (!statSync(absolute).isDirectory()) return [source]
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesUnder(`${source}/${name}`))
}

/** One process builds at a time; the lock of a process that is gone is taken over. */
function takeLock(): boolean {
  // Linked into place, so that the lock never stands without its holder's number in it.
  const draft = `${LOCK}.${String(process.pid)}`
  writeFileSync(draft, String(process.pid))
  try {
    linkSync(draft, LOCK)
    return true
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
    const holder = existsSync(LOCK) ? describeProcess(Number(readFileSync(LOCK, 'utf8'))) : null
    if (holder === null || !holder.command.includes('node')) rmSync(LOCK, { force: true })
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}
