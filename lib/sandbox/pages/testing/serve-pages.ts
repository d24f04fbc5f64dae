import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { PagePort } from '../../page-port'
import { createPageHandler } from '../index'

/** The pages over `port` on a free port of this machine, until `close` is called. */
export async function servePages(port: PagePort): Promise<{ baseUrl: string; close: () => Promise<void> }> {
  let baseUrl = ''
  const server = createServer((incoming, outgoing) => {
    void respond(port, baseUrl, incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${portOf(server.address())}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { baseUrl, close }
}

async function respond(
  port: PagePort,
  baseUrl: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = incoming.method === 'POST' ? await text(incoming) : null
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.set(name, value)
  }
  const method = incoming.method ?? 'GET'
  const request = new Request(new URL(incoming.url ?? '/', baseUrl), { method, headers, body })
  const response = await createPageHandler(port, { baseUrl })(request)
  outgoing.writeHead(response?.status ?? 404, Object.fromEntries(response?.headers ?? []))
  outgoing.end(response === null ? '' : Buffer.from(await response.arrayBuffer()))
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')
  return address.port
}
