import { clawBackCredit } from '@/lib/core/ledger/claw-back-credit'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { parsePostingOutcome, type PostingOutcome } from '@/lib/core/ledger/posting-outcome'
import { reversePosting } from '@/lib/core/ledger/reverse-posting'
import { spendCredit } from '@/lib/core/ledger/spend-credit'
import { spendBatch, type SpendAnswer } from '@/lib/core/ledger/spend-batch'
import type { Database } from '@/lib/db/client'
import { usd } from '@/lib/kit/money'
import type { Deed, HoldDeed, SpendDeed } from './deeds'
import type { Call } from './draw-deeds'

/** Only a batch that waits for no lock is answered `busy`. */
export type Answer = Readonly<{ deed: Deed; outcome: SpendAnswer }>

/** Makes one call of the real ledger; the answers to its deeds, in their order. Expiry has none. */
export async function callBooks(db: Database, accountId: bigint, call: Call): Promise<Answer[]> {
  if (call.kind === 'expiry') {
    await db.sql`select ledger.expire_grants(${accountId}, ${new Date(call.now)})`
    return []
  }
  if (call.kind === 'deed') return [{ deed: call.deed, outcome: await callDeed(db, accountId, call.deed) }]
  const spends = call.deeds.map((deed) => spendOf(accountId, deed))
  const outcomes = await spendBatch(db, spends, { waits: call.waits })
  return outcomes.flatMap((outcome, i) => {
    const deed = call.deeds[i]
    return deed === undefined ? [] : [{ deed, outcome }]
  })
}

function callDeed(db: Database, accountId: bigint, deed: Deed): Promise<PostingOutcome> {
  const times = { accountId, occurredAt: new Date(deed.occurredAt), now: new Date(deed.now) }
  switch (deed.kind) {
    case 'grant':
      return grantCredit(db, {
        ...times,
        code: deed.code,
        reference: deed.reference,
        category: deed.category,
        priority: deed.priority,
        paid: usd(deed.paid),
        promoted: usd(deed.promoted),
        expiresAt: deed.expiresAt === null ? null : new Date(deed.expiresAt),
      })
    case 'spend':
      return spendCredit(db, spendOf(accountId, deed))
    case 'clawback':
      return clawBackCredit(db, {
        ...times,
        code: deed.code,
        reference: deed.reference,
        grantReference: deed.grantReference,
        amount: usd(deed.micros),
      })
    case 'hold':
      return freeze(db, accountId, deed)
    case 'reversal':
      return reversePosting(db, { ...times, targetReference: deed.targetReference })
  }
}

async function freeze(db: Database, accountId: bigint, deed: HoldDeed): Promise<PostingOutcome> {
  const [row] = await db.sql`
    select * from ledger.freeze(${accountId}, ${deed.reference}, ${deed.grantReference}, ${deed.micros},
      ${new Date(deed.occurredAt)}, ${new Date(deed.now)})`
  return parsePostingOutcome(row)
}

function spendOf(accountId: bigint, deed: SpendDeed) {
  return {
    accountId,
    code: deed.code,
    reference: deed.reference,
    amount: usd(deed.micros),
    overdraftLimit: deed.limit === null ? null : usd(deed.limit),
    occurredAt: new Date(deed.occurredAt),
    now: new Date(deed.now),
  }
}
