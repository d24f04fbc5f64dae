import { invariant } from '@/lib/kit/assert'
import { CHART, isDue, type Decision, type Grant, type Leg, type Posted } from './model-types'
import { decideDeed } from './model-decisions'
import type { Deed } from './deeds'

/**
 * The books of one account in memory, written apart from the SQL: what the ledger must answer and hold. It is told in
 * which order the database serialised the deeds and by which ids, and nothing else.
 */
export class LedgerModel {
  grants: Grant[] = []
  balances = new Map<bigint, bigint>(Object.values(CHART).map((id) => [id, 0n]))
  postings = new Map<string, Posted>()
  belowZeroSince: string | null = null

  clone(): LedgerModel {
    const copy = new LedgerModel()
    copy.grants = this.grants.map((grant) => ({ ...grant }))
    copy.balances = new Map(this.balances)
    copy.postings = new Map(this.postings)
    copy.belowZeroSince = this.belowZeroSince
    return copy
  }

  of(id: bigint): bigint {
    return this.balances.get(id) ?? 0n
  }

  /** What the holder has at `now`: grants not expired by then, and the overdraft. */
  total(now: number): bigint {
    const live = this.grants.filter((grant) => !isDue(grant, now))
    return live.reduce((sum, grant) => sum + this.of(grant.id), this.of(CHART.overdraft))
  }

  due(now: number): Grant[] {
    return this.grants.filter((grant) => isDue(grant, now) && this.of(grant.id) > 0n)
  }

  decide(deed: Deed): Decision {
    const after = this.clone()
    for (const grant of after.due(deed.now)) after.balances.set(grant.id, 0n)
    return decideDeed(after, deed)
  }

  /** Books what was decided under the id and moment the database gave it. `knownAt`: when the holder could know of it. */
  book(
    input: string,
    reference: string,
    decision: Decision,
    id: bigint,
    occurredAt: string,
    knownAt: string,
  ): void {
    invariant(decision.status === 'posted', 'only what posts is booked')
    const legs = decision.legs.map((leg) => ({ ...leg, from: leg.from || id, to: leg.to || id }))
    if (decision.grant !== null) this.grants.push({ ...decision.grant, id, clawed: 0n })
    for (const leg of legs) this.move(leg)
    for (const [grantId, micros] of decision.clawed) {
      const grant = this.grants.find((one) => one.id === grantId)
      if (grant !== undefined) grant.clawed += micros
    }
    this.postings.set(reference, { ...decision, id, reference, input, legs })
    if (decision.balance >= 0n) this.belowZeroSince = null
    else this.belowZeroSince ??= knownAt > occurredAt ? knownAt : occurredAt
  }

  private move(leg: Leg): void {
    this.balances.set(leg.from, this.of(leg.from) - leg.micros)
    this.balances.set(leg.to, this.of(leg.to) + leg.micros)
  }

  isReversed(id: bigint): boolean {
    return this.postings.has(`reversal:${id}`)
  }

  find(id: bigint): Posted | undefined {
    return [...this.postings.values()].find((posted) => posted.id === id)
  }
}
