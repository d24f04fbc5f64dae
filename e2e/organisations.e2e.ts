import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { balanceOn } from './checkout-form'
import { expect, openMember, signIn, test, type Member, type Site } from './product'

/** The link of the last invitation that this account mailed. */
async function invitationLink({ container }: Site, { accountId }: Member): Promise<string> {
  const [row] = await container.databases.app.sql<{ token: string }[]>`
    select data->>'token' as token from mail
      where account_id = ${accountId} and template = 'invitation' order by id desc limit 1`
  return `/invitation?token=${row?.token ?? ''}`
}

async function invite(page: Page, email: string, role: string): Promise<void> {
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite' }).click()
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('radio', { name: role }).check()
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByText('The invitation is on its way')).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('list', { name: 'Invitations' })).toContainText(email)
}

const memberRow = (page: Page, email: string) =>
  page.getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: email })

test('someone is invited, signs up, sees everything, is let pay, and is removed', async ({
  signedIn: page,
  browser,
  site,
  member,
}) => {
  const email = `guest.${randomBytes(6).toString('hex')}@example.com`
  await invite(page, email, 'Viewer')

  const context = await browser.newContext({ baseURL: site.stack.appUrl })
  const guest = await context.newPage()
  await guest.goto(await invitationLink(site, member))
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText(`Join ${member.email}`)
  await guest.getByRole('link', { name: 'Create an account' }).click()
  await expect(guest.getByLabel('E-mail')).toHaveValue(email)
  await guest.getByLabel('Password').fill('correct horse battery')
  await guest.getByRole('button', { name: 'Create account' }).click()
  await expect(guest).toHaveURL(/\/invitation\?token=/)
  await guest.getByRole('button', { name: 'Accept invitation' }).click()
  await expect(guest).toHaveURL(/\/billing$/)
  await expect(guest.getByRole('banner')).toContainText(member.email)
  await expect(balanceOn(guest)).toHaveText('$5.00')
  await expect(guest.getByRole('button', { name: 'Add credits' })).toHaveCount(0)
  await guest.goto('/settings/members')
  await expect(memberRow(guest, email)).toContainText('Viewer')
  await expect(guest.getByRole('button', { name: /Invite|Change role|Remove/ })).toHaveCount(0)

  await page.reload()
  await expect(page.getByText('Invitations')).toHaveCount(0)
  await memberRow(page, email).getByRole('button', { name: 'Change role' }).click()
  await page.getByRole('radio', { name: 'Billing' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).click()
  // The question names the roles too: the row says so once it is gone.
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(memberRow(page, email)).toContainText('Billing')
  await guest.goto('/billing')
  await expect(guest.getByRole('button', { name: 'Add credits' })).toBeVisible()

  await memberRow(page, email).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove member' }).click()
  await expect(memberRow(page, email)).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'History' }).getByRole('listitem')).toHaveText([
    new RegExp(`Removed ${email}`),
    new RegExp(`Made ${email} Billing`),
    new RegExp(`${email} joined as Viewer`),
    new RegExp(`Invited ${email} as Viewer`),
  ])
  await guest.reload()
  await expect(guest.getByRole('banner')).not.toContainText(member.email)
  await expect(guest.getByRole('banner')).toContainText(email)
  await guest.goto(await invitationLink(site, member))
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This invitation was accepted')
  await context.close()
})

test('an invitation is for its address alone, and is worth nothing once it was taken back', async ({
  signedIn: page,
  browser,
  site,
  member,
}) => {
  const [bob, eve] = [await openMember(site), await openMember(site)]
  await invite(page, bob.email, 'Owner')
  const link = await invitationLink(site, member)
  const context = await browser.newContext({ baseURL: site.stack.appUrl })
  const guest = await context.newPage()
  await guest.goto(link)
  await signIn(guest, site, eve)
  await guest.reload()
  await expect(guest.getByText(`You are signed in as ${eve.email}`)).toBeVisible()
  await expect(guest.getByRole('button', { name: 'Accept invitation' })).toHaveCount(0)
  await signIn(guest, site, bob)
  await guest.reload()
  await expect(guest.getByRole('button', { name: 'Accept invitation' })).toBeVisible()

  await page.getByRole('button', { name: `Take back the invitation of ${bob.email}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await expect(page.getByRole('list', { name: 'Invitations' })).toHaveCount(0)
  await guest.getByRole('button', { name: 'Accept invitation' }).click()
  await expect(guest.getByRole('alert').filter({ hasText: 'not valid any more' })).toBeVisible()
  await guest.reload()
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This invitation is not valid')
  await context.close()
})

test('the last owner can neither step down nor leave', async ({ signedIn: page, member }) => {
  await page.goto('/settings/members')
  await memberRow(page, member.email).getByRole('button', { name: 'Change role' }).click()
  await page.getByRole('radio', { name: 'Viewer' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).click()
  const refusal = page.getByRole('alert').filter({ hasText: 'This is the only owner' })
  await expect(refusal).toBeVisible()
  await page.keyboard.press('Escape')
  await memberRow(page, member.email).getByRole('button', { name: 'Leave' }).click()
  await page.getByRole('button', { name: 'Leave organisation' }).click()
  await expect(refusal).toBeVisible()
})

test('a second organisation has a wallet of its own, and every tab follows a switch', async ({
  signedIn: page,
  context,
  member,
}) => {
  await page.goto('/settings/organisation')
  await page.getByRole('button', { name: 'New organisation' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Bakery & Sons')
  await page.getByRole('button', { name: 'Create organisation' }).click()
  await expect(page).toHaveURL(/\/billing$/)
  await expect(page.getByRole('banner')).toContainText('Bakery & Sons')
  await expect(balanceOn(page)).toHaveText('$0.00')

  const other = await context.newPage()
  await other.goto('/settings/organisation')
  await expect(other.getByLabel('In addresses of the API')).toHaveValue(/^bakery-sons/)
  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('list', { name: 'Organisations' }).getByRole('button', { name: member.email }).click()
  await expect(page.getByRole('banner').getByRole('button', { name: 'Account menu' })).toContainText(
    member.email,
  )
  await expect(balanceOn(page)).toHaveText('$5.00')
  await expect(other).toHaveURL(/\/billing$/)
  await expect(balanceOn(other)).toHaveText('$5.00')
})

test('an organisation is renamed, but not to the address of another', async ({ signedIn: page, site }) => {
  const { accountId } = await openMember(site)
  const [taken] = await site.container.databases.app.sql<{ slug: string }[]>`
    select slug from account where id = ${accountId}`
  await page.goto('/settings/organisation')
  await page.getByLabel('Name', { exact: true }).fill('Renamed Ltd')
  await page.getByLabel('In addresses of the API').fill(taken?.slug ?? '')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByLabel('In addresses of the API')).toHaveAccessibleDescription(/Another organisation/)
  await page.getByLabel('In addresses of the API').fill(`renamed-${String(accountId)}`)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(page.getByRole('banner')).toContainText('Renamed Ltd')
})

test('an access token is shown once, is known, and ends when it is revoked', async ({
  signedIn: page,
  request,
}) => {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByLabel('Name').fill('Nightly report')
  await page.getByRole('radio', { name: 'Only this' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).click()
  const field = page.getByLabel('Your new access token')
  await expect(field).toBeFocused()
  const token = await field.inputValue()
  expect(token).toMatch(/^\d+\|[0-9A-Za-z]{38}$/)
  await page.getByRole('button', { name: 'Done' }).click()
  const row = page.getByRole('list', { name: 'Personal tokens' }).getByRole('listitem')
  await expect(row).toContainText('See billing')
  expect(await page.content()).not.toContain(token.split('|')[1])

  const headers = { authorization: `Bearer ${token}` }
  expect((await request.get('/api/v1/billing', { headers })).status()).toBe(403)
  await row.getByRole('button', { name: 'Revoke Nightly report' }).click()
  await page.getByRole('button', { name: 'Revoke token' }).click()
  await expect(page.getByText('No personal tokens')).toBeVisible()
  expect((await request.get('/api/v1/billing', { headers })).status()).toBe(401)

  await page.getByRole('button', { name: 'Get a session token' }).click()
  await expect(field).toHaveValue(/^tt_session_/)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('list', { name: 'Session tokens' })).toContainText('Made in the dashboard')
})
