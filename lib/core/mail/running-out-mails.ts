import { ceilCents, usdFromCents, type Money } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'
import type { ReleasedMail, RunningOutMail } from './mail-data'
import { dayInWords, link, list, momentInWords, paragraph, type MailContent } from './mail-text'

/** What an account below zero owes, and when it loses its numbers. */
export function runningOut(mail: RunningOutMail, billingUrl: string): MailContent {
  const owed = amountInWords(mail.owedMicros)
  const count = mail.numbers.length
  return {
    subject: subjectOf(mail),
    parts: [
      paragraph('Hello,'),
      paragraph(
        `the balance of your account ${mail.accountName} has been below zero since ${dayInWords(mail.belowZeroSince)}. You owe ${owed}.`,
      ),
      paragraph(
        `${count === 1 ? 'Your number keeps' : 'Your numbers keep'} working until ${momentInWords(mail.releaseAt)}. If the balance is still below zero then, ${count === 1 ? 'this number is' : 'these numbers are'} released, and may go to someone else:`,
      ),
      list(mail.numbers),
      paragraph(
        `Add ${owed} or more in credits before then and you keep ${count === 1 ? 'it' : 'every one'}. A subscription keeps ${count === 1 ? 'it' : 'them'} too.`,
      ),
      link('Add credits', billingUrl),
    ],
  }
}

function subjectOf({ step, releaseAt, numbers }: RunningOutMail): string {
  const which = numbers.length === 1 ? 'Your number' : 'Your numbers'
  switch (step) {
    case 'below-zero':
      return `Your balance is below zero: ${which.toLowerCase()} will be released on ${dayInWords(releaseAt)}`
    case 'week':
      return `${which} will be released on ${dayInWords(releaseAt)}`
    case 'day':
      return `Last reminder: ${which.toLowerCase()} will be released on ${momentInWords(releaseAt)}`
  }
}

/** What was released, and what is still owed. */
export function released(mail: ReleasedMail, billingUrl: string): MailContent {
  const one = mail.numbers.length === 1
  return {
    subject: one ? 'Your number was released' : `Your ${mail.numbers.length} numbers were released`,
    parts: [
      paragraph('Hello,'),
      paragraph(
        `the balance of your account ${mail.accountName} stayed below zero for the 30 days that we keep numbers for. On ${momentInWords(mail.releasedAt)} ${one ? 'this number was' : 'these numbers were'} released:`,
      ),
      list(mail.numbers),
      paragraph(
        `No more rent falls due. You still owe ${amountInWords(mail.owedMicros)}. Once it is paid you can get new numbers at any time.`,
      ),
      link('See your billing', billingUrl),
    ],
  }
}

/** In whole cents, upwards: what it takes to owe nothing. */
function amountInWords(owed: Money): string {
  return moneyString(usdFromCents(ceilCents(owed)))
}
