import type { UsageReport } from '@/lib/core/usage/report-usage'

const DAY_MS = 86_400_000

/** What the business does, how much of it at once (seconds, or messages), and how often beside the rest. */
const USES = [
  { kind: 'call', destination: '+12125550142', quantityMax: 18 * 60, weight: 5 },
  { kind: 'call', destination: null, quantityMax: 24 * 60, weight: 4 },
  { kind: 'sms', destination: '+13105550117', quantityMax: 3, weight: 6 },
  { kind: 'call', destination: '+493055501', quantityMax: 11 * 60, weight: 1 },
] as const

type Use = (typeof USES)[number]

/**
 * What a small business uses on one number from `since` to before `until`: more on weekdays, nothing at night. The
 * same `seed` makes the same history.
 */
export function usageHistory(
  since: Date,
  until: Date,
  numberId: string,
  seed: number,
): readonly UsageReport[] {
  const random = seededRandom(seed)
  const days = Math.ceil((until.getTime() - since.getTime()) / DAY_MS)
  const events = Array.from({ length: days }, (_, day) => {
    const start = new Date(since.getTime() + day * DAY_MS)
    const isWeekend = start.getUTCDay() % 6 === 0
    const count = Math.floor(random() * (isWeekend ? 3 : 8))
    return Array.from({ length: count }, () => eventOf(start, numberId, random))
  })
  return events.flat().filter(({ occurredAt }) => occurredAt >= since && occurredAt < until)
}

function eventOf(day: Date, numberId: string, random: () => number): UsageReport {
  const { kind, destination, quantityMax } = pickUse(random())
  const quantity = 1 + Math.floor(random() * quantityMax)
  const minutesAfterMidnight = 8 * 60 + Math.floor(random() * 11 * 60)
  return {
    id: `demo-${Math.floor(random() * 2 ** 48).toString(36)}`,
    numberId,
    number: null,
    kind,
    quantity,
    destination,
    occurredAt: new Date(Math.floor(day.getTime() / DAY_MS) * DAY_MS + minutesAfterMidnight * 60_000),
  }
}

function pickUse(random: number): Use {
  const total = USES.reduce((sum, use) => sum + use.weight, 0)
  let rest = random * total
  for (const use of USES) {
    rest -= use.weight
    if (rest < 0) return use
  }
  return USES[0]
}

/** A linear congruential generator: plain, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
