import type { ActivityItem } from '@/lib/core/activity/activity-item'
import type { ActivityPage } from '@/lib/core/activity/list-activity'
import { ceilCents, floorCents } from '@/lib/kit/money'
import type { ActivityResponse } from './activity-contract'

/** Dial's words for a page of activity: what usage cost is rounded up to cents, everything else down. */
export function presentActivity({ items, hasMore, nextCursor }: ActivityPage): ActivityResponse {
  return { data: items.map(presentItem), hasMore, nextCursor }
}

function presentItem(item: ActivityItem): ActivityResponse['data'][number] {
  switch (item.type) {
    case 'usage':
      return {
        type: 'usage',
        occurredAt: item.occurredAt,
        fareName: item.fareName,
        number: item.number,
        billedQuantity: item.billedQuantity,
        totalCents: ceilCents(item.total),
        attribution: item.attribution,
      }
    case 'credit':
      return {
        type: 'credit',
        occurredAt: item.occurredAt,
        amountCents: floorCents(item.amount),
        kind: item.kind,
        invoiceId: item.invoiceId,
      }
    case 'payment':
      return {
        type: 'payment',
        occurredAt: item.occurredAt,
        amountCents: floorCents(item.amount),
        interval: item.interval,
        quantity: item.quantity,
        invoiceId: item.invoiceId,
      }
  }
}
