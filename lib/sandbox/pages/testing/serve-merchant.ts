import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { listen, type Server } from './listen'

/**
 * A shop on an origin of its own that pays with the real @stripe/react-stripe-js, given the stand-in at `stripeJsUrl`
 * in place of Stripe's script. Its policy lets nothing be loaded but the two, so a request to Stripe would fail a test.
 */
export async function serveMerchant(stripeJsUrl: string): Promise<Server> {
  const script = await bundleMerchant()
  const local = new URL(stripeJsUrl).origin
  return listen((request) => {
    if (new URL(request.url).pathname === '/merchant.js') {
      return Promise.resolve(new Response(script, { headers: { 'content-type': 'text/javascript' } }))
    }
    const page = `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head>
      <body><script src="${stripeJsUrl}"></script><script src="/merchant.js"></script></body></html>`
    const policy = `default-src 'self'; script-src 'self' ${local}; frame-src ${local}; img-src data:; style-src 'unsafe-inline'`
    const headers = { 'content-type': 'text/html', 'content-security-policy': policy }
    return Promise.resolve(new Response(page, { headers }))
  })
}

async function bundleMerchant(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('merchant.tsx', import.meta.url))],
    bundle: true,
    write: false,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
  })
  return result.outputFiles[0]?.text ?? ''
}
