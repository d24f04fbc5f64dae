import { existsSync, mkdtempSync, rmSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { freePort, isFree } from './free-port'
import { ensureCluster } from './postgres/cluster'
import { OWNER_ROLE } from './postgres/databases'
import { PROJECT, startProgram, typescript, type RunningProgram } from './processes/start-program'
import { PASSWORD, PEOPLE } from './seed/people'
import { ensureWritableFolder } from './writable-folder'

const signedIn = z.object({ data: z.object({ token: z.string() }) })
const example = z.object({ path: z.string(), request: z.unknown() })

/** One life of an installation, told in order: each test goes on from where the one before left it. */
describe('npm run demo', () => {
  ensureWritableFolder(path.join(PROJECT, '.data'))
  const folder = mkdtempSync(path.join(PROJECT, '.data', 'launcher-'))
  const started: RunningProgram[] = []
  let port = 0
  let demo: RunningProgram
  let firstKey = ''

  afterAll(async () => {
    for (const program of started) await program.stop()
    // PostgreSQL outlives a launcher that had to be killed because it took too long to stop.
    const postmaster = path.join(folder, 'pg/data/postmaster.pid')
    if (existsSync(postmaster))
      process.kill(Number(readFileSync(postmaster, 'utf8').split('\n')[0]), 'SIGINT')
    while (existsSync(postmaster)) await setTimeout(50)
    rmSync(folder, { recursive: true, force: true })
  })

  function launch(...options: readonly string[]): RunningProgram {
    const program = startProgram({
      name: 'The launcher',
      parameters: typescript('lib/dev/main.ts', 'start', '--data', folder, ...options),
      environment: {},
    })
    started.push(program)
    return program
  }

  async function untilServing(program: RunningProgram): Promise<void> {
    while (!program.output().includes('Ctrl-C stops everything')) {
      if (!program.isRunning()) throw new Error(program.output())
      await setTimeout(50)
    }
  }

  async function billing(key: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`http://localhost:${String(port)}/api/v1/billing`, {
      headers: { authorization: `Bearer ${key}` },
    })
    return { status: response.status, body: await response.json() }
  }

  async function send(path: string, body: unknown, token?: string): Promise<unknown> {
    const response = await fetch(`http://localhost:${String(port)}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    })
    return response.json()
  }

  async function ask(path: string, key: string): Promise<unknown> {
    const response = await fetch(`http://localhost:${String(port)}${path}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    return response.json()
  }

  const keyIn = (output: string) => /sk_live_\w+/.exec(output)?.[0] ?? ''

  it('starts everything from nothing, with a history behind the owner and a key to ask with', async () => {
    port = await freePort()
    demo = launch('--port', String(port))
    await untilServing(demo)
    firstKey = keyIn(demo.output())
    const { status, body } = await billing(firstKey)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      deposits: [{ kind: 'card' }, { kind: 'card' }, { kind: 'card' }, { kind: 'card' }, { kind: 'welcome' }],
      paymentMethods: [{ isDefault: true }, { isDefault: false }, { isDefault: false }],
    })
    expect(demo.output()).toMatch(/owner@.*new@.*staff@/s)
    // The same account is the organisation and has the plan that other dialects speak of.
    expect(await ask('/api/v1/org/example/credits', firstKey)).toMatchObject({ is_low_balance: false })
    expect(await ask('/v1/credits', firstKey)).toMatchObject({ limit: 6_000 })
    const mailbox = /Mailbox +(http:\S+)/.exec(demo.output())?.[1] ?? ''
    await expect
      .poll(async () => (await fetch(mailbox)).text(), { timeout: 60_000 })
      .toMatch(/Your number will be released on .*\n.*behind@talktime\.example/)
  }, 300_000)

  it('answers the example of a purchase as it stands in the contract, with the card that it names', async () => {
    const { email } = PEOPLE.owner
    const { data } = signedIn.parse(await send('/api/v1/auth/session', { email, password: PASSWORD }))
    const file = 'lib/dialects/talkover/source/talkover-credits-purchase.example.json'
    const { path: address, request } = example.parse(
      JSON.parse(readFileSync(path.join(PROJECT, file), 'utf8')),
    )
    expect(await send(address, request, data.token)).toMatchObject({
      success: true,
      data: { amount_charged: 100, currency: 'USD' },
    })
  })

  it('says in one sentence that it runs already', async () => {
    const second = launch('--port', String(await freePort()))
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(/already runs on the data in .*: stop it first\./)
  })

  it('stops everything on Ctrl-C', async () => {
    process.kill(demo.pid, 'SIGINT')
    expect(await demo.ended).toBe(0)
    expect(await isFree(port)).toBe(true)
    expect(existsSync(path.join(folder, 'pg/data/postmaster.pid'))).toBe(false)
  })

  it('keeps its data for the second start', async () => {
    demo = launch('--port', String(port))
    await untilServing(demo)
    expect(demo.output()).not.toContain('four months of history')
    expect(keyIn(demo.output())).toBe(firstKey)
    expect((await billing(firstKey)).status).toBe(200)
  })

  it('comes back after a kill -9, which leaves none of its programs behind', async () => {
    const database = readFileSync(path.join(folder, 'pg/data/postmaster.pid'), 'utf8').split('\n')[0]
    await demo.kill()
    demo = launch('--port', String(port))
    await untilServing(demo)
    expect((await billing(firstKey)).status).toBe(200)
    // PostgreSQL outlives its launcher by design, and is taken over.
    expect(readFileSync(path.join(folder, 'pg/data/postmaster.pid'), 'utf8').split('\n')[0]).toBe(database)
  })

  it('starts again where PostgreSQL too was killed', async () => {
    const database = readFileSync(path.join(folder, 'pg/data/postmaster.pid'), 'utf8').split('\n')[0]
    await demo.kill()
    process.kill(Number(database), 'SIGKILL')
    demo = launch('--port', String(port))
    await untilServing(demo)
    expect((await billing(firstKey)).status).toBe(200)
    await demo.stop()
  })

  it('says in one sentence that the port asked for is in use', async () => {
    const other = createServer().listen(port, '127.0.0.1')
    const refused = launch('--port', String(port))
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toContain(
      `Port ${String(port)} is in use by another program: name another with --port.`,
    )
    await new Promise((resolve) => other.close(resolve))
  })

  it('leaves nothing behind when it is stopped while it starts', async () => {
    demo = launch('--port', String(port))
    while (!demo.output().includes('PostgreSQL and migrations')) await setTimeout(5)
    process.kill(demo.pid, 'SIGINT')
    expect(await demo.ended).toBe(0)
    expect(existsSync(path.join(folder, 'pg/data/postmaster.pid'))).toBe(false)
  })

  it('says in one sentence that the data are of another version', async () => {
    const cluster = await ensureCluster(path.join(folder, 'pg'))
    const sql = postgres(cluster.url(OWNER_ROLE, 'talktime'), { max: 1 })
    await sql`update drizzle.__drizzle_migrations set hash = 'of another version' where id = 1`
    await sql.end()
    await cluster.stop()
    const refused = launch('--port', String(port))
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toContain(
      'made by another version of Talktime: start with --reset to begin anew',
    )
    expect(existsSync(path.join(folder, 'pg/data/postmaster.pid'))).toBe(false)
  })

  it('begins anew with --reset', async () => {
    demo = launch('--reset', '--port', String(port))
    await untilServing(demo)
    const key = keyIn(demo.output())
    expect(key).not.toBe(firstKey)
    expect((await billing(key)).status).toBe(200)
    expect((await billing(firstKey)).status).toBe(401)
    await demo.stop()
  }, 120_000)

  it('says in one sentence that it may not write to its folder', async () => {
    // Nobody may write there, not even root.
    const closed = process.platform === 'linux' ? '/sys/talktime' : '/System/talktime'
    const refused = launch('--data', closed)
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toMatch(/but this user may not write there: give it write permission/)
  })

  it('names an option it does not know', async () => {
    const refused = launch('--rest')
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toContain('Options: --reset')
  })
})
