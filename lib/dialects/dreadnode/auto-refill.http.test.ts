import { afterEach, describe, expect, it } from 'vitest'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { makeContext } from '@/lib/server/container'
import { addBuyer, type Buyer } from '@/lib/testing/buyer'
import { chargesOf, saveCard } from '@/lib/testing/purchases'
import { memberActor } from '@/lib/testing/test-context'
import { useCredits } from '@/lib/testing/use-credits'
import { autoRefillResponse } from './auto-refill-contract'
import { errorResponse } from './errors-contract'

const api = useCredits()

afterEach(async () => {
  await api.database.db.sql`delete from rate_limit`
})

type Organisation = Buyer & Readonly<{ path: string }>

/** An organisation with a saved card and 500 credits. */
async function newOrganisation(): Promise<Organisation> {
  const buyer = await addBuyer(api.container(), api.stripe)
  const [row] = await api.database.db.sql<{ slug: string }[]>`
    select slug from account where id = ${buyer.accountId}`
  return { ...buyer, path: `/api/v1/org/${row?.slug ?? ''}/credits/auto-refill` }
}

const get = (organisation: Organisation, credential: string | null = organisation.key) =>
  api.ask(organisation.path, {}, credential)
const put = (organisation: Organisation, body: unknown, credential: string | null = organisation.key) =>
  api.ask(
    organisation.path,
    { method: 'PUT', body: typeof body === 'string' ? body : JSON.stringify(body) },
    credential,
  )
const refused = (answer: Readonly<{ status: number; body: unknown }>) => {
  const { code, type, errors } = errorResponse.parse(answer.body)
  expect(code).toBe(answer.status)
  return errors === undefined ? [code, type] : [code, type, errors]
}

/** A token of somebody who has this role in the organisation. */
async function tokenOf(organisation: Organisation, role: 'billing' | 'viewer'): Promise<string> {
  const { accountId } = organisation
  const guest = await addBuyer(api.container(), api.stripe)
  await api.database.db.sql`
    insert into member (account_id, user_id, role) values (${accountId}, ${guest.actor.userId}, ${role})`
  const ctx = await makeContext(api.container(), memberActor(accountId, guest.actor.userId, role), 'req_test')
  return (await createAccessToken(ctx, { name: role, pepper: api.container().env.API_KEY_PEPPER })).token
}

/** On below 100 credits, so that the welcome credit is enough. */
const QUIET = { enabled: true, threshold: 100, quantity: 2, monthly_cap: 20_000 }

describe('GET …/credits/auto-refill', () => {
  it('tells what nobody has set yet, and whether there is something to charge', async () => {
    const organisation = await newOrganisation()
    expect(await get(organisation)).toMatchObject({
      status: 200,
      body: {
        enabled: false,
        has_payment_method: true,
        month_count: 0,
        month_reset: null,
        monthly_cap: null,
        quantity: null,
        threshold: null,
      },
    })
    await api.stripe.client.paymentMethods.detach(organisation.cardId)
    expect((await get(organisation)).body).toMatchObject({ has_payment_method: false })
  })

  it('is for every member who may look', async () => {
    const organisation = await newOrganisation()
    for (const role of ['billing', 'viewer'] as const) {
      expect((await get(organisation, await tokenOf(organisation, role))).status).toBe(200)
    }
  })
})

describe('PUT …/credits/auto-refill', () => {
  it('sets all of it in credits and bundles, and keeps what is left out', async () => {
    const organisation = await newOrganisation()
    const { body } = await put(organisation, QUIET)
    expect(autoRefillResponse.parse(body)).toEqual({
      enabled: true,
      has_payment_method: true,
      month_count: 0,
      month_reset: expect.stringMatching(/^\d{4}-\d\d-01T00:00:00Z$/) as string,
      monthly_cap: 20_000,
      quantity: 2,
      threshold: 100,
    })
    expect((await put(organisation, { threshold: 150, other: true })).body).toMatchObject({
      ...QUIET,
      threshold: 150,
    })
    expect((await put(organisation, { monthly_cap: null })).body).toMatchObject({
      monthly_cap: null,
      quantity: 2,
    })
    expect((await put(organisation, '')).body).toMatchObject({ enabled: true })
    expect((await get(organisation)).body).toMatchObject({ threshold: 150 })
  })

  it('refills at once where the balance is below the threshold, and counts it in the month', async () => {
    const organisation = await newOrganisation()
    expect((await put(organisation, { ...QUIET, threshold: 501 })).body).toMatchObject({ month_count: 5_000 })
    expect(await chargesOf(api.stripe, organisation.customerId)).toEqual([5_000])
    const credits = organisation.path.replace('/auto-refill', '')
    expect((await api.ask(credits, {}, organisation.key)).body).toMatchObject({
      balance: 5_500,
      auto_refill_enabled: true,
    })
    const listed = await api.ask(`${credits}/transactions?transaction_type=auto_refill`, {}, organisation.key)
    expect(listed.body).toMatchObject([{ amount: 5_000, transaction_type: 'auto_refill', has_receipt: true }])
  })

  it('stays under its monthly cap', async () => {
    const organisation = await newOrganisation()
    await put(organisation, { ...QUIET, threshold: 501, monthly_cap: 4_999 })
    expect(await chargesOf(api.stripe, organisation.customerId)).toEqual([])
  })

  it.each([
    [{ quantity: 0 }, 'quantity', 'greater_than_equal'],
    [{ quantity: 11 }, 'quantity', 'less_than_equal'],
    [{ quantity: '2' }, 'quantity', 'int_parsing'],
    [{ quantity: 1.5 }, 'quantity', 'int_from_float'],
    [{ quantity: true }, 'quantity', 'int_type'],
    [{ threshold: 0 }, 'threshold', 'greater_than_equal'],
    [{ threshold: 100_001 }, 'threshold', 'value_error'],
    [{ monthly_cap: 99 }, 'monthly_cap', 'value_error'],
    [{ monthly_cap: -1 }, 'monthly_cap', 'greater_than_equal'],
    [{ monthly_cap: 1e21 }, 'monthly_cap', 'less_than_equal'],
    [{ enabled: 1 }, 'enabled', 'bool_type'],
    [{ enabled: null }, 'enabled', 'bool_type'],
    [{ enabled: true, threshold: 100 }, 'quantity', 'value_error'],
    [{ enabled: true, quantity: 1 }, 'threshold', 'value_error'],
  ])('is 422 for %j', async (body, field, type) => {
    const organisation = await newOrganisation()
    expect(refused(await put(organisation, body))).toMatchObject([
      422,
      'validation_error',
      [{ loc: ['body', field], type }],
    ])
  })

  it('is 422 for a body that is no JSON or no object', async () => {
    const organisation = await newOrganisation()
    for (const body of ['{', '[]', 'null', '5']) {
      expect(refused(await put(organisation, body))).toMatchObject([
        422,
        'validation_error',
        [{ loc: ['body'] }],
      ])
    }
  })

  it('is 400 without anything to charge, and for a body without end', async () => {
    const organisation = await newOrganisation()
    await api.stripe.client.paymentMethods.detach(organisation.cardId)
    expect(refused(await put(organisation, QUIET))).toEqual([400, 'bad_request_error'])
    expect(refused(await put(organisation, `{"a":"${'x'.repeat(70_000)}"}`))).toEqual([
      400,
      'bad_request_error',
    ])
  })

  it('is 403 for members who are not owners, and for a key that may only read', async () => {
    const organisation = await newOrganisation()
    for (const role of ['billing', 'viewer'] as const) {
      const token = await tokenOf(organisation, role)
      expect(refused(await put(organisation, QUIET, token))).toEqual([403, 'forbidden_error'])
    }
    expect((await get(organisation)).body).toMatchObject({ enabled: false })
    expect(refused(await put({ ...organisation, path: pathOf(api.slug()) }, QUIET, api.reader()))).toEqual([
      403,
      'forbidden_error',
    ])
  })

  it('is 429 for who changes it too often', async () => {
    const organisation = await newOrganisation()
    const answers = await Promise.all(Array.from({ length: 40 }, () => put(organisation, {})))
    const limited = answers.find(({ status }) => status === 429)
    expect(limited && refused(limited)).toEqual([429, 'rate_limit_error'])
  })
})

const pathOf = (slug: string) => `/api/v1/org/${slug}/credits/auto-refill`

describe.each(['GET', 'PUT'])('%s', (method) => {
  const call = (path: string, credential: string | null) =>
    api.ask(path, { method, body: bodyOf(method) }, credential)

  it('is 401 without a good credential, before the organisation and the body are looked at', async () => {
    const organisation = await newOrganisation()
    for (const path of [organisation.path, pathOf('nobody-has-this')]) {
      for (const credential of [null, 'none', `${organisation.key}x`]) {
        expect(refused(await call(path, credential))).toEqual([401, 'authentication_error'])
      }
    }
  })

  it('is 404 for an organisation of others, one that nobody has, and what cannot be one', async () => {
    const organisation = await newOrganisation()
    for (const slug of [api.foreignSlug(), 'nobody-has-this', 'A', 'a%20b']) {
      expect(refused(await call(pathOf(slug), organisation.key))).toEqual([404, 'not_found_error'])
    }
  })
})

it('answers 500 while the database is down', async () => {
  const { path, key } = await newOrganisation()
  await api.cut('database')
  const answers = await Promise.all(
    ['GET', 'PUT'].map((method) => api.ask(path, { method, body: bodyOf(method) }, key)),
  )
  for (const answer of answers) expect(refused(answer)).toEqual([500, 'app_error'])
})

it('answers 502 or 504 while Stripe is away', async () => {
  const organisation = await newOrganisation()
  await saveCard(api.stripe, organisation.customerId, 'pm_card_visa')
  await api.cut('stripe')
  expect([502, 504]).toContain((await get(organisation)).status)
  expect([502, 504]).toContain((await put(organisation, QUIET)).status)
})

it('is 405 for other methods', async () => {
  const organisation = await newOrganisation()
  for (const method of ['POST', 'PATCH', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await api.ask(organisation.path, { method }, organisation.key)
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'GET, PUT' })
  }
})

/** A GET has none. */
function bodyOf(method: string): string | null {
  return method === 'GET' ? null : '{'
}
