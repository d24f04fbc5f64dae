import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { answerControl } from '../control/control-routes'
import type { Program } from '../program'
import type { PageHandler } from '../page-port'
import { ROUTES } from '../resources/all-routes'
import { apiAnswerer, type ApiAnswer } from './answer-api'

const BODY_MAX = 1_000_000
/** How long a request that is never answered is held: longer than any client waits. */
const HANG_MS = 120_000

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** The one place where node's requests become the platform's, and where answers meet the connection. */
export function serve(program: () => Program, pages: () => PageHandler): Server {
  let answerApi: ReturnType<typeof apiAnswerer> | null = null
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const arrived = performance.now()
    const running = program()
    const url = urlOf(message)
    if (url === null) return send(response, { status: 403, headers: {}, body: 'Loopback hosts only.' })
    const body = await readBody(message)
    if (body === null) return send(response, { status: 413, headers: {}, body: 'The request is too large.' })
    if (url.pathname.startsWith('/v1/')) {
      answerApi ??= apiAnswerer(running, ROUTES)
      const answer = await answerApi({
        method: message.method ?? 'GET',
        path: url.pathname,
        query: url.search.slice(1),
        headers: headersOf(message),
        body: body.toString('utf8'),
      })
      await until(arrived + running.faults.plan.latencyMs)
      deliverAfter(running, response, answer)
      return conclude(response, answer)
    }
    const request = new Request(url, {
      method: message.method ?? 'GET',
      headers: headersOf(message),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    })
    const answer = url.pathname.startsWith('/_emulator/')
      ? await answerControl(running, request)
      : ((await pages()(request)) ?? new Response('Not found', { status: 404 }))
    send(response, {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    })
  }
  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      console.error(`local Stripe: ${message.method} ${message.url?.split('?')[0]} failed`, error)
      if (!response.headersSent)
        send(response, { status: 500, headers: {}, body: 'The local Stripe failed.' })
    })
  })
  // Longer than clients keep a connection, so that it is never closed under a request on its way.
  server.keepAliveTimeout = 75_000
  return server
}

/** Null for a name that is not this machine's: a web page elsewhere could otherwise reach in by rebinding a name. */
function urlOf(message: IncomingMessage): URL | null {
  const host = message.headers.host ?? ''
  const base = `http://${host}`
  if (!URL.canParse(message.url ?? '/', base)) return null
  const url = new URL(message.url ?? '/', base)
  return LOOPBACK.has(url.hostname) ? url : null
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers()
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '')
  }
  return headers
}

/** Null where it is too long; the rest is then read and thrown away, so that the refusal can be answered. */
async function readBody(message: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= BODY_MAX) chunks.push(bytes)
  }
  return size > BODY_MAX ? null : Buffer.concat(chunks)
}

async function until(moment: number): Promise<void> {
  const wait = moment - performance.now()
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
}

/** Events leave once the answer is out, or once it is clear that there will be none. */
function deliverAfter(program: Program, response: ServerResponse, answer: ApiAnswer): void {
  if (answer.deliveries.length === 0) return
  if (answer.cut === 'hang') program.deliveries.enqueue(answer.deliveries)
  else response.once('close', () => program.deliveries.enqueue(answer.deliveries))
}

function conclude(response: ServerResponse, answer: ApiAnswer): void {
  if (answer.cut === 'none') return send(response, answer)
  if (answer.cut === 'before') return void response.socket?.destroy()
  if (answer.cut === 'hang') {
    setTimeout(() => response.socket?.destroy(), HANG_MS).unref()
    return
  }
  const whole = Buffer.from(answer.body)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': whole.length })
  response.write(whole.subarray(0, Math.ceil(whole.length / 2)), () => response.socket?.destroy())
}

type Sent = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string | Buffer }>

function send(response: ServerResponse, { status, headers, body }: Sent): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
