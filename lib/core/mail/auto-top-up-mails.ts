import { moneyString } from '@/lib/kit/money-text'
import type { AutoTopUpStoppedMail } from './mail-data'
import { link, paragraph, type MailContent } from './mail-text'

export function autoTopUpStopped(mail: AutoTopUpStoppedMail, settingsUrl: string): MailContent {
  return {
    subject: 'Automatic top-up has switched itself off',
    parts: [
      paragraph('Hello,'),
      paragraph(
        `automatic top-up of your account ${mail.accountName} has switched itself off: ${reasonInWords(mail)}. Nothing more is charged, and the balance is not topped up any more.`,
      ),
      paragraph(nextStep(mail)),
      link('Open automatic top-up', settingsUrl),
    ],
  }
}

function reasonInWords({ reason, amountMicros }: AutoTopUpStoppedMail): string {
  switch (reason) {
    case 'payment_method_missing':
      return 'there is no payment method left that could be charged'
    case 'charges_failed':
      return `three charges of it failed one after the other, the last for ${moneyString(amountMicros)}`
    case 'payment_disputed':
      return 'a payment is disputed with the bank'
    case 'fraud_warning':
      return 'a bank has reported a payment as possible fraud'
  }
}

function nextStep({ reason }: AutoTopUpStoppedMail): string {
  return reason === 'payment_disputed' || reason === 'fraud_warning'
    ? 'Once that is cleared up you can switch it on again.'
    : 'Check how you pay, then switch it on again.'
}
