// Preloaded into every program the launcher starts: ends it in order when the launcher is gone, however that died.
// Descriptor 3 is one end of a pipe whose other end only the launcher holds. A program hands its flags on to its own
// threads and children; those end with it and hold no pipe.
import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

const ORDERLY_END_MS = 5_000

if (isMainThread && process.env.TALKTIME_LAUNCHER === String(process.ppid)) {
  const leash = new Socket({ fd: 3 })
  leash.on('error', () => {})
  leash.on('close', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORDERLY_END_MS)
  })
  leash.resume()
  leash.unref()
}
