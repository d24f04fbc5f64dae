import { spawnSync } from 'node:child_process'
import { lchownSync, lstatSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { LaunchError } from '../launch-error'
import type { Binaries } from './binaries'

/** The account `nobody`, which exists on every Linux. */
const NOBODY = 65_534

/** How PostgreSQL's programs are started: they refuse to run as root. */
export type Launcher = Readonly<{
  prefix: readonly string[]
  identity: Readonly<{ uid: number; gid: number }> | null
  /** The owner that the data folder must have for the server to accept it; null leaves files alone. */
  fileOwner: number | null
}>

const AS_ONESELF: Launcher = { prefix: [], identity: null, fileOwner: null }

/**
 * For an ordinary user: nothing special. For root: the account `nobody`, and where the project lies in a folder
 * that only root may enter (/root in most containers), `nobody` with the right to pass through it, or a user
 * namespace. @throws LaunchError where root may do none of these.
 */
export function chooseLauncher(binaries: Binaries, dataFolder: string): Launcher {
  if (process.getuid?.() !== 0) return AS_ONESELF
  if (process.platform !== 'linux')
    throw new LaunchError('PostgreSQL does not run as root: use your own account.')
  const candidates = isReachable(binaries.folder) && isReachable(path.dirname(dataFolder)) ? ALL : ENTERING
  const found = candidates.find((launcher) => runs(launcher, binaries))
  if (found === undefined) {
    throw new LaunchError(
      `PostgreSQL does not run as root, and no other account can reach ${binaries.folder}: ` +
        'move the project out of a folder closed to others, or use an ordinary account.',
    )
  }
  return found
}

const AS_NOBODY: Launcher = { prefix: [], identity: { uid: NOBODY, gid: NOBODY }, fileOwner: NOBODY }

/** Securebits, because access(2), by which PostgreSQL looks for its own programs, forgets capabilities without. */
const AS_NOBODY_PASSING: Launcher = {
  prefix: [
    'setpriv',
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ],
  identity: null,
  fileOwner: NOBODY,
}

const IN_USER_NAMESPACE: Launcher = {
  prefix: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`],
  identity: null,
  fileOwner: 0,
}

const ENTERING = [AS_NOBODY_PASSING, IN_USER_NAMESPACE]
const ALL = [AS_NOBODY, ...ENTERING]

function runs(launcher: Launcher, binaries: Binaries): boolean {
  const [program, ...rest] = [...launcher.prefix, binaries.postgres, '--version']
  return spawnSync(program, rest, { ...launcher.identity, stdio: 'ignore' }).status === 0
}

function isReachable(folder: string): boolean {
  const open = (statSync(folder).mode & 0o001) !== 0
  const parent = path.dirname(folder)
  return open && (parent === folder || isReachable(parent))
}

/** Gives the data folder to the launcher's account; an earlier run may have used another one. */
export function ensureOwner(dataFolder: string, launcher: Launcher): void {
  const owner = launcher.fileOwner
  if (owner === null || lstatSync(dataFolder).uid === owner) return
  lchownSync(dataFolder, owner, owner)
  for (const entry of readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(path.join(dataFolder, entry), owner, owner)
  }
}
