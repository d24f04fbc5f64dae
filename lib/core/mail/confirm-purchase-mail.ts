import { moneyString } from '@/lib/kit/money-text'
import type { ConfirmPurchaseMail } from './mail-data'
import { link, momentInWords, paragraph, type MailContent } from './mail-text'

/** The bank wants to hear from the customer before a purchase is paid. */
export function confirmPurchase(mail: ConfirmPurchaseMail): MailContent {
  const amount = moneyString(mail.amountMicros)
  const method = mail.last4 === null ? 'your payment method' : `your card ending in ${mail.last4}`
  const what = mail.automatic ? 'an automatic top-up' : 'a purchase'
  return {
    subject: `Confirm your payment of ${amount}`,
    parts: [
      paragraph('Hello,'),
      paragraph(
        `${what} of ${amount} in credits for your account ${mail.accountName} needs your confirmation: the bank wants to know that it is you who pays with ${method}. Nothing has been charged yet.`,
      ),
      link('Confirm the payment', mail.url),
      paragraph(
        `The link is good until ${momentInWords(mail.expiresAt)}. If you do not use it, nothing is charged. If you did not expect this, leave it.`,
      ),
    ],
  }
}
