import { z } from 'zod'
import { REQUEST_FAULTS, type FaultPlan } from './faults'

const rate = z.number().min(0).max(1)

const FAULTS = z.strictObject({
  seed: z.number().int().optional(),
  /** No answer of the API leaves earlier than this many milliseconds after its request came. */
  latencyMs: z.number().int().min(0).max(60_000).optional(),
  /** The next `times` requests of this method and path meet `kind`. `:id` and `*` in a path stand for one part of it. */
  requests: z
    .array(
      z.strictObject({
        method: z.enum(['GET', 'POST', 'DELETE']).optional(),
        path: z.string().startsWith('/v1/').optional(),
        times: z.number().int().min(1).default(1),
        kind: z.enum(REQUEST_FAULTS),
      }),
    )
    .optional(),
  /** Chances for every request. */
  rates: z.partialRecord(z.enum(REQUEST_FAULTS), rate).optional(),
  webhooks: z
    .strictObject({
      drop: rate,
      duplicate: rate,
      staleSignature: rate,
      wrongLivemode: rate,
      copiesMax: z.number().int().min(1).max(10),
      shuffle: z.boolean(),
      delayMs: z.strictObject({ min: z.number().min(0), max: z.number().max(600_000) }),
    })
    .partial()
    .optional(),
})

/** The plan after a control request: what it does not name stays. @throws z.ZodError */
export function parseFaults(before: FaultPlan, body: unknown): FaultPlan {
  const sent = FAULTS.parse(body)
  const { drop, duplicate, staleSignature, wrongLivemode, copiesMax, shuffle, delayMs } = sent.webhooks ?? {}
  const old = before.webhooks
  return {
    seed: sent.seed ?? before.seed,
    latencyMs: sent.latencyMs ?? before.latencyMs,
    planned: [
      ...before.planned.filter((fault) => fault.left > 0),
      ...(sent.requests ?? []).map((fault) => ({
        method: fault.method ?? null,
        path: fault.path === undefined ? null : pathPattern(fault.path),
        kind: fault.kind,
        left: fault.times,
      })),
    ],
    rates: Object.fromEntries(
      Object.entries({ ...before.rates, ...sent.rates }).filter(([, chance]) => chance > 0),
    ),
    webhooks: {
      drop: drop ?? old.drop,
      duplicate: duplicate ?? old.duplicate,
      staleSignature: staleSignature ?? old.staleSignature,
      wrongLivemode: wrongLivemode ?? old.wrongLivemode,
      copiesMax: copiesMax ?? old.copiesMax,
      shuffle: shuffle ?? old.shuffle,
      delayMs:
        delayMs === undefined ? old.delayMs : { min: delayMs.min, max: Math.max(delayMs.min, delayMs.max) },
    },
  }
}

function pathPattern(path: string): RegExp {
  const parts = path
    .split('/')
    .map((part) =>
      part === '*' || part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
  return new RegExp(`^${parts.join('/')}$`)
}
