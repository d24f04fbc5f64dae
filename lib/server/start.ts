import { env } from '@/lib/env'
import { checkStart } from './check-start'
import { markPeers } from './peer-address'
import { keepPathsReadable } from './readable-paths'

/** Makes the server ready, or ends the process with one sentence that says what to do about it. */
export async function start(): Promise<void> {
  try {
    await checkStart(env())
    markPeers()
    keepPathsReadable()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
