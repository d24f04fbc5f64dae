import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

const TIMEOUT_MS = 10_000
const agents = {
  http: new HttpAgent({ keepAlive: true, maxSockets: 64 }),
  https: new HttpsAgent({ keepAlive: true, maxSockets: 64 }),
}

export type PostResult = Readonly<{ status: number | null; error: string | null }>

/** Posts a signed event. Redirects are not followed, and count as failures like everything else outside 2xx. */
export function postEvent(url: string, body: string, signature: string): Promise<PostResult> {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:')
    const options = {
      method: 'POST',
      agent: secure ? agents.https : agents.http,
      timeout: TIMEOUT_MS,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'stripe-signature': signature,
        'user-agent': 'Stripe/1.0 (Talktime local Stripe)',
      },
    }
    const receive = (response: IncomingMessage): void => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode ?? null, error: null }))
      response.on('error', (error) => resolve({ status: null, error: error.message }))
    }
    const request = secure ? httpsRequest(url, options, receive) : httpRequest(url, options, receive)
    request.on('timeout', () => request.destroy(new Error('timed out')))
    request.on('error', (error) => resolve({ status: null, error: error.message }))
    request.end(body)
  })
}

export function closeConnections(): void {
  agents.http.destroy()
  agents.https.destroy()
}
