import { expect, test } from './product'

test('a key is shown once, works, and stops working when it is revoked', async ({
  signedIn: page,
  context,
  site,
  request,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: site.stack.appUrl })
  await page.goto('/settings/api-keys')
  await expect(page.getByText('No keys yet')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Example call' })).toContainText(
    `curl -H "Authorization: Bearer sk_live_…" ${site.stack.appUrl}/api/v1/billing`,
  )

  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByLabel('Name').fill('Billing export')
  await page.keyboard.press('Enter')
  const field = page.getByLabel('Your new API key')
  await expect(field).toBeFocused()
  const key = await field.inputValue()
  await page.getByRole('button', { name: 'Copy the key' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)

  const authorization = `Bearer ${key}`
  const answer = await request.get('/api/v1/billing', { headers: { authorization } })
  expect(answer.status()).toBe(200)
  expect(await answer.json()).toMatchObject({ balanceCents: 500, subscription: null })

  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('button', { name: 'Create key' })).toBeFocused()
  await page.reload()
  const row = page.getByRole('list', { name: 'Keys' }).getByRole('listitem')
  await expect(row).toContainText('Billing export')
  await expect(row).toContainText(/Used \d\d \w{3} \d{4}/)
  expect(await page.content()).not.toContain(key)

  await row.getByRole('button', { name: 'Revoke Billing export' }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect(row).toContainText('Billing export')
  await row.getByRole('button', { name: 'Revoke Billing export' }).click()
  await page.getByRole('button', { name: 'Revoke key' }).click()
  await expect(page.getByText('No keys yet')).toBeVisible()
  expect((await request.get('/api/v1/billing', { headers: { authorization } })).status()).toBe(401)
})

test('a key without a name is refused in words', async ({ signedIn: page }) => {
  await page.goto('/settings/api-keys')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByLabel('Name').fill('   ')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/Give the key a name/)
  await expect(page.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
})

test('a key that cannot be revoked says so, and stays', async ({ signedIn: page, watch }) => {
  await page.goto('/settings/api-keys')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByLabel('Name').fill('CI')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Done' }).click()
  watch.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch/)
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Revoke CI' }).click()
  await page.getByRole('button', { name: 'Revoke key' }).click()
  await expect(page.getByText('The key still works')).toBeVisible()
  await page.context().setOffline(false)
  await page.reload()
  await expect(page.getByRole('list', { name: 'Keys' })).toContainText('CI')
})
