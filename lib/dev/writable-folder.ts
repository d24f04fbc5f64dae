import { accessSync, constants, mkdirSync } from 'node:fs'
import { LaunchError } from './launch-error'

/** Makes the folder if it is missing. @throws LaunchError where this user may not write to it. */
export function ensureWritableFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new LaunchError(
      `Talktime keeps its data in ${folder}, but this user may not write there: ` +
        'give it write permission, or run as the user who owns the folder.',
      error,
    )
  }
}
