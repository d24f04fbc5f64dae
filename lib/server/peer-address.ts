import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { PEER_HEADER } from '@/lib/auth/client-address'

/**
 * Writes the other end of the connection into a header of every request, over whatever the client sent under that
 * name. A route handler of Next sees headers only, and Next itself fills X-Forwarded-For in only where the client did
 * not: without this, the client would choose the address that its failures are counted against.
 */
export function markPeers(): void {
  subscribe('http.server.request.start', (message) => {
    const request =
      typeof message === 'object' && message !== null && 'request' in message ? message.request : null
    if (request instanceof IncomingMessage) {
      request.headers[PEER_HEADER] = request.socket.remoteAddress ?? ''
    }
  })
}
