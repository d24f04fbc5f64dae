import { env } from '@/lib/env'
import { checkStart } from './check-start'
import { container } from './container'
import { markPeers } from './peer-address'
import { keepPathsReadable } from './readable-paths'
import { reportBundle } from './report-bundle'

/** Makes the server ready, or ends the process with one sentence that says what to do about it. */
export async function start(): Promise<void> {
  try {
    await checkStart(env())
    markPeers()
    keepPathsReadable()
    void reportBundle(container())
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
