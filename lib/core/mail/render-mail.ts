import { autoTopUpStopped } from './auto-top-up-mails'
import { confirmPurchase } from './confirm-purchase-mail'
import { invitation } from './invitation-mail'
import { expiringCard, failedPurchase, failedRenewal, lowBalance, renewal } from './alert-mails'
import { mailData, type MailTemplate } from './mail-data'
import { layOut, type MailContent } from './mail-text'
import { paymentDispute } from './payment-dispute-mail'
import { released, runningOut } from './running-out-mails'
import { staffAccess } from './staff-access-mail'

/** The words of a queued mail. @throws ZodError where its data are not what the template needs */
export function renderMail(
  template: MailTemplate,
  data: unknown,
  appUrl: string,
): Readonly<{ subject: string; text: string; html: string }> {
  return layOut(contentOf(template, data, appUrl))
}

function contentOf(template: MailTemplate, data: unknown, appUrl: string): MailContent {
  const billingUrl = new URL('/billing', appUrl).href
  switch (template) {
    case 'running-out':
      return runningOut(mailData[template].parse(data), billingUrl)
    case 'invitation':
      return invitation(mailData[template].parse(data), appUrl)
    case 'released':
      return released(mailData[template].parse(data), billingUrl)
    case 'confirm-purchase':
      return confirmPurchase(mailData[template].parse(data))
    case 'auto-top-up-stopped':
      return autoTopUpStopped(mailData[template].parse(data), new URL('/settings/auto-top-up', appUrl).href)
    case 'payment-dispute':
      return paymentDispute(mailData[template].parse(data), billingUrl)
    case 'low-balance':
      return lowBalance(mailData[template].parse(data), appUrl)
    case 'failed-purchase':
      return failedPurchase(mailData[template].parse(data), appUrl)
    case 'failed-renewal':
      return failedRenewal(mailData[template].parse(data), appUrl)
    case 'expiring-card':
      return expiringCard(mailData[template].parse(data), appUrl)
    case 'renewal':
      return renewal(mailData[template].parse(data), appUrl)
    case 'staff-access':
      return staffAccess(mailData[template].parse(data), appUrl)
  }
}
