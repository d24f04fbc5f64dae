import { csvLine, csvText } from '@/lib/kit/csv'
import { dollarsText } from '@/lib/kit/money'
import type { ActivityItem } from './activity-item'

const COLUMNS = [
  'occurred_at',
  'type',
  'description',
  'number',
  'quantity',
  'attribution',
  'amount_usd',
  'wallet_change_usd',
  'wallet_balance_usd',
  'invoice_id',
]

const BYTE_ORDER_MARK = '\u{feff}'

/** With the mark by which spreadsheets know UTF-8. */
export const ACTIVITY_CSV_HEAD = BYTE_ORDER_MARK + csvLine(COLUMNS)

/**
 * Items as lines of CSV: moments in UTC with six digits, dollars exact to the micro-dollar. `amount_usd` is what the item
 * cost, brought or paid; `wallet_change_usd` what of it the wallet bore.
 */
export function presentActivityCsv(items: readonly ActivityItem[]): string {
  return items.map((item) => csvLine(cellsOf(item))).join('')
}

function cellsOf(item: ActivityItem): string[] {
  const wallet = [dollarsText(item.change), dollarsText(item.balance)]
  switch (item.type) {
    case 'usage':
      return [
        item.occurredAt,
        item.type,
        csvText(item.fareName),
        csvText(item.number ?? ''),
        String(item.billedQuantity),
        item.attribution,
        dollarsText(item.total),
        ...wallet,
        '',
      ]
    case 'credit':
      return [
        item.occurredAt,
        item.type,
        item.kind,
        '',
        '',
        '',
        dollarsText(item.amount),
        ...wallet,
        csvText(item.invoiceId ?? ''),
      ]
    case 'payment':
      return [
        item.occurredAt,
        item.type,
        item.interval === null ? 'subscription' : `subscription ${item.interval}`,
        '',
        item.quantity === null ? '' : String(item.quantity),
        '',
        dollarsText(item.amount),
        ...wallet,
        csvText(item.invoiceId),
      ]
  }
}
