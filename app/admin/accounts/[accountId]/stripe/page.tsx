import type { Metadata } from 'next'
import { CollectionRows, SubscriptionOrderRows } from '@/components/console/begun-rows'
import { OlderLink } from '@/components/console/older-link'
import { OrderTable } from '@/components/console/order-table'
import { SubscriptionInvoiceTable } from '@/components/console/subscription-invoice-table'
import { StandingRows } from '@/components/console/standing-rows'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { getStripeObjects } from '@/lib/core/console/get-stripe-objects'
import { listOrders } from '@/lib/core/console/list-orders'
import { requireStaffAccount } from '@/lib/http/require-staff'
import { stripeDashboard } from '../../../stripe-dashboard'

export const metadata: Metadata = { title: 'Stripe' }

type Props = Readonly<{
  params: Promise<{ accountId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}>

/** From our own database alone: what we know of at Stripe, whether or not it answers. */
export default async function StripePage({ params, searchParams }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { after } = await searchParams
  const [objects, { orders, nextAfter }] = await Promise.all([
    getStripeObjects(ctx, account.id),
    listOrders(ctx, { accountId: account.id, after: readOrderId(after) }),
  ])
  const dashboard = stripeDashboard()
  const path = `/admin/accounts/${String(account.id)}/stripe`
  const { subscriptionOrders, subscriptionInvoices, collections } = objects
  return (
    <Page title="Stripe" lead="What the account has there, and every try to have something paid.">
      <div className="flex flex-col gap-5">
        <Card id="standing" title="As it stands">
          <StandingRows labelledBy="standing" objects={objects} dashboard={dashboard} />
        </Card>
        <Card id="orders" title="Credits: orders and payment attempts">
          <OrderTable labelledBy="orders" orders={orders} dashboard={dashboard} />
          <OlderLink what="orders" href={nextAfter === null ? null : `${path}?after=${nextAfter}`} />
        </Card>
        {subscriptionInvoices.length > 0 && (
          <Card id="subscription-invoices" title="Subscription: paid invoices">
            <SubscriptionInvoiceTable
              labelledBy="subscription-invoices"
              invoices={subscriptionInvoices}
              dashboard={dashboard}
            />
          </Card>
        )}
        {subscriptionOrders.length > 0 && (
          <Card id="subscription-orders" title="Subscription: Checkouts">
            <SubscriptionOrderRows labelledBy="subscription-orders" orders={subscriptionOrders} />
          </Card>
        )}
        {collections.length > 0 && (
          <Card id="collections" title="Debts put on an invoice">
            <CollectionRows labelledBy="collections" collections={collections} />
          </Card>
        )}
      </div>
    </Page>
  )
}

/** Null for what is no id of an order. */
function readOrderId(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && /^\w{1,40}$/.test(value) ? value : null
}
