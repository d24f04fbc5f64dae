import type { Page } from '@playwright/test'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { getOrganisation } from '@/lib/core/organisations/get-organisation'
import { ACCEPTED, balanceOn, DECLINED } from './checkout-form'
import { expect, test, type Member, type Site } from './product'

/** A program of the member's, which buys through one of the APIs and sends the person to Stripe's page. */
async function programOf(site: Site, member: Member): Promise<Readonly<{ key: string; slug: string }>> {
  const ctx = await member.context()
  const pepper = site.container.env.API_KEY_PEPPER
  const { key } = await createApiKey(ctx, { name: 'program', pepper })
  return { key, slug: (await getOrganisation(ctx)).slug }
}

async function start(site: Site, path: string, key: string, body: object): Promise<string> {
  const response = await fetch(new URL(path, site.stack.appUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { checkout_url: string }
  return answer.checkout_url
}

async function creditsOf(site: Site, path: string, key: string): Promise<unknown> {
  const response = await fetch(new URL(path, site.stack.appUrl), {
    headers: { authorization: `Bearer ${key}` },
  })
  return ((await response.json()) as { balance: unknown }).balance
}

async function payWith(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expires').fill('12 / 40')
  await page.getByLabel('CVC').fill('123')
  await page.getByLabel('Name on card').fill('Ada Example')
  await page.getByRole('button', { name: /^Pay/ }).click()
}

test('bundles bought through the Dreadnode API are paid on Stripe’s page and on the balance on return', async ({
  signedIn: page,
  member,
  site,
}) => {
  const { key, slug } = await programOf(site, member)
  const credits = `/api/v1/org/${slug}/credits`
  const url = await start(site, `${credits}/checkout`, key, {
    quantity: 2,
    success_url: '/billing/return?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: '/billing',
  })
  await page.goto(url)
  await expect(page.getByText('2,500 Talktime credits')).toBeVisible()
  await expect(page.getByText('$50.00').first()).toBeVisible()

  await payWith(page, DECLINED)
  await expect(page.getByRole('alert').first()).toContainText('declined')
  expect(await creditsOf(site, credits, key)).toBe(500)

  await payWith(page, ACCEPTED)
  await page.waitForURL(/\/billing\/return\?session_id=cs_test_/)
  await expect(page.getByRole('main')).toContainText('$50.00 is on your balance')
  await page.getByRole('link', { name: 'Back to billing' }).click()
  await expect(balanceOn(page)).toHaveText('$55.00')
  expect(await creditsOf(site, credits, key)).toBe(5_500)
})

test('credits bought through the Chuger API are paid on Stripe’s page, and it returns to our own', async ({
  signedIn: page,
  member,
  site,
}) => {
  const ctx = await member.context()
  const { token } = await createAccessToken(ctx, {
    name: 'program',
    pepper: site.container.env.API_KEY_PEPPER,
  })
  const url = await start(site, '/v1/credits/purchase', token, { credits: 1_000 })
  await page.goto(url)
  await expect(page.getByText('1,000 Talktime credits')).toBeVisible()
  await payWith(page, ACCEPTED)
  await page.waitForURL(/\/billing\/return\?session_id=cs_test_/)
  await expect(page.getByRole('main')).toContainText('$10.00 is on your balance')
  expect(await creditsOf(site, '/v1/credits', token)).toBe(1_500)
})

test('whoever turns back from Stripe’s page has bought nothing', async ({ signedIn: page, member, site }) => {
  const { key, slug } = await programOf(site, member)
  const url = await start(site, '/v1/credits/purchase', key, { credits: 100 })
  await page.goto(url)
  await page.getByRole('link', { name: /^Back to/ }).click()
  await page.waitForURL(/\/billing$/)
  await expect(balanceOn(page)).toHaveText('$5.00')
  expect(await creditsOf(site, `/api/v1/org/${slug}/credits`, key)).toBe(500)
})
