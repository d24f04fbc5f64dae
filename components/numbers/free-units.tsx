import { LocalTime } from '@/components/time/local-time'

/** Says that units of the subscription are paid for and cover nothing. `until` is ISO 8601. */
export function FreeUnits({ units, until }: Readonly<{ units: number; until: string }>) {
  return (
    <p className="border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft">
      {units === 1 ? 'A unit of the subscription is' : `${units} units of the subscription are`} free: the
      next {units === 1 ? 'number' : 'numbers'} bought before <LocalTime at={until} detail="day" />{' '}
      {units === 1 ? 'is' : 'are'} covered at no charge.
    </p>
  )
}
