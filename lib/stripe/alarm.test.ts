import { expect, it } from 'vitest'
import { createLogger } from '@/lib/server/log'
import { createAlarm } from './alarm'

it('sounds once in five minutes for each thing that is wrong', () => {
  let now = 0
  const lines: string[] = []
  const log = createLogger('info', { write: (line) => lines.push(line) })
  const alarm = createAlarm(log, () => now)
  const sound = (what: string) => alarm(what, { status: 401 }, 'refused')
  for (const what of ['key', 'key', 'prices', 'key']) sound(what)
  expect(lines).toHaveLength(2)
  now = 299_999
  sound('key')
  expect(lines).toHaveLength(2)
  now = 300_000
  sound('key')
  expect(lines).toHaveLength(3)
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({
    level: 50,
    alert: 'provider_misconfigured',
    what: 'key',
    status: 401,
  })
})
