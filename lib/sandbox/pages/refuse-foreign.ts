import { respondWithJson } from './respond'

/** Null where the form was sent by this page itself; a browser always names the origin of another. */
export function refuseForeign(request: Request, ownOrigins: ReadonlySet<string>): Response | null {
  const origin = request.headers.get('origin')
  if (origin !== null && !ownOrigins.has(origin)) {
    return respondWithJson({ error: 'The form was sent by another site.' }, 403)
  }
  const contentType = request.headers.get('content-type') ?? ''
  if (!contentType.startsWith('application/x-www-form-urlencoded')) {
    return respondWithJson({ error: 'The body must be a form.' }, 415)
  }
  return null
}
