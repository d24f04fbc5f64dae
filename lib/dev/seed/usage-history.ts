import type { UsageEvent } from '@/lib/core/usage/record-usage'
import { usd } from '@/lib/kit/money'

const DAY_MS = 86_400_000

/** Telephony is priced below a cent: rates in micro-dollars a unit. */
const FARES = [
  { name: 'Outbound call, US', microsPerUnit: 14_000n, unitsMax: 18, weight: 5 },
  { name: 'Inbound call', microsPerUnit: 8_500n, unitsMax: 24, weight: 4 },
  { name: 'Outbound SMS', microsPerUnit: 7_900n, unitsMax: 3, weight: 6 },
  { name: 'Outbound call, Germany', microsPerUnit: 21_500n, unitsMax: 11, weight: 1 },
] as const

type Fare = (typeof FARES)[number]

/**
 * What a small business uses on one number from `since` to before `until`: more on weekdays, nothing at night. The
 * same `seed` makes the same history.
 */
export function usageHistory(
  since: Date,
  until: Date,
  numberId: string | null,
  seed: number,
): readonly UsageEvent[] {
  const random = seededRandom(seed)
  const days = Math.ceil((until.getTime() - since.getTime()) / DAY_MS)
  const events = Array.from({ length: days }, (_, day) => {
    const start = new Date(since.getTime() + day * DAY_MS)
    const isWeekend = start.getUTCDay() % 6 === 0
    const count = Math.floor(random() * (isWeekend ? 3 : 8))
    return Array.from({ length: count }, () => eventOf(start, numberId, random))
  })
  return events.flat().filter((event) => event.occurredAt < until)
}

function eventOf(day: Date, numberId: string | null, random: () => number): UsageEvent {
  const fare = pickFare(random())
  const units = 1 + Math.floor(random() * fare.unitsMax)
  const minutesAfterMidnight = 8 * 60 + Math.floor(random() * 11 * 60)
  return {
    id: `demo-${Math.floor(random() * 2 ** 48).toString(36)}`,
    numberId,
    fareName: fare.name,
    billedQuantity: units,
    amount: usd(fare.microsPerUnit * BigInt(units)),
    occurredAt: new Date(Math.floor(day.getTime() / DAY_MS) * DAY_MS + minutesAfterMidnight * 60_000),
  }
}

function pickFare(random: number): Fare {
  const total = FARES.reduce((sum, fare) => sum + fare.weight, 0)
  let rest = random * total
  for (const fare of FARES) {
    rest -= fare.weight
    if (rest < 0) return fare
  }
  return FARES[0]
}

/** A linear congruential generator: plain, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
