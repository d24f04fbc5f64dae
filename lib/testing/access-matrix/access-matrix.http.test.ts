import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useLocalStripe } from '../use-local-stripe'
import { useApp } from '../use-app'
import { useTestContainer } from '../test-container'
import { useTestDatabase } from '../use-test-database'
import { encodeArguments } from '../server-actions'
import { subscribe } from '../subscriptions'
import { builtDoors, builtFilesForBrowsers, type BuiltDoors } from './built-doors'
import { CALLERS, FORGED, LOOKER, OUTSIDERS, STRANGERS, type Caller } from './callers'
import { ACTIONS, NOTHING_THERE, PAGES, ROUTES } from './declared'
import { DISGUISES, getAsWritten, INNER_HEADERS } from './disguises'
import { addressOf, argumentsOf, BODIES } from './inputs'
import { anyoneActs, onlyLookerActs, open, type Rule, type Verdict } from './rules'
import { changedTables, hashTables } from './table-hashes'
import { makeWorld, restoreWorld, type Adapters, type World } from './world'

const database = useTestDatabase()
const stripe = useLocalStripe()
const app = useApp(database, () => ({
  ...stripe.env,
  // Each request comes from an address of its own, or failures would hide one another.
  TRUSTED_PROXY_HOPS: '1',
  REQUESTS_PER_MINUTE: '10000000',
}))
const container = useTestContainer(database, () => ({ ...stripe.env, APP_URL: app().url }))

const adapters = (): Adapters => ({ container: container(), stripe, appUrl: app().url, superuser })

const LANES = 4

let doors: BuiltDoors
let world: World
let superuser: postgres.Sql

beforeAll(async () => {
  superuser = postgres(database.superuserUrl, { max: 2 })
  doors = builtDoors()
  world = await makeWorld(adapters())
})

afterAll(() => superuser.end())

beforeEach(async () => {
  await database.db.sql`delete from rate_limit`
})

/** One thing to be asked for. */
type Door = Readonly<{
  name: string
  rule: Rule
  kind: 'page' | 'route' | 'action'
  send(caller: Caller): Promise<Response>
}>

function everyDoor(): Door[] {
  const pages = Object.entries(PAGES).map(([address, rule]): Door => ({
    name: address,
    rule,
    kind: 'page',
    send: (caller) => request(caller, 'GET', addressOf(address, world)),
  }))
  const routes = Object.entries(ROUTES).map(([name, rule]): Door => {
    const [method = '', address = ''] = name.split(' ')
    return {
      name,
      rule,
      kind: 'route',
      send: (caller) => request(caller, method, addressOf(address, world), bodyOf(name, method)),
    }
  })
  return [...pages, ...routes, ...Object.entries(ACTIONS).map(([name, rule]) => actionDoor(name, rule))]
}

function actionDoor(name: string, rule: Rule): Door {
  const send = (caller: Caller) => {
    const action = doors.actions.get(name)
    if (action === undefined) throw new Error(`The build has no action ${name}.`)
    return request(caller, 'POST', action.page, {
      headers: { 'next-action': action.id },
      body: encodeArguments(argumentsOf(name, world)),
    })
  }
  return { name, rule, kind: 'action', send }
}

function bodyOf(name: string, method: string): RequestInit {
  if (method === 'GET') return {}
  const body = JSON.stringify(BODIES[name]?.(world) ?? {})
  return { headers: { 'content-type': 'application/json' }, body }
}

let requests = 0

function request(caller: Caller, method: string, path: string, init: RequestInit = {}): Promise<Response> {
  requests += 1
  const headers = new Headers({ ...world.headers[caller], 'x-forwarded-for': addressNumber(requests) })
  new Headers(init.headers).forEach((value, name) => headers.set(name, value))
  return fetch(new URL(path, app().url), { method, ...init, headers, redirect: 'manual' })
}

const addressNumber = (serial: number): string => `10.1.${String(serial >> 8)}.${String(serial & 255)}`

/** How it went: a number is the status of a refusal. */
type Outcome = 'in' | 'sign-in' | number

function outcomeOf(door: Door, caller: Caller, response: Response): Outcome {
  const goesTo = response.headers.get(door.kind === 'action' ? 'x-action-redirect' : 'location') ?? ''
  if (/^(https?:\/\/[^/]+)?\/sign-in\b/.test(goesTo)) return 'sign-in'
  const { status } = response
  const isRefused =
    [401, 403, 404, 405].includes(status) || status >= 500 || status === door.rule.verdict(caller)
  return isRefused ? status : 'in'
}

async function inLanes<Work>(all: readonly Work[], work: (one: Work) => Promise<void>): Promise<void> {
  const queue = all.values()
  const lane = async (): Promise<void> => {
    for (const one of queue) await work(one)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

type Cell = Readonly<{ door: Door; caller: Caller }>

/** Asks for all of them, a few at once; what went otherwise than declared. */
async function surprises(cells: readonly Cell[]): Promise<unknown[]> {
  const found: unknown[] = []
  await inLanes(cells, async ({ door, caller }) => {
    const response = await door.send(caller)
    const text = await response.text()
    for (const what of wrongWith({ door, caller }, response, text)) {
      found.push({ door: door.name, caller, what, text: text.slice(0, 300) })
    }
  })
  return found
}

function wrongWith({ door, caller }: Cell, response: Response, text: string): string[] {
  const expected = door.rule.verdict(caller)
  const outcome = outcomeOf(door, caller, response)
  const wrong = agrees(door, expected, outcome) ? [] : [`${String(outcome)} instead of ${String(expected)}`]
  const isOutside = [...STRANGERS, ...OUTSIDERS].includes(caller)
  if (isOutside && !(door.rule.showsOthers && expected === 'in')) {
    const shown = world.things.secrets.filter((secret) => text.includes(secret))
    wrong.push(...shown.map((secret) => `shows ${secret}`))
  }
  if (response.headers.has('access-control-allow-origin')) wrong.push('lets foreign pages read it')
  const cache = response.headers.get('cache-control') ?? ''
  if (door.rule !== open && text !== '' && !cache.includes('no-store')) wrong.push(`may be kept: ${cache}`)
  const isPage = door.kind === 'page' && response.status === 200
  const hasBanner = text.includes('aria-label="Impersonation"')
  if (isPage && hasBanner !== (caller === LOOKER)) wrong.push(`${hasBanner ? 'a' : 'no'} banner`)
  return wrong
}

function agrees(door: Door, expected: Verdict, outcome: Outcome): boolean {
  // An action words its refusals itself, in an answer like any other: that nothing changes is looked at apart.
  if (door.kind === 'action' && typeof expected === 'number') return true
  return expected === outcome
}

async function stripeWrites(): Promise<string[]> {
  const sent = await stripe.requests()
  return sent
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/create_preview'))
    .map(({ method, path }) => `${method} ${path}`)
}

test('every page, route and action of the build has its line in declared.ts, and every line is of the build', () => {
  const routesWithLines = new Set([
    ...Object.keys(ROUTES).map((name) => name.split(' ')[1] ?? ''),
    ...NOTHING_THERE,
  ])
  const missing = [
    ...doors.pages.filter((page) => !(page in PAGES)).map((page) => `PAGES: '${page}': rule.…`),
    ...doors.routes
      .filter((route) => !routesWithLines.has(route))
      .map((route) => `ROUTES: 'GET ${route}': rule.…`),
    ...[...doors.actions.keys()]
      .filter((name) => !(name in ACTIONS))
      .map((name) => `ACTIONS: '${name}': rule.…`),
  ]
  expect(
    missing,
    'Add these lines to lib/testing/access-matrix/declared.ts, each with a rule of rules.ts',
  ).toEqual([])
  const gone = [
    ...Object.keys(PAGES).filter((page) => !doors.pages.includes(page)),
    ...[...routesWithLines].filter((route) => !doors.routes.includes(route)),
    ...Object.keys(ACTIONS).filter((name) => !doors.actions.has(name)),
  ]
  expect(gone, 'Take these lines out of lib/testing/access-matrix/declared.ts').toEqual([])
})

/** Those who change nothing: whoever is refused, and at doors where nothing is changed, everyone. */
async function changeNothing(caller: Caller, only: (door: Door) => boolean = () => true): Promise<void> {
  const cells = everyDoor()
    .filter((door) => only(door) && !isStoodFor(door, caller) && !doesSomething(door, caller))
    .map((door) => ({ door, caller }))
  const outside = OUTSIDERS.includes(caller) ? world.outside : undefined
  const before = await hashTables(superuser, outside)
  await stripe.forgetRequests()
  expect(await surprises(cells)).toEqual([])
  expect(changedTables(before, await hashTables(superuser, outside))).toEqual([])
  expect(await stripeWrites()).toEqual([])
}

/** Whoever looks does nothing, not even where they are let in. */
const doesSomething = ({ rule }: Door, caller: Caller) =>
  rule.changes &&
  rule.verdict(caller) === 'in' &&
  rule.idleFor?.includes(caller) !== true &&
  (caller !== LOOKER || rule === anyoneActs || rule === onlyLookerActs)

/** Pages and actions look at no Authorization, and pages are shown whoever links to them: one of the kind stands for all. */
function isStoodFor({ kind }: Door, caller: Caller): boolean {
  if (kind === 'route') return false
  const isBearer =
    'authorization' in world.headers[caller] && caller !== 'a key' && caller !== 'a revoked key'
  return (
    isBearer || (kind === 'page' && FORGED.includes(caller) && caller !== 'the owner, from a foreign page')
  )
}

/** Those who may are let in, and the first of them does what the door is for: so the others were refused a deed. */
async function doDeed(door: Door): Promise<void> {
  const callers = CALLERS.filter((caller) => doesSomething(door, caller))
  const inside = callers.filter((caller) => !OUTSIDERS.includes(caller))
  for (const [at, caller] of (inside.length > 0 ? inside : callers).entries()) {
    world = await restoreWorld(adapters(), world)
    const before = at === 0 ? await hashTables(superuser) : new Map<string, string>()
    await stripe.forgetRequests()
    const response = await door.send(caller)
    const text = await response.text()
    const outcome = outcomeOf(door, caller, response)
    const told = { door: door.name, caller, outcome, text: text.slice(0, 300) }
    expect([401, 403, 'sign-in'].includes(outcome) || REFUSED_WORDS.test(text), JSON.stringify(told)).toBe(
      false,
    )
    if (at > 0 || door.rule.isOftenIdle) continue
    const changed = [...changedTables(before, await hashTables(superuser)), ...(await stripeWrites())]
    expect(changed, JSON.stringify(told)).not.toEqual([])
  }
}

/** How an action tells of a refusal that is about who asks. */
const REFUSED_WORDS =
  /lacks the permission|Not available during impersonation|Reserved for|does not come from this site/

/** What a subscription is there for: such doors have their turn once there is one. */
const isOfSubscription = ({ name }: Pick<Door, 'name'>) => /subscription/.test(name) && !/checkout/.test(name)

describe('who comes as', () => {
  test.each(CALLERS)('%s gets in where that is declared and nowhere else, and changes nothing', (caller) =>
    changeNothing(caller),
  )
})

/** Signing up, in and out are about the browser itself, and have tests of their own. */
const deeds = [...Object.keys(PAGES), ...Object.keys(ROUTES), ...Object.keys(ACTIONS)].filter((name) => {
  const rule = ruleOf(name)
  return rule.changes && rule !== anyoneActs && CALLERS.some((caller) => rule.verdict(caller) === 'in')
})

function ruleOf(name: string): Rule {
  const rule = PAGES[name] ?? ROUTES[name] ?? ACTIONS[name]
  if (rule === undefined) throw new Error(`There is no line for ${name}.`)
  return rule
}

describe('who may, does', () => {
  const doorOf = (name: string): Door => {
    const door = everyDoor().find((candidate) => candidate.name === name)
    if (door === undefined) throw new Error(`There is no door ${name}.`)
    return door
  }
  test.each(deeds.filter((name) => !isOfSubscription({ name })))('%s', (name) => doDeed(doorOf(name)))

  test('what there is to do with a subscription, and nobody else does', async () => {
    world = await restoreWorld(adapters(), world)
    await subscribe(container(), stripe, world.ada)
    // The viewer was removed above, which has ended their token.
    const callers = CALLERS.filter((caller) => caller !== 'a personal token of a viewer')
    for (const caller of callers) await changeNothing(caller, isOfSubscription)
    for (const name of deeds.filter((name) => isOfSubscription({ name }))) await doDeed(doorOf(name))
  })
})

describe('whoever comes', () => {
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

  test('by a method that a route does not have is told so, and changes nothing', async () => {
    const before = await hashTables(superuser)
    const answers = doors.routes
      .filter((route) => route !== '/api/auth/[...nextauth]')
      .flatMap((route) => METHODS.map((method) => ({ route, method })))
      .filter(({ route, method }) => !(`${method} ${route}` in ROUTES))
    const wrong: unknown[] = []
    for (const { route, method } of answers) {
      for (const caller of ['the owner', 'a key'] as const) {
        const { status, headers } = await request(caller, method, addressOf(route, world), bodyOf('', method))
        const isThere = !NOTHING_THERE.includes(route)
        const isRefused = isThere
          ? status === 405 || isOptionsOfNext(method, status, headers)
          : status === 404
        if (!isRefused) wrong.push({ route, method, caller, status })
      }
    }
    expect(wrong).toEqual([])
    expect(changedTables(before, await hashTables(superuser))).toEqual([])
  })

  /** Next answers it by itself where a route leaves it out: with the methods that there are, and nothing else. */
  const isOptionsOfNext = (method: string, status: number, headers: Headers) =>
    method === 'OPTIONS' && status === 204 && headers.has('allow')

  test('with arguments that no page of ours sends makes no action fail, and changes nothing', async () => {
    world = await restoreWorld(adapters(), world)
    const before = await hashTables(superuser)
    const shapes: readonly (readonly unknown[])[] = [
      [],
      [null],
      ['x', 1, true],
      [{ kind: 'asking' }, { name: ['x'] }],
      [{ kind: 'asking' }, new FormData()],
    ]
    const tries = [...doors.actions]
      .filter(([name]) => !TAKES_NOTHING.test(name))
      .flatMap(([name, action]) => shapes.map((args) => ({ name, action, args })))
    const wrong: unknown[] = []
    await inLanes(tries, async ({ name, action, args }) => {
      // Whoever gets furthest, and who should not get anywhere.
      for (const caller of [name.startsWith('admin/') ? 'staff' : 'the owner', 'nobody'] as const) {
        const response = await request(caller, 'POST', action.page, {
          headers: { 'next-action': action.id },
          body: encodeArguments(args),
        })
        await response.text()
        if (response.status >= 500) wrong.push({ name, args, caller, status: response.status })
      }
    })
    expect(wrong).toEqual([])
    expect(changedTables(before, await hashTables(superuser))).toEqual([])
  })

  const TAKES_NOTHING =
    / (signOut|settle\w+|quote|cancel|resume|leave|startSession|stopLooking|replayNeedingStaff|prove)$/
})

describe('a page that is not for everyone', () => {
  const gets = Object.entries(ROUTES)
    // Programs' addresses know no pages' tricks.
    .filter(([name]) => /^GET \/(?!api\/|v1\/|user$)/.test(name))
    .map(([name, rule]) => [name.slice('GET '.length), rule] as const)
  const guarded = [...Object.entries(PAGES), ...gets].filter(([, { verdict }]) =>
    [401, 'sign-in'].includes(verdict('nobody')),
  )

  test('shows nothing, however its address is written', async () => {
    const wrong: unknown[] = []
    const signs = [...world.things.secrets, 'Account menu', 'Staff menu']
    const tries = guarded.flatMap(([address], page) =>
      DISGUISES.map((disguise, at) => ({
        path: disguise(addressOf(address, world)),
        headers: INNER_HEADERS[(page + at) % INNER_HEADERS.length] ?? {},
      })),
    )
    await inLanes(tries, async ({ path, headers }) => {
      const { status, text } = await getAsWritten(app().url, path, headers)
      if (status >= 500) wrong.push({ path, headers, status })
      for (const sign of signs) if (text.includes(sign)) wrong.push({ path, headers, shows: sign })
    })
    expect(wrong).toEqual([])
    // The same words are there for who may see them: the test would notice.
    const shown = await (await request('the owner', 'GET', '/numbers')).text()
    expect(shown).toContain('Account menu')
    expect(shown).toContain(world.things.secrets[1])
  })

  test('is what one is sent to after signing in', async () => {
    const pages = guarded.filter(([name, { verdict }]) => name !== '/' && verdict('nobody') === 'sign-in')
    for (const [address] of pages) {
      const path = addressOf(address, world)
      const response = await request('nobody', 'GET', path)
      expect(response.headers.get('location')).toBe(`/sign-in?callbackUrl=${encodeURIComponent(path)}`)
    }
  })
})

describe('of what is secret', () => {
  test('nothing is in the log of all that', () => {
    const output = app().program.output()
    const { env } = container()
    const secrets = [
      env.AUTH_SECRET,
      env.API_KEY_PEPPER,
      new URL(env.DATABASE_URL).password,
      ...[world.ada, world.eve].flatMap(({ key, token, email, password }) => [
        key.slice(11),
        token,
        email,
        password,
      ]),
      ...Object.values(world.headers).flatMap(({ cookie }) => cookie?.match(/session=(.*)/)?.[1] ?? []),
      world.things.invitationToken,
    ]
    expect(output).toContain('req_')
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([])
    expect(cardNumbersIn(output)).toEqual([])
  })

  test('nothing is in what browsers are sent', () => {
    const { env } = container()
    const secrets = [
      env.AUTH_SECRET,
      env.API_KEY_PEPPER,
      env.STRIPE_SECRET_KEY,
      'AUTH_SECRET',
      'API_KEY_PEPPER',
    ]
    const files = builtFilesForBrowsers()
    expect(files.length).toBeGreaterThan(10)
    for (const { name, text } of files) {
      expect(
        secrets.filter((secret) => text.includes(secret)),
        name,
      ).toEqual([])
      expect(text, name).not.toMatch(/\b(sk|rk)_(live|test)_\w|\bwhsec_\w|postgres(ql)?:\/\//)
    }
  })
})

/** Digits that could be a card's number: the right length, and the right sum (Luhn's). */
function cardNumbersIn(text: string): string[] {
  const found = text.match(/(?<![\w.])[3-6]\d{12,18}(?![\w.])/g) ?? []
  return found.filter((digits) => luhnSum(digits) % 10 === 0)
}

function luhnSum(digits: string): number {
  const values = Array.from(digits, Number).reverse()
  return values.reduce((sum, value, at) => {
    const counted = at % 2 === 0 ? value : value * 2
    return sum + (counted > 9 ? counted - 9 : counted)
  }, 0)
}
