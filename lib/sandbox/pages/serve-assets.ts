import { readFile } from 'node:fs/promises'
import { respondNotAllowed } from './respond'

/** The script, the style sheet and the icon of the pages, or null where the path names none of them. */
export async function serveAsset(request: Request, pathname: string): Promise<Response | null> {
  const asset = ASSETS.get(pathname)
  if (asset === undefined) return null
  if (request.method !== 'GET' && request.method !== 'HEAD') return respondNotAllowed('GET, HEAD')
  const bytes = await readFile(new URL(`./assets/${asset.file}`, import.meta.url))
  return new Response(bytes, {
    headers: {
      'content-type': asset.contentType,
      // Always asked for again: a stand-in that was updated must not meet a page that remembers the old one.
      'cache-control': 'no-cache',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    },
  })
}

const ASSETS: ReadonlyMap<string, Readonly<{ file: string; contentType: string }>> = new Map([
  ['/stripe.js', { file: 'stripe.js', contentType: 'text/javascript; charset=utf-8' }],
  ['/pages/checkout.js', { file: 'checkout.js', contentType: 'text/javascript; charset=utf-8' }],
  ['/pages/pages.css', { file: 'pages.css', contentType: 'text/css; charset=utf-8' }],
  ['/pages/icon.svg', { file: 'icon.svg', contentType: 'image/svg+xml' }],
])
