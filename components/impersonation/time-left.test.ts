import { expect, it } from 'vitest'
import { nearness, timeLeft } from './time-left'

it.each([
  [1800, '30:00', ''],
  [301, '5:01', ''],
  [300, '5:00', 'Five minutes left'],
  [61, '1:01', 'Five minutes left'],
  [60, '1:00', 'One minute left'],
  [9, '0:09', 'One minute left'],
  [0, '0:00', 'One minute left'],
])('%d seconds are %s', (seconds, text, said) => {
  expect({ text: timeLeft(seconds), said: nearness(seconds) }).toEqual({ text, said })
})
