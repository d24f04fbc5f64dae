import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usdFromCents } from '@/lib/kit/money'
import { balanceOn } from './checkout-form'
import { expectWell } from './expect-accessible'
import { expect, signIn, staffPage, test, type Member } from './product'

test.describe.configure({ timeout: 120_000 })

async function preview(page: Page, { accountId }: Member, amount: string): Promise<void> {
  await page.goto(`/admin/accounts/${String(accountId)}/adjustments`)
  await page.getByRole('link', { name: 'Grant credit' }).click()
  await page.getByLabel('Amount').fill(amount)
  await page.getByLabel('Reason').fill('Calls were dropped on Monday.')
  await page.getByRole('button', { name: 'Preview' }).click()
}

test('staff grant credit, a second one approves what is above the limit, and a call is undone', async ({
  browser,
  site,
  member,
  page: customer,
}) => {
  const ctx = await member.context()
  await recordUsage(ctx, [
    {
      id: 'dropped',
      numberId: null,
      fareName: 'Outbound call',
      billedQuantity: 3,
      amount: usdFromCents(120),
      occurredAt: ctx.now(),
    },
  ])
  const ada = await staffPage(site, browser)
  const bob = await staffPage(site, browser)

  await preview(ada, member, '25')
  await expect(ada.getByText('What this will do')).toBeVisible()
  await expect(ada.getByRole('status').filter({ hasText: 'What this will do' })).toContainText('$28.80')
  await expectWell(ada, 'the preview')
  await ada.getByRole('button', { name: 'Change' }).click()
  await expect(ada.getByLabel('Amount')).toHaveValue('25')
  await expectWell(ada, 'the form')
  await ada.getByLabel('Amount').fill('nothing')
  await ada.getByRole('button', { name: 'Preview' }).click()
  await expect(ada.getByLabel('Amount')).toHaveAttribute('aria-invalid', 'true')
  await ada.getByLabel('Amount').fill('20')
  await ada.getByRole('button', { name: 'Preview' }).click()
  await ada.getByRole('button', { name: 'Grant credit' }).dblclick()
  await expect(ada.getByText('The credit is granted')).toBeVisible()

  await preview(ada, member, '100')
  await ada.getByRole('button', { name: 'Ask for approval' }).click()
  await ada.getByRole('link', { name: 'To the adjustments' }).click()
  await expect(ada.getByRole('list', { name: 'By hand' }).getByRole('listitem')).toHaveCount(2)
  await expectWell(ada, 'the adjustments')
  await ada.getByRole('link', { name: 'Review' }).click()
  await expect(ada.getByRole('button', { name: 'Approve' })).toHaveCount(0)

  await bob.goto('/admin/approvals')
  await expectWell(bob, 'the approvals')
  // Whoever only points at an account has not opened it: the log below has him open it later.
  const prefetched = bob.waitForResponse((response) => response.url().includes('/adjustments?_rsc'))
  await bob.getByRole('listitem').filter({ hasText: member.email }).locator('a[href$="/adjustments"]').hover()
  await prefetched
  await bob
    .getByRole('listitem')
    .filter({ hasText: member.email })
    .getByRole('link', { name: 'Review' })
    .click()
  await expect(bob.getByText('$123.80')).toBeVisible()
  await expectWell(bob, 'the approval')
  await bob.getByLabel('Note').fill('Seen in the log.')
  await bob.getByRole('button', { name: 'Approve' }).click()
  await expect(bob).toHaveURL(/\/admin\/approvals$/)
  await expect(bob.getByRole('list', { name: 'Decided' })).toContainText('Seen in the log.')

  await bob.goto(`/admin/accounts/${String(member.accountId)}/adjustments`)
  await bob.getByRole('link', { name: 'Undo a posting' }).click()
  await expectWell(bob, 'the postings')
  await bob
    .getByRole('listitem')
    .filter({ hasText: 'Outbound call' })
    .getByRole('link', { name: 'Undo' })
    .click()
  await expect(bob.getByText('What this will do')).toBeVisible()
  await expectWell(bob, 'undoing')
  await bob.getByLabel('Reason').fill('The line broke down.')
  await bob.getByRole('button', { name: 'Undo posting' }).click()
  await expect(bob).toHaveURL(/\/adjustments$/)
  await expect(bob.getByRole('list', { name: 'By hand' })).toContainText('The line broke down.')

  await bob.goto('/admin/audit')
  await bob.getByLabel('Account').fill(String(member.accountId))
  await bob.getByRole('button', { name: 'Search' }).click()
  await expect(bob.getByRole('table', { name: 'Newest' }).getByRole('row')).toHaveText([
    /When/,
    /Adjustment made.*The line broke down/,
    /Account opened in the console/,
    /Adjustment approved.*Seen in the log/,
    /Adjustment asked for/,
    /Adjustment made.*Calls were dropped/,
    /Account opened in the console/,
    /Signed up/,
  ])
  await expectWell(bob, 'the audit log')
  const saved = bob.waitForEvent('download')
  await bob.getByRole('link', { name: 'Export CSV' }).click()
  const file = await readFile(await (await saved).path(), 'utf8')
  expect(file.split('\r\n')).toHaveLength(1 + 7 + 1)

  await signIn(customer, site, member)
  await customer.goto('/billing')
  await expect(balanceOn(customer)).toHaveText('$125.00')
  await expect(customer.getByText('Added by staff')).toHaveCount(2)

  await preview(ada, member, '100')
  await ada.getByRole('button', { name: 'Ask for approval' }).click()
  await expect(ada.getByRole('link', { name: 'To the adjustments' })).toBeVisible()
  await ctx.db.sql`
    insert into member (account_id, user_id, role)
    select account_id, requested_by, 'viewer' from adjustment where account_id = ${member.accountId} and state = 'pending'`
  await bob.goto('/admin/approvals')
  const waiting = bob.getByRole('listitem').filter({ hasText: member.email })
  await waiting.getByRole('link', { name: 'Review' }).click()
  await expect(bob.getByText('may not adjust this account any more')).toBeVisible()
  await expect(bob.getByRole('button', { name: 'Approve' })).toHaveCount(0)
  await expectWell(bob, 'what can only be declined')
  await bob.getByRole('button', { name: 'Decline' }).click()
  await expect(bob).toHaveURL(/\/admin\/approvals$/)
  await ada.context().close()
  await bob.context().close()
})
