import { describe, expect, test } from 'vitest'
import type { CheckoutView, InvoiceView } from '../page-port'
import { createPageHandler } from './index'
import { CLIENT_SECRET, createMemoryPort } from './testing/memory-port'

const BASE_URL = 'http://127.0.0.1:12111'
const EMBEDDED = `/embedded/${encodeURIComponent(CLIENT_SECRET)}`
const FORM = {
  amount: '25',
  email: 'ada@example.com',
  source: 'new-card',
  number: '4242424242424242',
  expiry: '12/30',
  cvc: '123',
  name: 'Ada',
}

function given(checkout: Partial<CheckoutView> = {}, invoice: Partial<InvoiceView> = {}) {
  const port = createMemoryPort({ checkout, invoice })
  const handle = createPageHandler(port, { baseUrl: BASE_URL })
  const request = async (path: string, init: RequestInit = {}) => {
    const response = await handle(new Request(new URL(path, BASE_URL), init))
    if (response === null) throw new Error(`${path} is no page`)
    return response
  }
  const submit = (path: string, headers: Record<string, string> = {}, fields = FORM) =>
    request(path, { method: 'POST', body: new URLSearchParams(fields), headers })
  return { port, handle, request, submit }
}

describe('paths', () => {
  test.each([
    '/v1/customers',
    '/embedded',
    '/pay',
    '/pay/a/b',
    '/invoice/a/b/c',
    '/pages/../stripe.js/x',
    '/receipt',
  ])('leaves %s to others', async (path) => {
    expect(await given().handle(new Request(new URL(path, BASE_URL)))).toBeNull()
  })

  test.each([
    '/pay/nope',
    '/embedded/nope',
    '/embedded/%zz',
    '/invoice/nope',
    '/invoice/nope/pdf',
    '/receipt/nope',
  ])('answers 404 for %s, with a page that says so', async (path) => {
    const response = await given().request(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('There is no such')
  })

  test('does not open an embedded session by its id alone', async () => {
    expect((await given().request('/pay/cs_test_a1b2')).status).toBe(404)
  })

  test.each(['/', '/stripe.js', '/invoice/invoice-token/pdf', '/receipt/receipt-token'])(
    'answers 405 to a POST to %s',
    async (path) => {
      expect((await given().request(path, { method: 'POST' })).status).toBe(405)
    },
  )

  test('says on its first page what it is not', async () => {
    const text = await (await given().request('/')).text()
    expect(text).toContain('This is not Stripe')
    expect(text).toContain(BASE_URL)
  })
})

describe('a Checkout page', () => {
  test('opens by the secret exactly as the API returned it, escapes and markup included', async () => {
    const response = await given().request(EMBEDDED)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('no real money moves')
  })

  test('escapes what the merchant wrote', async () => {
    const hostile = '<script>alert(1)</script>"\''
    const line = { description: hostile, quantity: 1, amountCents: null, every: null }
    const text = await (await given({ merchantName: hostile, lineItems: [line] }).request(EMBEDDED)).text()
    expect(text).not.toContain('<script>alert')
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;')
  })

  test('may be framed from this machine and its return address, a hosted one from nowhere', async () => {
    const embedded = await given({ returnUrl: 'https://app.example/return' }).request(EMBEDDED)
    expect(embedded.headers.get('content-security-policy')).toContain(
      'frame-ancestors http://localhost:* http://127.0.0.1:* https://app.example',
    )
    const hosted = await given({ uiMode: 'hosted_page' }).request('/pay/cs_test_a1b2')
    expect(hosted.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test('allows no inline script and no other origin, and is never stored', async () => {
    const { headers } = await given().request(EMBEDDED)
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    )
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('never links to an address that is not one of the web', async () => {
    const hosted = { uiMode: 'hosted_page', cancelUrl: 'javascript:alert(1)' } as const
    expect(await (await given(hosted).request('/pay/cs_test_a1b2')).text()).not.toContain('javascript:')
  })
})

describe('a subscription’s page', () => {
  const view = {
    mode: 'subscription',
    customAmount: null,
    lineItems: [{ description: 'Number', quantity: 3, amountCents: 3_600, every: 'month' }],
    subtotalCents: 3_600,
    totalCents: 3_600,
    offerPromotionCode: true,
  } as const
  const enter = (test: ReturnType<typeof given>, fields: Record<string, string>) =>
    test.request(EMBEDDED, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })

  test('says what recurs, how often, and what is due today', async () => {
    const text = await (await given(view).request(EMBEDDED)).text()
    expect(text).toContain('Subscribe to Talktime')
    expect(text).toContain('per month')
    expect(text).toContain('Total due today')
    expect(text).toContain('name="promotionCode"')
  })

  test('shows the effect of a promotion code', async () => {
    const test = given(view)
    test.port.answerCode = () => {
      test.port.checkout = {
        ...test.port.checkout,
        totalCents: 2_880,
        discount: { code: 'LAUNCH20', description: '20% off once', amountCents: 720 },
      }
      return null
    }
    const answer: unknown = await (
      await enter(test, { promotion: 'apply', promotionCode: ' launch20 ' })
    ).json()
    expect(test.port.codes).toEqual(['launch20'])
    expect(answer).toMatchObject({ kind: 'summary', payLabel: 'Subscribe' })
    expect(JSON.stringify(answer)).toContain('$28.80')
    expect(JSON.stringify(answer)).toContain('LAUNCH20')
    expect(JSON.stringify(answer)).not.toContain('name=\\"promotionCode')
  })

  test('says why a code is refused, and takes one away', async () => {
    const test = given(view)
    test.port.answerCode = () => ({
      kind: 'invalid',
      field: 'promotionCode',
      message: 'This code is invalid.',
    })
    const refused = await enter(test, { promotion: 'apply', promotionCode: 'NO' })
    expect(await refused.json()).toEqual({
      kind: 'invalid',
      errors: [{ field: 'promotionCode', message: 'This code is invalid.' }],
    })
    expect(await (await enter(test, { promotion: 'apply', promotionCode: ' ' })).json()).toMatchObject({
      kind: 'invalid',
    })
    test.port.answerCode = () => null
    await enter(test, { promotion: 'remove' })
    expect(test.port.codes).toEqual(['NO', null])
  })
})

describe('a page that saves a card', () => {
  test('asks for no money', async () => {
    const view = { mode: 'setup', customAmount: null, lineItems: [], totalCents: null } as const
    const text = await (await given(view).request(EMBEDDED)).text()
    expect(text).toContain('Save a card with Talktime')
    expect(text).toContain('Nothing is charged now')
    expect(text).toContain('Save card')
    expect(text).not.toContain('class="total"')
  })
})

describe('a submitted form', () => {
  test('reaches the core once, and the page learns what came of it', async () => {
    const { port, submit } = given()
    const response = await submit(EMBEDDED)
    expect(await response.json()).toEqual({ kind: 'complete', redirectUrl: null })
    expect(port.submissions).toHaveLength(1)
    expect(port.submissions[0]).toMatchObject({ amountCents: 2_500, source: { number: '4242424242424242' } })
  })

  test('with mistakes reaches the core not at all', async () => {
    const { port, submit } = given()
    const response = await submit(EMBEDDED, {}, { ...FORM, amount: '4' })
    expect(await response.json()).toEqual({
      kind: 'invalid',
      errors: [{ field: 'amount', message: 'The smallest amount is $5.00.' }],
    })
    expect(port.submissions).toHaveLength(0)
  })

  test("sent again after it has paid is told the first one's answer, and does not pay twice", async () => {
    const { port, submit } = given({ redirectOnCompletion: 'always', returnUrl: 'https://app.example/r' })
    port.answer = () => ({ kind: 'complete', redirectUrl: 'https://app.example/r' })
    const answers = [await (await submit(EMBEDDED)).json(), await (await submit(EMBEDDED)).json()]
    expect(answers[0]).toEqual({ kind: 'complete', redirectUrl: 'https://app.example/r' })
    expect(answers[1]).toEqual(answers[0])
    expect(port.submissions).toHaveLength(1)
  })

  test('that loses a race against another tab is told that the session is paid', async () => {
    const { port, submit } = given()
    port.answer = () => {
      port.checkout = { ...port.checkout, status: 'complete' }
      return { kind: 'invalid', field: 'session', message: 'The session is complete.' }
    }
    expect(await (await submit(EMBEDDED)).json()).toEqual({ kind: 'complete', redirectUrl: null })
  })

  test('for an expired session makes the page show that it is', async () => {
    const { port, submit } = given({ status: 'expired' })
    expect(await (await submit(EMBEDDED)).json()).toEqual({ kind: 'closed' })
    expect(port.submissions).toHaveLength(0)
  })

  test('from another site is refused', async () => {
    const { port, submit } = given()
    expect((await submit(EMBEDDED, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await submit(EMBEDDED, { origin: 'null' })).status).toBe(403)
    expect((await submit(EMBEDDED, { 'content-type': 'text/plain' })).status).toBe(415)
    expect(port.submissions).toHaveLength(0)
    expect((await submit(EMBEDDED, { origin: BASE_URL })).status).toBe(200)
  })

  test('of excessive size is refused', async () => {
    const { submit } = given()
    expect((await submit(EMBEDDED, {}, { ...FORM, name: 'x'.repeat(9_000) })).status).toBe(413)
  })
})

describe('paying on the page of an invoice', () => {
  const OPEN = {
    status: 'open',
    paidSeconds: null,
    amountPaidCents: 0,
    paymentMethod: null,
    payWith: 'Visa •••• 3184',
  } as const
  const PATH = '/invoice/invoice-token'
  const openInvoice = () => {
    const { port, request } = given({}, OPEN)
    const pay = (fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      request(PATH, { method: 'POST', body: new URLSearchParams(fields), headers })
    return { port, request, pay }
  }

  test('is offered while it is open, with the card that it takes', async () => {
    const page = await (await openInvoice().request(PATH)).text()
    expect(page).toContain('Pay $1,234.50 with Visa •••• 3184')
    expect(await (await given().request(PATH)).text()).not.toContain('<form')
  })

  test('leads back to the invoice, so that loading the page again pays nothing', async () => {
    const { port, pay } = openInvoice()
    const response = await pay()
    expect([response.status, response.headers.get('location')]).toEqual([303, PATH])
    expect(port.answers).toEqual(['none'])
  })

  test('asks what the bank asks, and passes the answer on', async () => {
    const { port, pay } = openInvoice()
    port.answerPayment = (answer) => ({ kind: answer === 'none' ? 'authentication_required' : 'paid' })
    expect(await (await pay()).text()).toContain('Is this you?')
    expect((await pay({ authentication: 'approved' })).status).toBe(303)
    await pay({ authentication: 'denied' })
    await pay({ authentication: 'whatever' })
    expect(port.answers).toEqual(['none', 'approved', 'denied', 'none'])
  })

  test('says why it was declined, and offers to try again', async () => {
    const { port, pay } = openInvoice()
    port.answerPayment = () => ({ kind: 'declined', message: 'Your card has <insufficient> funds.' })
    const page = await (await pay()).text()
    expect(page).toContain('Your card has &lt;insufficient&gt; funds.')
    expect(page).toContain('Pay $1,234.50')
  })

  test('is refused from another site, of another kind, too large, and for an unknown invoice', async () => {
    const { port, pay, request } = openInvoice()
    expect((await pay({}, { origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await request(PATH, { method: 'POST' })).status).toBe(415)
    expect((await pay({ authentication: 'x'.repeat(2_000) })).status).toBe(413)
    expect((await request(PATH, { method: 'DELETE' })).status).toBe(405)
    expect(port.answers).toEqual([])
    const unknown = await request('/invoice/nope', { method: 'POST', body: new URLSearchParams() })
    expect((await request(unknown.headers.get('location') ?? '')).status).toBe(404)
  })
})

describe('documents', () => {
  test('the invoice page links to the PDF, which names itself', async () => {
    const { request } = given()
    const page = await (await request('/invoice/invoice-token')).text()
    expect(page).toContain('href="/invoice/invoice-token/pdf"')
    expect(page).toContain('$1,234.50')
    const pdf = await request('/invoice/invoice-token/pdf')
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.headers.get('content-disposition')).toBe('inline; filename="Invoice-TALK-0001.pdf"')
  })

  test('the receipt shows what was paid and what was given back', async () => {
    const page = await (await given().request('/receipt/receipt-token')).text()
    expect(page).toContain('$25.00')
    expect(page).toContain('Refunded in part')
    expect(page).toContain('$5.00')
  })

  test('the stand-in script may be loaded by another origin', async () => {
    const response = await given().request('/stripe.js')
    expect(response.headers.get('content-type')).toContain('text/javascript')
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  })
})
