import { describe, expect, test } from 'vitest'
import { BillingError } from '@/lib/kit/errors'
import { createLogger } from '@/lib/server/log'
import { refusalOf } from './refusal'

function refuse(error: unknown) {
  const lines: string[] = []
  const log = createLogger('debug', { write: (line) => lines.push(line) })
  return { refusal: refusalOf(error, 'req_1', log), logged: lines.join('') }
}

describe('refusalOf', () => {
  test('passes on what a verb refused, and keeps its inner half for the log', () => {
    const fields = { formErrors: [], fieldErrors: { name: ['Required'] } }
    const issues = [{ part: 'body', path: ['name'], kind: 'missing', message: 'Required' }] as const
    const details = {
      fields,
      issues,
      isUnanswered: true,
      retryAfterSeconds: 3,
      internal: 'row 17',
      cause: new Error('why'),
    }
    const { refusal, logged } = refuse(new BillingError('invalid_input', 'Not valid', details))
    expect(refusal).toEqual({
      code: 'invalid_input',
      message: 'Not valid',
      fields,
      issues,
      retryAfterSeconds: 3,
      isUnanswered: true,
      requestId: 'req_1',
    })
    expect(logged).toContain('row 17')
  })

  test.each([
    new Error('relation "secret_table" does not exist'),
    new TypeError("Cannot read properties of undefined (reading 'secret')"),
    'a secret text',
    undefined,
    { secret: 1 },
  ])('says nothing of %s but the request id, and logs it whole', (error) => {
    const { refusal, logged } = refuse(error)
    expect(refusal).toMatchObject({ code: 'internal', retryAfterSeconds: undefined, fields: undefined })
    expect(refusal.message).toBe('Something went wrong. Quote req_1 when you ask for help.')
    expect(logged).toContain('req_1')
    if (error instanceof Error) expect(logged).toContain(JSON.stringify(error.message).slice(1, -1))
  })

  test.each(['ECONNREFUSED', 'CONNECTION_CLOSED', 'CONNECT_TIMEOUT', '57P01', '53300', '08006'])(
    'knows %s for an outage of the database, also when it was wrapped',
    (code) => {
      const outage = Object.assign(new Error('gone'), { code })
      for (const error of [outage, new Error('wrapped', { cause: outage })]) {
        expect(refuse(error).refusal).toMatchObject({ code: 'database_unavailable', retryAfterSeconds: 5 })
      }
    },
  )

  test('does not take a mistake of ours for an outage', () => {
    const mistake = Object.assign(new Error('duplicate key'), { code: '23505' })
    expect(refuse(mistake).refusal.code).toBe('internal')
  })
})

test('a BillingError is known across copies of its class', () => {
  const foreign = Object.assign(new Error('x'), {
    [Symbol.for('talktime.BillingError')]: true,
    code: 'conflict',
  })
  expect(foreign).toBeInstanceOf(BillingError)
  expect(new Error('x')).not.toBeInstanceOf(BillingError)
  expect({ code: 'conflict' }).not.toBeInstanceOf(BillingError)
})
