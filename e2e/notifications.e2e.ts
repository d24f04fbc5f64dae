import { getAlertPreferences } from '@/lib/core/alerts/get-alert-preferences'
import { updateAlertPreferences } from '@/lib/core/alerts/update-alert-preferences'
import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { expectAccessible, overflow } from './expect-accessible'
import { expect, test } from './product'

test('a member chooses what to be told of, and finds it so again', async ({ signedIn: page, member }) => {
  await page.goto('/settings/notifications')
  const threshold = page.getByLabel('Warn when the balance is below')
  await expect(threshold).toHaveValue('')
  for (const name of ['Low balance', 'Failed payments', 'Expiring cards', 'Renewals']) {
    await expect(page.getByRole('checkbox', { name })).toBeChecked()
  }
  await threshold.fill('12.5')
  await page.getByRole('checkbox', { name: 'Renewals' }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(threshold).toHaveValue('12.50')
  await expect(page.getByRole('checkbox', { name: 'Renewals' })).not.toBeChecked()
  expect(await getAlertPreferences(await member.context())).toEqual({
    lowBalanceThreshold: usdFromCents(1_250),
    muted: ['renewal'],
  })

  await page.reload()
  await expect(threshold).toHaveValue('12.50')
  await expect(page.getByRole('checkbox', { name: 'Renewals' })).not.toBeChecked()
  await threshold.fill('')
  await page.getByRole('checkbox', { name: 'Renewals' }).check()
  await page.keyboard.press('Enter')
  await expect(page.getByText('Saved.')).toBeVisible()
  expect(await getAlertPreferences(await member.context())).toEqual({ lowBalanceThreshold: null, muted: [] })
})

test('an amount that is none is refused beside its field, and nothing is lost', async ({
  signedIn: page,
  member,
}) => {
  await page.goto('/settings/notifications')
  const threshold = page.getByLabel('Warn when the balance is below')
  const save = page.getByRole('button', { name: 'Save' })
  for (const text of ['five', '-1', '1.005', '1e3', '99999999']) {
    await threshold.fill(text)
    await page.getByRole('checkbox', { name: 'Expiring cards' }).uncheck()
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await save.click()
    await answered
    await expect(save).not.toHaveAttribute('aria-busy')
    await expect(threshold).toHaveAttribute('aria-invalid', 'true')
    await expect(threshold).toHaveValue(text)
    await expect(page.getByRole('checkbox', { name: 'Expiring cards' })).not.toBeChecked()
  }
  await expectAccessible(page, 'a refused amount')
  expect(await getAlertPreferences(await member.context())).toEqual({ lowBalanceThreshold: null, muted: [] })
})

test('who may only look sees what the others are told of', async ({ signedIn: page, member, site }) => {
  await updateAlertPreferences(await member.context(), { lowBalanceThreshold: usdFromCents(500), muted: [] })
  await site.container.databases.app
    .sql`update member set role = 'viewer' where account_id = ${member.accountId}`
  await page.goto('/settings/notifications')
  await expect(page.getByText('Below $5.00')).toBeVisible()
  await expect(page.getByRole('checkbox')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  await expectAccessible(page, 'notifications of a viewer')
})

test('an account with a plan sees what is left of its allowance', async ({
  signedIn: page,
  member,
  site,
}) => {
  const ctx = await makeContext(site.container, { kind: 'system', name: 'test' }, 'req_test')
  await page.goto('/billing')
  await expect(page.getByText('No saved cards')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Monthly allowance' })).toHaveCount(0)
  await definePlan(ctx, { id: 'basic', name: 'Basic', monthly: usdFromCents(6_000), tokensMax: 1 })
  await assignPlan(ctx, { accountId: member.accountId, planId: 'basic' })
  await page.reload()
  const card = page.getByRole('region', { name: 'Monthly allowance' })
  await expect(card).toContainText('$60.00 of $60.00 left')
  await expect(card).toContainText('Basic')
  await expect(page.getByText('No saved cards')).toBeVisible()
  await expectAccessible(page, 'an allowance')
  expect(await overflow(page)).toBe(0)
})
