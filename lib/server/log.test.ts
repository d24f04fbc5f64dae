import { expect, test } from 'vitest'
import { createLogger } from './log'

const SECRETS = {
  key: 'sk_live_tt_canaryCANARYcanaryCANARYcanaryCANARY12',
  signIn: 'tt_session_canaryCANARYcanaryCANARYcanaryCANARY12',
  token: '12|canaryCANARYcanaryCANARYcanaryCANARY12',
  invitation: 'https://app.talktime.example/invitation?token=canary_CANARY-canary',
  payment: 'https://app.talktime.example/pay/canary_CANARY-canary_CANARY-canary_CANARY-c',
  stripe: 'sk_test_canary51Hcanary',
  webhook: 'whsec_canaryCanary+/=',
  checkout: 'cs_test_a1b2_secret_canary%2Fcanary',
  intent: 'pi_3Abc_secret_canary',
  database: 'postgres://app:canary-password@db.internal:5432/talktime',
  mail: 'smtps://mailer:canary-password@mail.internal:465',
  email: 'canary.person+label@example.com',
  cookie: 'talktime.session=canarycanary',
}

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = []
  write(createLogger('debug', { write: (line) => lines.push(line) }))
  return lines.join('')
}

test.each(Object.entries(SECRETS))('a %s never reaches the log, wherever it stands', (_name, secret) => {
  const line = logged((log) => {
    log.info({ deep: { er: [secret] }, [secret]: 1 }, `message with ${secret}`)
    log.child({ bound: secret }).error({ err: new Error(secret, { cause: new Error(secret) }) }, 'failed')
  })
  expect(line).not.toMatch(/canary/i)
})

test('what is secret by its name is cut whatever it looks like', () => {
  const names = ['authorization', 'cookie', 'password', 'passwordHash', 'clientSecret', 'sessionToken']
  const line = logged((log) => {
    for (const name of names) {
      log.info({ [name]: 'canary', headers: { [name]: 'canary' }, req: { headers: { [name]: 'canary' } } })
    }
  })
  expect(line).not.toMatch(/canary/)
})

test('a bearer header in a text is cut', () => {
  expect(logged((log) => log.info('Authorization: Bearer canary-token'))).not.toMatch(/canary/)
})

test('what identifies a case without opening anything stays', () => {
  const line = logged((log) =>
    log.info({ requestId: 'req_01ABC', invoiceId: 'in_123', sessionId: 'cs_test_a1' }, 'paid 25.00'),
  )
  expect(line).toMatch(/req_01ABC/)
  expect(line).toMatch(/in_123/)
  expect(line).toMatch(/cs_test_a1/)
  expect(line).toMatch(/paid 25\.00/)
})

test('a line of the client cannot forge another', () => {
  const line = logged((log) => log.info({ name: 'x\r\n{"level":60,"msg":"forged"}' }, 'created'))
  expect(line.trimEnd().split('\n')).toHaveLength(1)
})
