import type { Deed, GrantDeed, SpendDeed } from './deeds'
import type { Draw } from './arbitrary-rounds'
import type { LedgerModel } from './model'

const HOUR = 3_600_000

/** Calls that are made at the same time: single deeds, batches of spends, and expiry by the clock. `now`: the latest of any. */
export type Call =
  | Readonly<{ kind: 'deed'; deed: Deed }>
  | Readonly<{ kind: 'batch'; deeds: readonly SpendDeed[]; now: number; waits: boolean }>
  | Readonly<{ kind: 'expiry'; now: number }>

/** What a draw means in the state the round begins with: the call, once for each copy, and a forged one on request. */
export function drawCalls(books: LedgerModel, draw: Draw, label: string, roundNow: number): Call[] {
  const now = roundNow + draw.ahead * HOUR
  if (draw.kind === 'expiry') return repeat({ kind: 'expiry', now }, draw.copies)
  if (draw.kind === 'batch') {
    // Few are posted one by one, many in a statement for all.
    const deeds = Array.from({ length: draw.pick % 2 === 0 ? 9 : 3 }, (_, i) => {
      const sooner = draw.hasOwnMoments ? ((i + draw.pick) % 3) * HOUR : 0
      const deed = drawSpend(books, { ...draw, amount: draw.amount + i }, `${label}.${i}`, now - sooner)
      // Some go back in time, others only differ in when they are called.
      return draw.expiresIn === null ? deed : { ...deed, occurredAt: now - draw.late }
    })
    const named = [...deeds, ...deeds.slice(0, draw.pick % 3)]
    return repeat({ kind: 'batch', deeds: named, now, waits: !draw.forged }, draw.copies)
  }
  const deed = drawDeed(books, draw, label, now)
  if (deed === null) return []
  const calls = repeat<Call>({ kind: 'deed', deed }, draw.copies)
  return draw.forged ? [...calls, { kind: 'deed', deed: forge(deed) }] : calls
}

function drawDeed(books: LedgerModel, draw: Draw, label: string, now: number): Deed | null {
  switch (draw.kind) {
    case 'spend':
      return drawSpend(books, draw, label, now)
    case 'clawback':
      return {
        kind: 'clawback',
        code: draw.priority === 0 ? 'refund' : 'dispute',
        ...drawTaking(books, draw, label, now),
      }
    case 'hold':
      return { kind: 'hold', ...drawTaking(books, draw, label, now) }
    case 'reversal': {
      const targets = [...books.postings.values()].reverse()
      const target = targets[draw.pick % Math.max(1, targets.length)]
      return {
        kind: 'reversal',
        targetReference: target?.reference ?? 'unknown',
        occurredAt: now - draw.late,
        now,
      }
    }
    case 'batch':
    case 'expiry':
      return null
    default:
      return drawGrant(draw, draw.kind, label, now)
  }
}

/** What takes a deposit back or freezes it: the deposit, which may be none, and how much. */
function drawTaking(books: LedgerModel, draw: Draw, label: string, now: number) {
  const deposits = [...books.postings.values()]
    .filter((posted) => posted.code.startsWith('deposit_'))
    .reverse()
  const target = deposits[draw.pick % Math.max(1, deposits.length)]
  return {
    reference: label,
    grantReference: target?.reference ?? 'in_unknown',
    micros: BigInt(draw.amount),
    occurredAt: now - draw.late,
    now,
  }
}

function drawSpend(books: LedgerModel, draw: Draw, label: string, now: number): SpendDeed {
  const exact = books.total(now) + BigInt(draw.boundary ?? 0)
  return {
    kind: 'spend',
    reference: label,
    code: draw.priority === 0 ? 'usage' : 'rent',
    micros: draw.boundary !== null && exact > 0n ? exact : BigInt(draw.amount),
    limit: draw.limit === null ? null : BigInt(draw.boundary === null ? draw.limit : 0),
    occurredAt: now - draw.late,
    now,
  }
}

function drawGrant(
  draw: Draw,
  kind: 'deposit' | 'promotion' | 'allowance' | 'bundle',
  label: string,
  now: number,
): GrantDeed {
  const amount = BigInt(draw.amount)
  const part = {
    deposit: { code: 'deposit_card', category: 'purchased', paid: amount, promoted: 0n },
    bundle: { code: 'deposit_card', category: 'purchased', paid: amount, promoted: BigInt(draw.pick) },
    promotion: { code: 'deposit_welcome', category: 'promotional', paid: 0n, promoted: amount },
    allowance: { code: 'allowance', category: 'allowance', paid: 0n, promoted: amount },
  } as const
  const expires = kind !== 'deposit' || draw.pick === 0
  return {
    kind: 'grant',
    reference: label,
    ...part[kind],
    priority: draw.priority,
    expiresAt: draw.expiresIn === null || !expires ? null : now + draw.expiresIn * HOUR,
    occurredAt: now - draw.late,
    now,
  }
}

function forge(deed: Deed): Deed {
  if (deed.kind === 'grant') return { ...deed, paid: deed.paid + 1n }
  if (deed.kind === 'reversal') return deed
  return { ...deed, micros: deed.micros + 1n }
}

function repeat<T>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value)
}
