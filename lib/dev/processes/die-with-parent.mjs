// Preloaded into every program the launcher starts: ends it in order when the launcher is gone, however that died.
// Descriptor 3 is one end of a pipe whose other end only the launcher holds.
import { Socket } from 'node:net'

const ORDERLY_END_MS = 5_000

const leash = new Socket({ fd: 3 })
leash.on('error', () => {})
leash.on('close', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORDERLY_END_MS)
})
leash.resume()
leash.unref()
