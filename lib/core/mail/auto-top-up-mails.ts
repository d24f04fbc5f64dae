import { moneyString } from '@/lib/kit/money-text'
import type { AutoTopUpStoppedMail } from './mail-data'
import { link, paragraph, type MailContent } from './mail-text'

export function autoTopUpStopped(mail: AutoTopUpStoppedMail, settingsUrl: string): MailContent {
  const why =
    mail.reason === 'payment_method_missing'
      ? 'there is no payment method left that could be charged'
      : `three charges of it failed one after the other, the last for ${moneyString(mail.amountMicros)}`
  return {
    subject: 'Automatic top-up has switched itself off',
    parts: [
      paragraph('Hello,'),
      paragraph(
        `automatic top-up of your account ${mail.accountName} has switched itself off: ${why}. Nothing more is charged, and the balance is not topped up any more.`,
      ),
      paragraph('Check how you pay, then switch it on again.'),
      link('Open automatic top-up', settingsUrl),
    ],
  }
}
