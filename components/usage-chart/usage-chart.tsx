'use client'

import { useState } from 'react'
import { Amount } from '@/components/money/amount'
import { formatMoment } from '@/components/time/format-moment'
import { moneyString } from '@/lib/kit/money-text'
import { KIND_WORDS } from './kind-words'
import type { ChartColumn, UsageLayout } from './lay-out-usage'

type Props = Readonly<{ layout: UsageLayout; height: number }>

/**
 * Columns of days, a bar a kind. It is one picture to a screen reader, for which the table below it says the same; the
 * day that is pointed at is told above it, where a line is kept free for that.
 */
export function UsageChart({ layout: { columns, ticks, total }, height }: Props) {
  const [active, setActive] = useState<ChartColumn | null>(null)
  const [first, last] = [columns[0], columns.at(-1)]
  const summary = `Usage by day from ${dayText(first)} to ${dayText(last)}, ${moneyString(total.worth)} in all`
  return (
    <figure className="px-5 pt-3 pb-1" onPointerLeave={() => setActive(null)}>
      <figcaption aria-hidden className="flex min-h-5 justify-end text-[0.8125rem] text-ink-soft">
        {active !== null && (
          <span className="truncate">
            {dayText(active)}: <Amount money={active.total.worth} className="font-medium text-ink" />
            {active.total.events > 0 &&
              `, ${active.total.events} ${active.total.events === 1 ? 'event' : 'events'}`}
          </span>
        )}
      </figcaption>
      <div className="relative mt-2 pb-6">
        <div aria-hidden className="absolute inset-y-0 left-0 w-14 text-xs text-ink-soft tabular-nums">
          {ticks.map(({ y, worth }) => (
            <span key={y} className="absolute right-2 -translate-y-1/2" style={{ top: y }}>
              {moneyString(worth)}
            </span>
          ))}
        </div>
        <div className="relative ml-14">
          <svg
            role="img"
            aria-label={summary}
            width="100%"
            height={height}
            className="block overflow-visible"
          >
            {ticks.map(({ y }) => (
              <line key={y} x1="0" x2="100%" y1={y} y2={y} className="stroke-line" />
            ))}
            {columns.map((column) => (
              <Column
                key={column.day}
                column={column}
                height={height}
                active={column === active}
                onPoint={() => setActive(column)}
              />
            ))}
          </svg>
          <Days columns={columns} />
        </div>
      </div>
    </figure>
  )
}

type ColumnProps = Readonly<{ column: ChartColumn; height: number; active: boolean; onPoint: () => void }>

/** The whole height answers to the pointer, so that a low bar is as easily met as a high one. */
function Column({ column: { x, width, bars }, height, active, onPoint }: ColumnProps) {
  return (
    <g onPointerEnter={onPoint} onPointerDown={onPoint}>
      <rect
        x={`${x}%`}
        width={`${width / 0.75}%`}
        y={0}
        height={height}
        className={active ? 'fill-raised' : 'fill-transparent'}
      />
      {bars.map(({ kind, y, height: tall }) => (
        <rect
          key={kind}
          x={`${x}%`}
          width={`${width}%`}
          y={y}
          height={tall}
          className={`${KIND_WORDS[kind].fill} stroke-surface`}
          strokeWidth={0.5}
        />
      ))}
    </g>
  )
}

const LABELS = 5

/** A few days by name, the first and the last among them. */
function Days({ columns }: Readonly<{ columns: readonly ChartColumn[] }>) {
  const step = (columns.length - 1) / (LABELS - 1)
  return (
    <div
      aria-hidden
      className="absolute inset-x-0 top-full flex justify-between pt-1.5 text-xs text-ink-soft"
    >
      {Array.from({ length: LABELS }, (_, i) => (
        <span key={i}>{dayText(columns[Math.round(i * step)]).slice(0, 6)}</span>
      ))}
    </div>
  )
}

/** `10 May 2026`: a day in UTC, whatever the reader's zone. */
function dayText(column: ChartColumn | undefined): string {
  return column === undefined ? '' : formatMoment(`${column.day}T00:00:00Z`, 'UTC', 'day')
}
