import { createServer } from 'node:net'

/** A TCP port nobody listens on at this moment, chosen by the system. */
export function freePort(): Promise<number> {
  return listenOnce(0)
}

/** Whether a server could listen on this port of 127.0.0.1 at this moment. */
export async function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  )
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      const chosen = typeof address === 'object' && address !== null ? address.port : port
      server.close(() => {
        resolve(chosen)
      })
    })
  })
}
