import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { LaunchError } from '../launch-error'
import { describeProcess } from '../process-table'
import { ensureWritableFolder } from '../writable-folder'

const claimSchema = z.object({ pid: z.number().int(), url: z.string() })

export type FolderClaim = Readonly<{
  /** An earlier run was killed: its programs may take some seconds more to notice. */
  hadDeadHolder: boolean
  release(): void
}>

/** One demo at a time works on a folder. @throws LaunchError where another one does, or the folder cannot be written to. */
export function claimFolder(folder: string, url: string): FolderClaim {
  ensureWritableFolder(folder)
  const file = path.join(folder, 'demo.json')
  const holder = readClaim(file)
  const process_ = holder === null ? null : describeProcess(holder.pid)
  if (holder !== null && process_?.command.includes('lib/dev/main.ts') === true && !process_.isZombie) {
    throw new LaunchError(
      `Talktime already runs on the data in ${folder}, at ${holder.url} (process ${String(holder.pid)}): stop it first.`,
    )
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, url }))
  return { hadDeadHolder: holder !== null, release: () => rmSync(file, { force: true }) }
}

function readClaim(file: string): z.infer<typeof claimSchema> | null {
  if (!existsSync(file)) return null
  try {
    return claimSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Cut short by whatever ended that run.
    return { pid: 0, url: '' }
  }
}
