import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { freePort, isFree } from '../free-port'
import { LaunchError } from '../launch-error'
import { ensureWritableFolder } from '../writable-folder'
import { findBinaries } from './binaries'
import { logFile, runControl, serverLogTail, type Programs } from './control'
import { awaitEndOfEarlierServer } from './earlier-server'
import { isAnswering } from './probe'
import { chooseLauncher, ensureOwner } from './unprivileged'

export type Cluster = Readonly<{
  port: number
  /** False where a running server was found and is now shared. */
  startedHere: boolean
  /** The password of every role of this cluster: it listens on loopback only and belongs to one user. */
  password: string
  url(role: string, database: string): string
  /** Ends it in order: sessions are cut, everything committed is on disk. */
  stop(): Promise<void>
  /** As a power cut would: no checkpoint, recovery at the next start. For fault tests. */
  crash(): Promise<void>
}>

export const SUPERUSER = 'postgres'
const settingsSchema = z.object({ port: z.number().int(), password: z.string() })
type Settings = z.infer<typeof settingsSchema>

/** `settings` are server parameters, such as `shared_buffers`. */
export type ClusterOptions = Readonly<{ settings?: Readonly<Record<string, string>> }>

/**
 * A running PostgreSQL whose data lie in `folder`: made if missing, attached to if it runs, started otherwise, and
 * recovered if an earlier run was killed. Its port is free when it is chosen and kept from then on.
 * @throws LaunchError with one sentence on what stands in the way.
 */
export async function ensureCluster(folder: string, options: ClusterOptions = {}): Promise<Cluster> {
  ensureWritableFolder(folder)
  const binaries = findBinaries()
  const data = path.resolve(folder, 'data')
  const programs: Programs = { binaries, data, launcher: chooseLauncher(binaries, data) }
  if (!existsSync(data)) await initialise(folder, programs)
  ensureOwner(data, programs.launcher)
  const { settings, startedHere } = await attachOrStart(programs, options)
  return {
    port: settings.port,
    startedHere,
    password: settings.password,
    url: (role, database) => urlOf(settings, role, database),
    stop: () => runControl(programs, ['stop', '-w', '-m', 'fast']),
    crash: () => runControl(programs, ['stop', '-w', '-m', 'immediate']),
  }
}

function urlOf(settings: Settings, role: string, database: string): string {
  return `postgres://${role}:${settings.password}@127.0.0.1:${String(settings.port)}/${database}`
}

type Running = Readonly<{ settings: Settings; startedHere: boolean }>

async function attachOrStart(programs: Programs, options: ClusterOptions): Promise<Running> {
  const kept = readSettings(programs.data)
  if (await isReady(kept)) return { settings: kept, startedHere: false }
  await awaitEndOfEarlierServer(programs, () => isReady(kept))
  if (await isReady(kept)) return { settings: kept, startedHere: false }
  const settings = (await isFree(kept.port)) ? kept : { ...kept, port: await freePort() }
  if (settings !== kept) writeSettings(programs.data, settings)
  return start(programs, settings, options, STARTS_MAX)
}

/** For some moments after a kill -9 the processes of the dead server still hold its memory, and a start is refused. */
const STARTS_MAX = 6

async function start(
  programs: Programs,
  settings: Settings,
  options: ClusterOptions,
  triesLeft: number,
): Promise<Running> {
  try {
    const flags = [
      'start',
      '-w',
      '-t',
      '60',
      '-l',
      logFile(programs),
      '-o',
      serverOptions(settings.port, options),
    ]
    await runControl(programs, flags)
    return { settings, startedHere: true }
  } catch (error) {
    const current = readSettings(programs.data)
    if (await isReady(current)) return { settings: current, startedHere: false }
    if (triesLeft > 1) {
      await setTimeout(500)
      return start(programs, current, options, triesLeft - 1)
    }
    throw new LaunchError(
      `PostgreSQL did not start in ${programs.data}. Its last words: ${serverLogTail(programs)}`,
      error,
    )
  }
}

function isReady(settings: Settings): Promise<boolean> {
  return isAnswering(urlOf(settings, SUPERUSER, 'postgres'))
}

function serverOptions(port: number, options: ClusterOptions): string {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  }
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`)
  return [`-p ${String(port)}`, ...flags].join(' ')
}

/** Two processes may do this at once: the folder appears whole by one rename, and the slower takes the other's. */
async function initialise(folder: string, programs: Programs): Promise<void> {
  const draft = path.resolve(folder, `new-${String(process.pid)}`)
  const passwordFile = path.join(draft, 'superuser-password')
  const cluster = path.join(draft, 'data')
  const settings: Settings = { port: await freePort(), password: randomBytes(18).toString('hex') }
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o755 })
  try {
    writeFileSync(passwordFile, settings.password, { mode: 0o600 })
    ensureOwner(draft, programs.launcher)
    const options = `--encoding=UTF8 --locale=C --data-checksums --username=${SUPERUSER} --auth=scram-sha-256`
    await runControl({ ...programs, data: cluster }, ['init', '-o', `${options} --pwfile='${passwordFile}'`])
    writeSettings(cluster, settings)
    renameSync(cluster, programs.data)
  } catch (error) {
    if (!existsSync(programs.data)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Kept inside the data folder, so that the two appear and vanish together. */
function settingsFile(data: string): string {
  return path.join(data, 'talktime.json')
}

function readSettings(data: string): Settings {
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(settingsFile(data), 'utf8')))
  } catch (error) {
    throw new LaunchError(
      `${settingsFile(data)} is missing, unreadable or damaged, and the database around it cannot be opened without: ` +
        'run as the user who made it, or start with --reset to begin anew.',
      error,
    )
  }
}

function writeSettings(data: string, settings: Settings): void {
  writeFileSync(settingsFile(data), JSON.stringify(settings), { mode: 0o600 })
}
