'use client'

import { useSyncExternalStore } from 'react'
import { formatMoment, type MomentDetail } from './format-moment'

type Props = Readonly<{
  /** ISO 8601, UTC. */
  at: string
  detail?: MomentDetail
  className?: string
}>

/**
 * A moment in the reader's own time zone, with UTC on hover. The server does not know the zone, so the first paint
 * shows UTC; both texts have the same shape and figures of equal width, so nothing moves when it changes.
 */
export function LocalTime({ at, detail = 'minute', className = '' }: Props) {
  const zone = useSyncExternalStore(neverChanges, readersZone, () => 'UTC')
  return (
    <time dateTime={at} title={formatMoment(at, 'UTC', 'second')} className={`tabular-nums ${className}`}>
      {formatMoment(at, zone, detail)}
    </time>
  )
}

function neverChanges() {
  return () => {}
}

function readersZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
