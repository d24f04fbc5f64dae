import { expect, it } from 'vitest'
import { decideInboxLight, type InboxFacts } from './decide-inbox-light'

const WELL: InboxFacts = {
  lastEventAgeSeconds: 3600,
  longestWaitSeconds: 1,
  lagSeconds: 0,
  failing: 0,
  quarantined: 0,
  dead: 0,
  unheard: 0,
}

it.each<[string, Partial<InboxFacts>, string]>([
  ['all is worked on', {}, 'good'],
  ['there never was an event', { lastEventAgeSeconds: null }, 'good'],
  ['an event is tried again', { failing: 1 }, 'caution'],
  ['an event waits for staff', { quarantined: 1 }, 'caution'],
  ['payments went by without an event', { unheard: 1 }, 'caution'],
  ['the worker is behind', { lagSeconds: 31 }, 'caution'],
  ['an event was given up', { dead: 1 }, 'bad'],
  ['an event waits for minutes', { longestWaitSeconds: 301, failing: 1 }, 'bad'],
  ['nobody works', { lagSeconds: 301, longestWaitSeconds: 301 }, 'bad'],
])('where %s', (_what, change, light) => {
  expect(decideInboxLight({ ...WELL, ...change })).toBe(light)
})
