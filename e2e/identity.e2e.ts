import { expect, openMember, test } from './product'

test('someone new signs up, finds the welcome credit and a number, signs out and in again', async ({
  page,
}) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in$/)
  await page.getByRole('link', { name: 'Create an account' }).click()
  const email = `new.${Date.now().toString()}@example.com`
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/billing$/)
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('$5.00')
  await expect(page.getByRole('list', { name: 'Numbers' }).getByRole('listitem')).toHaveText([
    /\+1.*Pay as you go/,
  ])
  await expect(page.getByRole('list', { name: 'Deposits' }).getByRole('listitem')).toHaveText([
    /Welcome credit/,
  ])
  await expect(page.getByText('No usage yet')).toBeVisible()
  await expect(page.getByText('No saved cards')).toBeVisible()
  await expect(
    page.getByText('A subscription covers a number for $12.00 a month or $120.00 a year.'),
  ).toBeVisible()

  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in$/)
  await page.goto('/settings/api-keys')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/settings\/api-keys$/)
})

test('a wrong password says nothing about which of the two is wrong, and keeps the e-mail', async ({
  page,
  member,
}) => {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(member.email)
  await page.getByLabel('Password').fill('wrong horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'E-mail or password is wrong' })).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveValue(member.email)
  await expect(page.getByLabel('Password')).toHaveValue('')
})

test('an e-mail that has an account cannot be taken again', async ({ page, site }) => {
  const { email } = await openMember(site)
  await page.goto('/sign-up')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('another horse battery')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/account with this e-mail already/)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('signing in works, and a mistake is told', async ({ page, member }) => {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').fill(member.email)
    await page.getByLabel('Password').fill('wrong horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('E-mail or password is wrong')).toBeVisible()
    await page.getByLabel('Password').fill(member.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(/\/billing$/)
    await expect(page.getByRole('banner')).toContainText(member.email)
  })
})

const FOREIGN = [
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  'https:evil.example',
]

test('signing in never leads to a foreign page', async ({ page, site, member }) => {
  for (const callbackUrl of FOREIGN.slice(0, 5)) {
    await page.context().clearCookies()
    await page.goto(`/sign-in?${new URLSearchParams({ callbackUrl }).toString()}`)
    await page.getByLabel('E-mail').fill(member.email)
    await page.getByLabel('Password').fill(member.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { name: 'Billing' })).toBeVisible()
    expect(new URL(page.url()).origin).toBe(site.stack.appUrl)
  }
})
