import { env } from '@/lib/env'
import { buildDocument } from './build-document'
import { API_DOCUMENTS, API_NAMES, isApiName } from './documents'

const built = new Map<string, string>()

/** The document of that file name (`dial.json`), for everyone: it says nothing that is not published. */
export function serveDocument(file: string): Response {
  const name = file.replace(/\.json$/, '')
  if (!file.endsWith('.json') || !isApiName(name))
    return Response.json({ error: 'Not found' }, { status: 404 })
  const text = built.get(name) ?? JSON.stringify(buildDocument(API_DOCUMENTS[name], env().APP_URL))
  built.set(name, text)
  return new Response(text, {
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
  })
}

/** Which documents there are, by the name of their API. */
export function serveDocumentList(): Response {
  const { APP_URL } = env()
  const addresses = API_NAMES.map(
    (name) => [name, new URL(`/api/openapi/${name}.json`, APP_URL).href] as const,
  )
  return Response.json({ documents: Object.fromEntries(addresses) })
}
