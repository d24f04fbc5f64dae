import { MICROS_PER_CENT, type Money, usdFromCents } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'
import {
  AMOUNT_MAX,
  AMOUNT_MIN,
  DAY_OF_MONTH_MAX,
  type AutoTopUpPatch,
  type AutoTopUpSettings,
} from './auto-top-up'

/** A cent: the threshold is looked at and not charged. */
const THRESHOLD_MIN = usdFromCents(1)
/** The most that a month can be given: more than any month can take at the largest amount. */
const CAP_MAX = usdFromCents(100_000_000)

type Field = keyof AutoTopUpSettings
export type SettingsDecision =
  | Readonly<{ kind: 'settings'; settings: AutoTopUpSettings }>
  | Readonly<{ kind: 'refused'; fieldErrors: Record<string, string[]> }>

export const NOTHING_SET: AutoTopUpSettings = {
  enabled: false,
  threshold: null,
  amount: null,
  scheduledEnabled: false,
  scheduledAmount: null,
  dayOfMonth: null,
  paymentMethodId: null,
  monthlyCap: null,
  quantity: null,
}

/**
 * The settings after a change, or what is wrong with it, field by field. An amount given in money forgets the bundles
 * that an earlier one was given as. What is switched off may be incomplete; what is switched on may not.
 */
export function decideSettings(current: AutoTopUpSettings, patch: AutoTopUpPatch): SettingsDecision {
  const settings = merge(current, patch)
  const problems = [...rangeProblems(patch), ...gaps(settings)]
  if (problems.length === 0) return { kind: 'settings', settings }
  const fieldErrors: Record<string, string[]> = {}
  for (const [field, problem] of problems) (fieldErrors[field] ??= []).push(problem)
  return { kind: 'refused', fieldErrors }
}

function merge(current: AutoTopUpSettings, patch: AutoTopUpPatch): AutoTopUpSettings {
  const bundles = patch.amount === undefined ? current.quantity : null
  return {
    enabled: given(patch.enabled, current.enabled),
    threshold: given(patch.threshold, current.threshold),
    amount: given(patch.amount, current.amount),
    scheduledEnabled: given(patch.scheduledEnabled, current.scheduledEnabled),
    scheduledAmount: given(patch.scheduledAmount, current.scheduledAmount),
    dayOfMonth: given(patch.dayOfMonth, current.dayOfMonth),
    paymentMethodId: given(patch.paymentMethodId, current.paymentMethodId),
    monthlyCap: given(patch.monthlyCap, current.monthlyCap),
    quantity: given(patch.quantity, bundles),
  }
}

/** Null is a value; undefined is none. */
function given<T>(value: T | undefined, stored: T): T {
  return value === undefined ? stored : value
}

type Problem = readonly [Field, string]

/** Only what is given is judged: what is stored was. */
function rangeProblems(patch: AutoTopUpPatch): Problem[] {
  const { threshold, amount, scheduledAmount, monthlyCap, dayOfMonth } = patch
  const problems: Problem[] = [
    ...outside('threshold', threshold, THRESHOLD_MIN, AMOUNT_MAX),
    ...unchargeable('amount', amount),
    ...outside('amount', amount, AMOUNT_MIN, AMOUNT_MAX),
    ...unchargeable('scheduledAmount', scheduledAmount),
    ...outside('scheduledAmount', scheduledAmount, AMOUNT_MIN, AMOUNT_MAX),
    ...outside('monthlyCap', monthlyCap, AMOUNT_MIN, CAP_MAX),
  ]
  if (
    dayOfMonth != null &&
    !(Number.isInteger(dayOfMonth) && dayOfMonth >= 1 && dayOfMonth <= DAY_OF_MONTH_MAX)
  ) {
    problems.push(['dayOfMonth', `Must be a day from 1 to ${String(DAY_OF_MONTH_MAX)}`])
  }
  return problems
}

function outside(field: Field, money: Money | null | undefined, min: Money, max: Money): Problem[] {
  if (money == null) return []
  if (money.micros >= min.micros && money.micros <= max.micros) return []
  return [[field, `Must be from ${moneyString(min)} to ${moneyString(max)}`]]
}

/** No card is charged parts of a cent; what is only compared may have them. */
function unchargeable(field: Field, money: Money | null | undefined): Problem[] {
  return money != null && money.micros % MICROS_PER_CENT !== 0n ? [[field, 'Must be whole cents']] : []
}

function gaps(settings: AutoTopUpSettings): Problem[] {
  const problems: Problem[] = []
  const need = (field: Field, when: string) => {
    if (settings[field] === null) problems.push([field, `Needed ${when}`])
  }
  if (settings.enabled) {
    need('threshold', 'to switch it on')
    need('amount', 'to switch it on')
  }
  if (settings.scheduledEnabled) {
    need('scheduledAmount', 'with a schedule')
    need('dayOfMonth', 'with a schedule')
  }
  return problems
}
