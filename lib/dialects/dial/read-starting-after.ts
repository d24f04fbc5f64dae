import { z } from 'zod'
import type { ActivityMoment } from '@/lib/core/activity/activity-cursor'

const dateTime = z.iso.datetime({ offset: true })

/**
 * A date-time as the moment before which everything strictly older lies. Moments have six digits: what is written finer
 * counts as the next of them, since what lies between is older. Null for what is no date-time of the years 1 to 9999.
 */
export function readStartingAfter(text: string): ActivityMoment | null {
  if (!dateTime.safeParse(text).success) return null
  const [, head = '', digits = '', zone = ''] = /^([^.]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? []
  const seconds = Date.parse(`${head}${zone}`) / 1000
  const fraction = Number(digits.slice(0, 6).padEnd(6, '0')) + (/[1-9]/.test(digits.slice(6)) ? 1 : 0)
  const carried = fraction === 1_000_000
  const whole = new Date((seconds + (carried ? 1 : 0)) * 1000)
  if (!Number.isFinite(whole.getTime()) || whole.getUTCFullYear() < 1 || whole.getUTCFullYear() > 9999) {
    return null
  }
  const shown = carried ? 0 : fraction
  return `${whole.toISOString().slice(0, 19)}.${String(shown).padStart(6, '0')}Z`
}
