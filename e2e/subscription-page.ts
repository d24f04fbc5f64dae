import type { Page } from '@playwright/test'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { subscribe } from '@/lib/testing/subscriptions'
import type { Member, Site } from './product'

/** What the subscription's card says under a label. */
export const fact = (page: Page, label: string) =>
  page
    .getByRole('region', { name: 'Your subscription' })
    .locator('dl > div')
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator('dd')

/** What a quote in the open dialog says under a label. */
export const line = (page: Page, label: string) =>
  page
    .getByRole('dialog')
    .locator('dl > div')
    .filter({ has: page.getByText(label) })
    .locator('dd')

/** Subscribes the member monthly, with a good card. Answers the subscription's id at Stripe. */
export async function subscribeMember(site: Site, member: Member): Promise<string> {
  return subscribe(site.container, localStripeControls(site.stack.stripeUrl), member)
}
