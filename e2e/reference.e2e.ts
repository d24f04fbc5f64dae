import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { expectWell } from './expect-accessible'
import { expect, test } from './product'

test('can be read by everyone, whatever they read with', async ({ page }) => {
  await page.goto('/reference')
  await expect(page.getByRole('heading', { level: 1, name: 'API reference' })).toBeVisible()
  await expect(page.getByRole('button', { name: /get \/api\/v1\/billing$/i })).toBeVisible()
  await expectWell(page, 'the list of calls')
  await page.getByRole('link', { name: 'Talkover' }).click()
  await page.getByRole('button', { name: /post \/api\/v1\/credits\/purchase$/i }).click()
  await expect(page.getByText('Payment method declined').first()).toBeVisible()
  await expectWell(page, 'a call')
})

test('a call is tried with a key of one’s own, and by nothing else', async ({
  signedIn: page,
  member,
  site,
  watch,
}) => {
  watch.allow(/401/)
  const { API_KEY_PEPPER: pepper } = site.container.env
  const { key } = await createApiKey(await member.context(), { name: 'reference', pepper })
  await page.goto('/reference?api=dial')
  await page.getByRole('button', { name: /get \/api\/v1\/billing$/i }).click()
  const execute = page.getByRole('button', { name: 'Execute' })
  const answer = page.locator('.live-responses-table')

  await execute.click()
  await expect(answer).toContainText('401')

  await page.getByRole('button', { name: 'Authorize' }).first().click()
  await page.getByRole('textbox', { name: 'auth-bearer-value' }).fill(key)
  await page.getByRole('button', { name: 'Apply credentials' }).click()
  await page.getByRole('button', { name: 'Close' }).last().click()
  await execute.click()
  await expect(answer).toContainText('"balanceCents": 500')

  // Nothing of the key outlives the page.
  await page.reload()
  expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain(key)
})
