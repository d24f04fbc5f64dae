import { seededRandom, type Random } from '../random'

export const REQUEST_FAULTS = [
  '401',
  '429',
  '409',
  '500',
  '500-after',
  'timeout-after',
  'reset-before',
  'reset-after',
  'truncate',
] as const
/** The ones that end in `-after`, and `truncate`, happen once the request has been carried out and is kept. */
export type RequestFault = (typeof REQUEST_FAULTS)[number]

export type PlannedFault = { method: string | null; path: RegExp | null; kind: RequestFault; left: number }

export type WebhookFaults = Readonly<{
  /** Chances from 0 to 1. */
  drop: number
  duplicate: number
  staleSignature: number
  wrongLivemode: number
  /** How many extra copies a duplicated delivery may have. */
  copiesMax: number
  shuffle: boolean
  delayMs: Readonly<{ min: number; max: number }>
}>

export type FaultPlan = {
  seed: number
  latencyMs: number
  planned: PlannedFault[]
  rates: Partial<Record<RequestFault, number>>
  webhooks: WebhookFaults
}

const calm = (seed: number): FaultPlan => ({
  seed,
  latencyMs: 0,
  planned: [],
  rates: {},
  webhooks: {
    drop: 0,
    duplicate: 0,
    staleSignature: 0,
    wrongLivemode: 0,
    copiesMax: 4,
    shuffle: true,
    delayMs: { min: 0, max: 0 },
  },
})

/** What goes wrong on purpose. Kept in memory: a restarted program is well again. */
export class Faults {
  plan: FaultPlan
  random: Random

  constructor(seed: number) {
    this.plan = calm(seed)
    this.random = seededRandom(seed)
  }

  apply(plan: FaultPlan): void {
    if (plan.seed !== this.plan.seed) this.random = seededRandom(plan.seed)
    this.plan = plan
  }

  clear(): void {
    this.apply(calm(this.plan.seed))
  }

  /** The fault this request meets, if any; a planned one is used up by it. */
  take(method: string, path: string): RequestFault | null {
    const planned = this.plan.planned.find(
      (fault) =>
        fault.left > 0 &&
        (fault.method === null || fault.method === method) &&
        (fault.path?.test(path) ?? true),
    )
    if (planned !== undefined) {
      planned.left -= 1
      return planned.kind
    }
    return REQUEST_FAULTS.find((kind) => this.chance(this.plan.rates[kind] ?? 0)) ?? null
  }

  chance(rate: number): boolean {
    return rate > 0 && this.random() < rate
  }
}
