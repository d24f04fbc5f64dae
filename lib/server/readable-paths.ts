import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'

/**
 * Lets a path that is no text (`/%ED%A0%80`) stand for the letters it is written with, so that it names nothing and is
 * answered as such: Next decodes paths before any handler runs, and answers 500 where it cannot.
 */
export function keepPathsReadable(): void {
  subscribe('http.server.request.start', (message) => {
    const request =
      typeof message === 'object' && message !== null && 'request' in message ? message.request : null
    if (request instanceof IncomingMessage && request.url !== undefined) {
      request.url = readablePath(request.url)
    }
  })
}

export function readablePath(url: string): string {
  const [path = '', ...query] = url.split('?')
  return isText(path) ? url : [path.replaceAll('%', '%25'), ...query].join('?')
}

function isText(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
