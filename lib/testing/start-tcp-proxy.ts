import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { invariant } from '@/lib/kit/assert'

/**
 * How the wire behaves. `pass`: as if it were not there. `refuse`: no connection stands or is made. `stall`: nothing
 * arrives any more, and nobody is told. `lose-answers`: the request arrives, and the connection breaks when the
 * answer comes: whoever asked cannot know whether it was done.
 */
export type WireMode = 'pass' | 'refuse' | 'stall' | 'lose-answers'

export type TcpProxy = Readonly<{
  port: number
  setMode(mode: WireMode): Promise<void>
  /** Breaks every connection that stands now. */
  cut(): void
  /** Answers lost since the start. */
  answersLost(): number
  close(): Promise<void>
}>

/** A wire to a server on this machine that can be made to fail. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: WireMode = 'pass'
  let lost = 0
  const sockets = new Set<Socket>()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1')
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (mode !== 'stall') target.write(bytes)
    })
    target.on('data', (bytes) => {
      if (mode === 'pass') client.write(bytes)
      if (mode === 'lose-answers') {
        lost += 1
        client.destroy()
      }
    })
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      cut()
    })
  await listen(0)
  const port = portOf(server.address())
  return {
    port,
    setMode: async (next) => {
      const previous = mode
      mode = next
      if (next === 'refuse' && previous !== 'refuse') await close()
      if (next !== 'refuse' && previous === 'refuse') await listen(port)
    },
    cut,
    answersLost: () => lost,
    close: () => (mode === 'refuse' ? Promise.resolve() : close()),
  }
}

function portOf(address: AddressInfo | string | null): number {
  invariant(typeof address === 'object' && address !== null, 'the proxy listens on TCP')
  return address.port
}
