import type { BrowserContext } from '@playwright/test'

export type PageWatch = Readonly<{
  /** Errors on the console, uncaught exceptions, violations of the policy, requests to anyone but the given servers. */
  complaints(): readonly string[]
  /** Expects complaints of this form; the test fails for others only. */
  allow(form: RegExp): void
}>

/** Watches every page of a browser context from before its first request. */
export async function watchPage(context: BrowserContext, servers: readonly string[]): Promise<PageWatch> {
  const seen: string[] = []
  const allowed: RegExp[] = []
  const origins = new Set(servers.map((server) => new URL(server).origin))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`Policy violated: ${event.effectiveDirective} ${event.blockedURI}`)
    })
  })
  context.on('console', (message) => {
    if (message.type() === 'error') seen.push(message.text())
  })
  context.on('weberror', (error) => seen.push(String(error.error())))
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && !origins.has(origin)) seen.push(`Request to ${request.url()}`)
  })
  return {
    complaints: () => seen.filter((text) => !allowed.some((form) => form.test(text))),
    allow: (form) => allowed.push(form),
  }
}
