import type { AddressInfo } from 'node:net'
import { openClock } from './clock'
import { settleDue } from './clock-work'
import type { Configuration } from './configuration'
import { Faults } from './control/faults'
import { RequestLog } from './control/request-log'
import { requestHandler, serve, type Handler } from './http/server'
import { pagePort } from './page-views'
import { createPageHandler } from './pages'
import type { Program } from './program'
import { reportFailure } from './report-failure'
import { openStore, takeOwnership, type Sql } from './store/store'
import { DeliveryWorker } from './webhooks/delivery-worker'

const DUE_EVERY_MS = 1000

/** Starts the local Stripe on the loopback interface. @returns its address, and how to stop it. */
export async function start(
  configuration: Configuration,
): Promise<{ baseUrl: string; stop(): Promise<void> }> {
  const sql = openStore(configuration.databaseUrl)
  const release = await takeOwnership(sql)
  const faults = new Faults(configuration.seed)
  const deliveries = new DeliveryWorker(sql, faults, configuration.retryBaseMs)

  let handler: Handler | null = null
  const server = serve(() => handler)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(configuration.port, '127.0.0.1', resolve)
  })
  const baseUrl = `http://127.0.0.1:${portOf(server.address())}`
  await moveLinks(sql, baseUrl)
  const program: Program = {
    sql,
    clock: await openClock(sql, configuration.clockStartsAt),
    faults,
    requests: new RequestLog(),
    deliveries,
    baseUrl,
    secretKey: configuration.secretKey,
  }
  await deliveries.resume()
  handler = requestHandler(program, createPageHandler(pagePort(program), { baseUrl }))
  const stopTicking = tick(program)
  return {
    baseUrl,
    stop: async () => {
      stopTicking()
      deliveries.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      release()
      await sql.end({ timeout: 2 })
    },
  }
}

/** Time passes by itself too: once a second, what has come due is settled. */
function tick(program: Program): () => void {
  let working = false
  const timer = setInterval(() => {
    if (working) return
    working = true
    settleDue(program)
      .catch((error: unknown) => reportFailure('work that was due failed', error))
      .finally(() => {
        working = false
      })
  }, DUE_EVERY_MS)
  return () => clearInterval(timer)
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
}

/** Objects carry links to the pages of this program; when it comes back at another address, they follow it. */
async function moveLinks(sql: Sql, baseUrl: string): Promise<void> {
  const [row] = await sql<{ value: string }[]>`select value from sandbox.settings where name = 'base_url'`
  if (row !== undefined && row.value !== baseUrl) {
    await sql`update sandbox.objects set body = replace(body::text, ${`"${row.value}/`}, ${`"${baseUrl}/`})::jsonb
               where kind in ('invoice', 'charge', 'checkout.session')`
  }
  await sql`insert into sandbox.settings (name, value) values ('base_url', ${baseUrl})
            on conflict (name) do update set value = excluded.value`
}
