import { floorCents, usd, usdFromCents, type Money } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'
import type {
  ExpiringCardMail,
  FailedPurchaseMail,
  FailedRenewalMail,
  LowBalanceMail,
  RenewalMail,
} from './mail-data'
import { dayInWords, link, paragraph, type MailContent, type MailPart } from './mail-text'

/** The balance has fallen below what the account set. */
export function lowBalance(mail: LowBalanceMail, appUrl: string): MailContent {
  const balance = amountInWords(mail.balanceMicros)
  const threshold = amountInWords(mail.thresholdMicros)
  return {
    subject: `Your balance is ${balance}`,
    parts: [
      paragraph('Hello,'),
      paragraph(
        `the balance of your account ${mail.accountName} has fallen below ${threshold}, as you wanted to be told. It is ${balance} now.`,
      ),
      link('Add credits', urlOf('/billing', appUrl)),
      whereToSwitchOff(appUrl),
    ],
  }
}

/** Credits that were to be bought without anybody there were not. */
export function failedPurchase(mail: FailedPurchaseMail, appUrl: string): MailContent {
  const amount = amountInWords(mail.amountMicros)
  return {
    subject: `A payment of ${amount} failed`,
    parts: [
      paragraph('Hello,'),
      paragraph(`${whatFailed(mail, amount)} Nothing was charged. ${reasonInWords(mail.declineCode)}`),
      paragraph(whatNext(mail)),
      link('See your payment methods', urlOf('/billing/payment-methods', appUrl)),
      whereToSwitchOff(appUrl),
    ],
  }
}

/** The renewal of a subscription was not paid. */
export function failedRenewal(mail: FailedRenewalMail, appUrl: string): MailContent {
  return {
    subject: 'Your subscription could not be renewed',
    parts: [
      paragraph('Hello,'),
      paragraph(
        `the renewal of the subscription of your account ${mail.accountName}, for ${inNumbers(mail.quantity)}, could not be paid.`,
      ),
      paragraph(
        'It is tried again by itself in the next days, with your default payment method. Should every try fail, the subscription ends and your numbers are paid from the balance again.',
      ),
      link('See your payment methods', urlOf('/billing/payment-methods', appUrl)),
      whereToSwitchOff(appUrl),
    ],
  }
}

/** A saved card is good for a few weeks more. */
export function expiringCard(mail: ExpiringCardMail, appUrl: string): MailContent {
  const card = cardInWords(mail.brand, mail.last4)
  const until = `${String(mail.expMonth).padStart(2, '0')}/${mail.expYear}`
  return {
    subject: `Your card ${card} expires soon`,
    parts: [
      paragraph('Hello,'),
      paragraph(
        `the card ${card} that is saved in your account ${mail.accountName} is good until the end of ${until}.`,
      ),
      paragraph(
        mail.isDefault
          ? 'It is your default: invoices, renewals and automatic payments fail once it has expired. Add a new one before then.'
          : 'It is not your default. If a program pays with it, give that program another one.',
      ),
      link('See your payment methods', urlOf('/billing/payment-methods', appUrl)),
      whereToSwitchOff(appUrl),
    ],
  }
}

/** A subscription goes on soon, and is paid for. */
export function renewal(mail: RenewalMail, appUrl: string): MailContent {
  const each = amountInWords(mail.priceMicros)
  const all = amountInWords(usd(mail.priceMicros.micros * BigInt(mail.quantity)))
  const period = mail.interval === 'annual' ? 'year' : 'month'
  return {
    subject: `Your subscription renews on ${dayInWords(mail.renewsAt)}`,
    parts: [
      paragraph('Hello,'),
      paragraph(
        `the subscription of your account ${mail.accountName} renews on ${dayInWords(mail.renewsAt)} for another ${period}: ${inNumbers(mail.quantity)} at ${each} a ${period}, ${all} before any discount.`,
      ),
      paragraph('It is paid with your default payment method. You need not do anything.'),
      link('See your subscription', urlOf('/subscription', appUrl)),
      whereToSwitchOff(appUrl),
    ],
  }
}

function whatFailed(mail: FailedPurchaseMail, amount: string): string {
  const method = mail.last4 === null ? 'your payment method' : cardInWords(mail.brand, mail.last4)
  switch (mail.trigger) {
    case 'threshold':
    case 'scheduled':
      return `an automatic top-up of your account ${mail.accountName}, ${amount} with ${method}, failed.`
    case 'test':
      return `the test of automatic top-up in your account ${mail.accountName}, ${amount} with ${method}, failed.`
    case 'manual':
      return `a program tried to add ${amount} to your account ${mail.accountName} with ${method}, and that failed.`
  }
}

function whatNext({ trigger }: FailedPurchaseMail): string {
  return trigger === 'threshold' || trigger === 'scheduled'
    ? 'It is tried again later, and switched off if it keeps failing. Until a payment goes through you are told once a day at most.'
    : 'Until a payment goes through you are told once a day at most.'
}

/** Of what banks say, what a customer can act on; the rest is theirs to find out from the bank. */
const REASONS: Readonly<Record<string, string>> = {
  insufficient_funds: 'There is not enough money on the card.',
  expired_card: 'The card has expired.',
  lost_card: 'The bank does not accept this card any more.',
  stolen_card: 'The bank does not accept this card any more.',
  incorrect_cvc: 'The security code of the card is wrong.',
  card_velocity_exceeded: 'The card has reached its limit.',
  authentication_required: 'The bank wants you to confirm it yourself.',
  confirmation_expired: 'The bank wanted you to confirm it, and the time for that is over.',
  payment_method_missing: 'There is no payment method to charge.',
  payment_method_not_found: 'The payment method is not saved any more.',
}

function reasonInWords(code: string | null): string {
  return (code === null ? undefined : REASONS[code]) ?? 'The bank gave no reason that we may pass on.'
}

function cardInWords(brand: string | null, last4: string): string {
  const name = brand === null || brand === '' ? 'card' : `${brand[0]?.toUpperCase() ?? ''}${brand.slice(1)}`
  return `${name} ending in ${last4}`
}

function inNumbers(count: number): string {
  return count === 1 ? '1 number' : `${count} numbers`
}

/** In whole cents, as the balance is shown everywhere. */
function amountInWords(amount: Money): string {
  return moneyString(usdFromCents(floorCents(amount)))
}

function urlOf(path: string, appUrl: string): string {
  return new URL(path, appUrl).href
}

function whereToSwitchOff(appUrl: string): MailPart {
  return paragraph(`What you are told of is yours to choose: ${urlOf('/settings/notifications', appUrl)}`)
}
