import { NextRequest } from 'next/server'
import { newId } from '@/lib/kit/ids'
import { container } from '@/lib/server/container'
import { handlers } from '@/lib/server/sign-in'
import { refuseForeignSender } from './authenticate'
import type { Refusal } from './dialect'
import { readBodyBytes } from './read-body'
import { refusalOf } from './refusal'
import { jsonResponse, sealed } from './respond'

/**
 * next-auth's own endpoints, behind the rules of every other use of a session: nothing from foreign pages, and no body
 * without end, which next-auth would read whole.
 */
export async function answerNextAuth(request: NextRequest): Promise<Response> {
  const requestId = newId('req')
  try {
    refuseForeignSender(request.method, request.headers)
    const response = await (request.method === 'GET'
      ? handlers.GET(request)
      : handlers.POST(await withBody(request)))
    return sealed(new Response(response.body, response), requestId)
  } catch (error) {
    const { code, message } = refusalOf(error, requestId, container().log)
    return jsonResponse(STATUSES.get(code) ?? 500, { error: message }, requestId)
  }
}

const STATUSES: ReadonlyMap<Refusal['code'], number> = new Map([
  ['forbidden', 403],
  ['payload_too_large', 413],
  ['database_unavailable', 503],
])

async function withBody(request: NextRequest): Promise<NextRequest> {
  const { method, headers } = request
  return new NextRequest(request.url, { method, headers, body: await readBodyBytes(request) })
}
