import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { answerControl } from '../control/control-routes'
import type { PageHandler } from '../page-port'
import type { Program } from '../program'
import { reportFailure } from '../report-failure'
import { ROUTES } from '../resources/all-routes'
import { apiAnswerer, type ApiAnswer } from './answer-api'
import { conclude, headersOf, readBody, send, urlOf } from './connection'

export type Handler = (message: IncomingMessage, response: ServerResponse) => Promise<void>

/** A server that is handed its requests by `handler`, which may come to be only once the server has its port. */
export function serve(handler: () => Handler | null): Server {
  const server = createServer((message, response) => {
    const handle = handler()
    if (handle === null) {
      send(response, { status: 503, headers: { 'retry-after': '1' }, body: 'The local Stripe is starting.' })
      return
    }
    handle(message, response).catch((error: unknown) => {
      reportFailure(`${message.method ?? ''} ${message.url?.split('?')[0] ?? ''} failed`, error)
      if (response.headersSent) response.destroy()
      else
        send(response, {
          status: 500,
          headers: {},
          body: 'The local Stripe failed. Its own output says why.',
        })
    })
  })
  // Longer than clients keep a connection, so that it is never closed under a request on its way.
  server.keepAliveTimeout = 75_000
  return server
}

/** The one place where node's requests become the platform's: the API, the control routes, and the pages. */
export function requestHandler(program: Program, pages: PageHandler): Handler {
  const answerApi = apiAnswerer(program, ROUTES)
  return async (message, response) => {
    const arrived = performance.now()
    const url = urlOf(message)
    if (url === null) {
      send(response, { status: 403, headers: {}, body: 'Loopback hosts only.' })
      return
    }
    const body = await readBody(message)
    if (body === null) {
      send(response, { status: 413, headers: {}, body: 'The request is too large.' })
      return
    }
    const method = message.method ?? 'GET'
    const headers = headersOf(message)
    if (url.pathname.startsWith('/v1/')) {
      const text = body.toString('utf8')
      const answer = await answerApi({
        method,
        path: url.pathname,
        query: url.search.slice(1),
        headers,
        body: text,
      })
      await until(arrived + program.faults.plan.latencyMs)
      deliverAfter(program, response, answer)
      conclude(response, answer)
      return
    }
    const request = new Request(url, {
      method,
      headers,
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    })
    const answer = url.pathname.startsWith('/_emulator/')
      ? await answerControl(program, request)
      : await pages(request)
    await pass(response, answer ?? new Response('Not found', { status: 404 }))
  }
}

async function pass(response: ServerResponse, answer: Response): Promise<void> {
  send(response, {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  })
}

/** Timers may fire a fraction early, so this looks again: no answer leaves before its moment. */
async function until(moment: number): Promise<void> {
  for (let wait = moment - performance.now(); wait > 0; wait = moment - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(wait)))
  }
}

/** Events leave once the answer is out, or once it is clear that there will be none. */
function deliverAfter(program: Program, response: ServerResponse, answer: ApiAnswer): void {
  if (answer.deliveries.length === 0) return
  if (answer.cut === 'hang' || response.closed) {
    program.deliveries.enqueue(answer.deliveries)
    return
  }
  program.deliveries.announce()
  response.once('close', () => program.deliveries.enqueueAnnounced(answer.deliveries))
}
