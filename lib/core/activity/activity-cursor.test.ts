import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readActivityCursor, writeActivityCursor } from './activity-cursor'

const MOMENT = '2026-05-10T12:00:00.000001Z'

test('a cursor reads back as the moment it was written for, in its own account only', () => {
  const cursor = writeActivityCursor(7n, MOMENT)
  expect(cursor).toMatch(/^[\w-]+$/)
  expect(readActivityCursor(7n, cursor)).toBe(MOMENT)
  expect(readActivityCursor(8n, cursor)).toBeNull()
})

test('no other text is a cursor', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (text) => {
      expect(readActivityCursor(7n, text)).toBeNull()
    }),
  )
})

test('a moment without its checksum, or with one of another, is no cursor', () => {
  const forge = (text: string) => Buffer.from(text).toString('base64url')
  const check = Buffer.from(writeActivityCursor(7n, MOMENT), 'base64url').toString().slice(-9)
  expect(readActivityCursor(7n, forge(MOMENT + check))).toBe(MOMENT)
  expect(readActivityCursor(7n, forge(MOMENT))).toBeNull()
  expect(readActivityCursor(7n, forge(`2026-05-10T12:00:00.000002Z${check}`))).toBeNull()
  expect(readActivityCursor(7n, forge(`infinity${check}`))).toBeNull()
})
