import { expect, test } from 'vitest'
import { reasonToRefuse } from './check-start'

const APP = { version: 160_004, tables: 7, alterable: [], read_only: 'off' }
const READ_ONLY = { ...APP, read_only: 'on' }

test('a database of today with the roles it is meant for is no reason', () => {
  expect(reasonToRefuse(APP, READ_ONLY)).toBeNull()
})

test.each([
  ['PostgreSQL 15', { version: 150_012 }, {}, 'PostgreSQL 16 or newer is needed, this is 15.12.'],
  ['no ledger', { tables: 0 }, {}, /no ledger yet.*MIGRATION_DATABASE_URL/],
  [
    'an app that may write',
    { alterable: ['posting'] },
    {},
    /DATABASE_URL could rewrite the ledger \(posting\)/,
  ],
  ['a reader that may write', {}, { alterable: ['posting'] }, /READONLY_DATABASE_URL can write/],
  ['a reader that writes by default', {}, { read_only: 'off' }, /READONLY_DATABASE_URL can write/],
])('%s is one, in a sentence', (_what, app, readOnly, sentence) => {
  expect(reasonToRefuse({ ...APP, ...app }, { ...READ_ONLY, ...readOnly })).toMatch(sentence)
})
