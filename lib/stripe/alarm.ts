import type { Logger } from 'pino'

const PERIOD_MS = 5 * 60_000

/** Tells the operator what only they can mend. `what` names it in a word, for whoever watches the log. */
export type Alarm = (what: string, fields: Readonly<Record<string, unknown>>, message: string) => void

/** Loud, but once in five minutes of real time for each thing that is wrong: while it lasts, every call meets it. */
export function createAlarm(log: Logger, realNow: () => number = Date.now): Alarm {
  const quietUntil = new Map<string, number>()
  return (what, fields, message) => {
    if (realNow() < (quietUntil.get(what) ?? 0)) return
    quietUntil.set(what, realNow() + PERIOD_MS)
    log.error({ alert: 'provider_misconfigured', what, ...fields }, message)
  }
}
