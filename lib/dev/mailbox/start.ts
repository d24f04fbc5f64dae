import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listPage, mailPage, missingPage, POLICY } from './page'
import { smtpServer } from './smtp'
import { openStore, type MailStore } from './store'

const LOOPBACK = '127.0.0.1'

export type Mailbox = Readonly<{ smtpUrl: string; pageUrl: string; stop(): Promise<void> }>

/** A mail server and a page that shows what it was given, both on this machine only. Port 0: any free one. */
export async function startMailbox(
  options: Readonly<{ smtpPort: number; pagePort: number; file: string }>,
): Promise<Mailbox> {
  const store = openStore(options.file)
  const smtp = smtpServer(store)
  // A client that goes away in the middle is none of our business.
  smtp.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    smtp.server.once('error', reject)
    smtp.listen(options.smtpPort, LOOPBACK, resolve)
  })
  const pages = createServer(answer(store))
  await new Promise<void>((resolve, reject) => {
    pages.once('error', reject)
    pages.listen(options.pagePort, LOOPBACK, resolve)
  })
  return {
    smtpUrl: `smtp://${LOOPBACK}:${portOf(smtp.server)}`,
    pageUrl: `http://${LOOPBACK}:${portOf(pages)}`,
    stop: async () => {
      await new Promise<void>((resolve) => smtp.close(resolve))
      pages.closeAllConnections()
      await new Promise<void>((resolve) => pages.close(() => resolve()))
    },
  }
}

function answer(store: MailStore): RequestListener {
  return (request, response) => {
    const { status, body } = render(store, request.url ?? '/')
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(body)
  }
}

function render(store: MailStore, path: string): { status: number; body: string } {
  if (path === '/') return { status: 200, body: listPage(store.all()) }
  const id = /^\/mails\/(\d{1,9})$/.exec(path)?.[1]
  const mail = id === undefined ? undefined : store.find(Number(id))
  return mail === undefined ? { status: 404, body: missingPage() } : { status: 200, body: mailPage(mail) }
}

function portOf(server: Pick<Server, 'address'>): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('A listening server has a port.')
  return address.port
}
