import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { AUDIT_ACTIONS } from './actions'

const DRIZZLE = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** The names of actions within the calls that write to the log. */
function actionsIn(text: string): string[] {
  const calls = [...text.matchAll(/\b(?:audit|note_membership)\([^;]*/g)].map(([call]) => call)
  return calls.flatMap((call) =>
    [...call.matchAll(/'([a-z-]+\.[a-z-]+)'/g)].flatMap(([, name]) => name ?? []),
  )
}

test.each(readdirSync(DRIZZLE).filter((file) => file.endsWith('.sql')))(
  'what %s writes to the audit log is on the list',
  (file) => {
    const known = Object.keys(AUDIT_ACTIONS)
    const used = actionsIn(readFileSync(`${DRIZZLE}/${file}`, 'utf8'))
    expect(used.filter((name) => !known.includes(name))).toEqual([])
  },
)

test('an action that a function makes up is found out', () => {
  expect(actionsIn("perform audit(p_actor, null, f(1), 'key.eaten', null, null, null, p_now);")).toEqual([
    'key.eaten',
  ])
})
