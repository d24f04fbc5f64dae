import { expect, it } from 'vitest'
import { secondsText } from './seconds-text'

it.each([
  [0, '0 seconds'],
  [0.4, '0 seconds'],
  [1, '1 second'],
  [59.9, '59 seconds'],
  [60, '1 minute'],
  [7199, '1 hour'],
  [7200, '2 hours'],
  [90_000, '1 day'],
])('%s seconds are %s', (seconds, text) => {
  expect(secondsText(seconds)).toBe(text)
})
