import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiAnswer } from './answer-api'

const BODY_MAX = 1_000_000
/** How long a request that is never answered is held: longer than any client waits. */
const HANG_MS = 120_000

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Null for a name that is not this machine's: a web page elsewhere could otherwise reach in by rebinding a name. */
export function urlOf(message: IncomingMessage): URL | null {
  const base = `http://${message.headers.host ?? ''}`
  const path = message.url ?? '/'
  if (!URL.canParse(path, base)) return null
  const url = new URL(path, base)
  return LOOPBACK.has(url.hostname) ? url : null
}

export function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers()
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '')
  }
  return headers
}

/** Null where it is too long; the rest is then read and thrown away, so that the refusal can be answered. */
export function readBody(message: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= BODY_MAX) chunks.push(chunk)
    })
    message.on('end', () => resolve(size > BODY_MAX ? null : Buffer.concat(chunks)))
    message.on('error', reject)
  })
}

type Sent = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string | Buffer }>

export function send(response: ServerResponse, { status, headers, body }: Sent): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Answers, or does to the connection what a fault wants instead. */
export function conclude(response: ServerResponse, answer: ApiAnswer): void {
  switch (answer.cut) {
    case 'none':
      send(response, answer)
      return
    case 'before':
      response.socket?.destroy()
      return
    case 'hang':
      setTimeout(() => response.socket?.destroy(), HANG_MS).unref()
      return
    case 'truncate': {
      const whole = Buffer.from(answer.body)
      response.writeHead(answer.status, { ...answer.headers, 'content-length': whole.length })
      response.write(whole.subarray(0, Math.ceil(whole.length / 2)), () => response.socket?.destroy())
    }
  }
}
