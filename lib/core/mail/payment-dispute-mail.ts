import type { Money } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'
import type { PaymentDisputeMail } from './mail-data'
import { link, paragraph, type MailContent } from './mail-text'

/** The holder of a card disputes a payment of the account, or the dispute has ended. */
export function paymentDispute(mail: PaymentDisputeMail, billingUrl: string): MailContent {
  const amount = moneyString(mail.amountMicros)
  const { subject, lines } = NEWS[mail.news](mail, amount)
  return {
    subject,
    parts: [
      paragraph('Hello,'),
      ...lines.filter((line) => line !== null).map((line) => paragraph(line)),
      link('See your balance', billingUrl),
    ],
  }
}

type Words = Readonly<{ subject: string; lines: readonly (string | null)[] }>

const NEWS: Readonly<
  Record<PaymentDisputeMail['news'], (mail: PaymentDisputeMail, amount: string) => Words>
> = {
  opened: (mail, amount) => ({
    subject: `A payment of ${amount} is disputed`,
    lines: [
      `a payment of ${amount} for your account ${mail.accountName} is disputed: whoever the card belongs to has asked their bank to take it back.`,
      isSome(mail.heldMicros)
        ? `Until the bank has decided, ${moneyString(mail.heldMicros)} of its credit is frozen and cannot be used, and nothing is charged by itself.`
        : 'Until the bank has decided, nothing is charged by itself.',
      'If you know of the payment, tell your bank that it is yours: the dispute then ends, and the credit is free again.',
    ],
  }),
  warned: (mail, amount) => ({
    subject: `A payment of ${amount} was reported`,
    lines: [
      `the bank of the card with which ${amount} was paid for your account ${mail.accountName} reports that payment as possible fraud. Nobody has taken it back.`,
      isSome(mail.heldMicros)
        ? `Until it is cleared up, ${moneyString(mail.heldMicros)} of its credit is frozen and cannot be used, and nothing is charged by itself.`
        : 'Until it is cleared up, nothing is charged by itself.',
    ],
  }),
  won: (mail, amount) => ({
    subject: `The dispute over ${amount} has ended well`,
    lines: [
      `the bank has decided that the payment of ${amount} for your account ${mail.accountName} stands. Its credit is yours again, as it was.`,
      'If you used automatic top-up, switch it on again when you like: it stays off until you do.',
    ],
  }),
  lost: (mail, amount) => ({
    subject: `A payment of ${amount} was taken back`,
    lines: [
      `the bank has taken the disputed payment of ${amount} for your account ${mail.accountName} back. ${moneyString(mail.clawedMicros)} of credit was taken back with it.`,
      isSome(mail.debtMicros)
        ? `Part of that credit was used already: your account owes ${moneyString(mail.debtMicros)}. What you pay next repays this first.`
        : null,
    ],
  }),
}

function isSome(money: Money): boolean {
  return money.micros > 0n
}
