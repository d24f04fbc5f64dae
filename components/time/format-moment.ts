export type MomentDetail = 'day' | 'minute' | 'second'

/** `12 Aug 2026`, `12 Aug 2026, 09:05` or `12 Aug 2026, 09:05:07 UTC`, in the given zone. `at` is ISO 8601. */
export function formatMoment(at: string, timeZone: string, detail: MomentDetail): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(at))
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  // "Sept" is the one month that en-GB writes with four letters.
  const day = `${read('day')} ${read('month').slice(0, 3)} ${read('year')}`
  if (detail === 'day') return day
  const minute = `${day}, ${read('hour')}:${read('minute')}`
  return detail === 'minute' ? minute : `${minute}:${read('second')} ${timeZone}`
}
