import Stripe from 'stripe'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { API_VERSION } from '@/lib/stripe/open-client'
import { parseEvent } from './parse-event'

const GOOD = {
  id: 'evt_1',
  object: 'event',
  type: 'invoice.paid',
  api_version: API_VERSION,
  created: 1_780_000_000,
  livemode: false,
  data: { object: { id: 'in_1', customer: 'cus_1' } },
}

const parse = (value: unknown) => parseEvent(JSON.stringify(value), false)

describe('parseEvent', () => {
  it('is written for the version that the stripe package speaks', () => {
    expect(API_VERSION).toBe(Stripe.API_VERSION)
  })

  it('says what to read again', () => {
    const subjectOf = (type: string, object: unknown) => parse({ ...GOOD, type, data: { object } })?.subject
    expect(subjectOf('invoice.paid', { id: 'in_1' })).toBe('invoice:in_1')
    expect(subjectOf('checkout.session.completed', { id: 'cs_1', invoice: 'in_1' })).toBe('invoice:in_1')
    expect(subjectOf('checkout.session.completed', { id: 'cs_1', invoice: { id: 'in_1' } })).toBe(
      'invoice:in_1',
    )
    expect(subjectOf('checkout.session.expired', { id: 'cs_1', invoice: null })).toBe('checkout:cs_1')
    expect(subjectOf('payment_intent.succeeded', { id: 'pi_1' })).toBe('payment_intent:pi_1')
    expect(subjectOf('payment_method.attached', { id: 'pm_1', customer: 'cus_1' })).toBe('customer:cus_1')
    expect(subjectOf('payment_method.attached', { id: 'pm_1', customer: null })).toBeNull()
    expect(subjectOf('invoice.finalized', { id: 'in_1' })).toBeNull()
    expect(subjectOf('talktime.unheard_of', { id: 'x' })).toBeNull()
  })

  it.each([
    ['the other mode', { livemode: true }, 'livemode_differs'],
    ['no mode', { livemode: undefined }, 'livemode_differs'],
    ['another version', { api_version: '2020-08-27' }, 'api_version_differs'],
    ['no version', { api_version: null }, 'api_version_differs'],
    ['another account', { account: 'acct_1' }, 'of_another_account'],
    ['a thin event', { object: 'v2.core.event' }, 'not_a_snapshot_event'],
  ])('keeps an event of %s for staff', (_name, change, reason) => {
    expect(parse({ ...GOOD, ...change })?.quarantine).toBe(reason)
  })

  it('takes a listed event in any version, and still not of another mode', () => {
    const listed = (change: object) =>
      parseEvent(JSON.stringify({ ...GOOD, api_version: '2020-08-27', ...change }), false, 'sweep')
    expect(listed({})).toMatchObject({ quarantine: null, subject: 'invoice:in_1', apiVersion: '2020-08-27' })
    expect(listed({ livemode: true })?.quarantine).toBe('livemode_differs')
  })

  it('keeps what was signed as it was signed', () => {
    const text = `{ "object":"event",  "id":"evt_1", "type":"invoice.paid","x":"\\u0000\\ud800" }`
    expect(parseEvent(text, false)?.payload).toBe(text)
  })

  it.each(['', 'null', '[]', '{', '"evt_1"', '{"id":"evt_1"}', '{"id":7,"type":"invoice.paid"}'])(
    'takes %j for no event',
    (text) => {
      expect(parseEvent(text, false)).toBeNull()
    },
  )

  it('takes in any event with an id and a type, whatever the rest looks like', () => {
    const part = fc.oneof(fc.anything(), fc.constant(undefined))
    const rest = fc.record(
      { api_version: part, created: part, livemode: part, data: part, object: part },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(rest, fc.stringMatching(/^[a-z_.]{1,40}$/), (fields, type) => {
        const parsed = parse({ ...fields, id: 'evt_1', type })
        expect(parsed?.id).toBe('evt_1')
        expect(parsed?.createdAt.getTime()).not.toBeNaN()
      }),
      { seed: 11 },
    )
  })
})
