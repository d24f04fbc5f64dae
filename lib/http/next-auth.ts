import type { NextRequest } from 'next/server'
import { newId } from '@/lib/kit/ids'
import { container } from '@/lib/server/container'
import { handlers } from '@/lib/server/sign-in'
import { refuseForeignSender } from './authenticate'
import { refusalOf } from './refusal'
import { jsonResponse, sealed } from './respond'

/** next-auth's own endpoints, behind the same rule against foreign pages as every other use of a session. */
export async function answerNextAuth(request: NextRequest): Promise<Response> {
  const requestId = newId('req')
  try {
    refuseForeignSender(request.method, request.headers)
    const response = await (request.method === 'GET' ? handlers.GET(request) : handlers.POST(request))
    return sealed(new Response(response.body, response), requestId)
  } catch (error) {
    const { code, message } = refusalOf(error, requestId, container().log)
    return jsonResponse(code === 'forbidden' ? 403 : 500, { error: message }, requestId)
  }
}
