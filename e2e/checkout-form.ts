import { expect, type FrameLocator, type Page } from '@playwright/test'

export const ACCEPTED = '4242424242424242'
export const DECLINED = '4000000000000002'

/** Opens the top-up and answers with Stripe's form in it. */
export async function openCheckout(page: Page): Promise<FrameLocator> {
  await page.getByRole('button', { name: 'Add credits' }).click()
  const form = page.getByRole('dialog', { name: 'Add credits' }).frameLocator('iframe')
  await expect(form.getByLabel('Card number')).toBeVisible()
  return form
}

/** Types an amount and a card as a person would, without paying. */
export async function fillCard(
  form: FrameLocator,
  card: Readonly<{ amount: string; number: string; save?: boolean; name?: string }>,
): Promise<void> {
  await form.getByLabel('Amount').fill(card.amount)
  await form.getByLabel('Card number').fill(card.number)
  await form.getByLabel('Expires').fill('12 / 40')
  await form.getByLabel('CVC').fill('123')
  await form.getByLabel('Name on card').fill(card.name ?? 'Ada Example')
  if (card.save === true) await form.getByLabel('Save payment information').check()
}

export const payButton = (form: FrameLocator) => form.getByRole('button', { name: /^Pay/ })

/** The rows of the deposits card. */
export const depositRows = (page: Page) => page.getByRole('list', { name: 'Deposits' }).getByRole('listitem')

/** The balance as the billing page shows it, in large. */
export const balanceOn = (page: Page) =>
  page.getByRole('region', { name: 'Balance' }).getByRole('paragraph').first()
