// Preloaded into every program the launcher starts: ends it in order when the launcher is gone, however that died.
// Descriptor 3 is one end of a pipe whose other end only the launcher holds.
import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

const ORDERLY_END_MS = 5_000

// What the program itself forks or starts as a thread has no such descriptor and must not be given this file: the
// build's workers speak to the build over theirs.
const ownFlag = process.execArgv.indexOf(import.meta.url)
if (ownFlag > 0) process.execArgv.splice(ownFlag - 1, 2)
if (isMainThread) endWithLauncher()

function endWithLauncher() {
  const leash = new Socket({ fd: 3 })
  leash.on('error', () => {})
  leash.on('close', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORDERLY_END_MS)
  })
  leash.resume()
  leash.unref()
}
