import type { UsageKind } from '@/lib/core/usage/get-usage-by-day'

/** What a kind is called, and its look in the chart and beside its name. */
export const KIND_WORDS: Readonly<
  Record<UsageKind, Readonly<{ name: string; fill: string; swatch: string }>>
> = {
  call: { name: 'Calls', fill: 'fill-accent', swatch: 'bg-accent' },
  sms: { name: 'Messages', fill: 'fill-accent/45', swatch: 'bg-accent/45' },
  number: { name: 'Number rent', fill: 'fill-ink-soft', swatch: 'bg-ink-soft' },
  other: { name: 'Other', fill: 'fill-ink-soft/40', swatch: 'bg-ink-soft/40' },
}
