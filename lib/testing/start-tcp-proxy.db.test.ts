import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTcpProxy, type TcpProxy } from './start-tcp-proxy'
import { useTestDatabase } from './use-test-database'

const database = useTestDatabase()
let wire: TcpProxy
let sql: postgres.Sql

beforeAll(async () => {
  const url = new URL(database.ownerUrl)
  wire = await startTcpProxy(Number(url.port))
  url.port = String(wire.port)
  sql = postgres(url.href, { max: 1, connect_timeout: 2, onnotice: () => {} })
  await sql`create table seen (n int)`
})
afterAll(async () => {
  await sql.end({ timeout: 1 })
  await wire.close()
})

async function rows(): Promise<number> {
  const direct = postgres(database.ownerUrl, { max: 1 })
  const found = await direct`select n from seen`
  await direct.end()
  return found.length
}

it('passes what it is given while the wire is whole', async () => {
  await sql`insert into seen values (1)`
  expect(await rows()).toBe(1)
})

it('loses the answer of a statement that was done', async () => {
  await wire.setMode('lose-answers')
  await expect(sql`insert into seen values (2)`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  await wire.setMode('pass')
  expect(await rows()).toBe(2)
  expect(wire.answersLost()).toBeGreaterThan(0)
})

it('refuses connections until it is told otherwise', async () => {
  await wire.setMode('refuse')
  await expect(sql`select 1`).rejects.toThrow()
  await wire.setMode('pass')
  await expect(sql`select 1 as one`).resolves.toEqual([{ one: 1 }])
})
