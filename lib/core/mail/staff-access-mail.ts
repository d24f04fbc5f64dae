import type { StaffAccessMail } from './mail-data'
import { link, momentInWords, paragraph, type MailContent } from './mail-text'

/** Somebody of ours has begun to look into the account. */
export function staffAccess(mail: StaffAccessMail, appUrl: string): MailContent {
  return {
    subject: `Our staff is looking into your account ${mail.accountName}`,
    parts: [
      paragraph('Hello,'),
      paragraph(
        `${mail.staff} of our staff began to look into your account ${mail.accountName} on ${momentInWords(mail.startedAt)}. They can see what you see and change nothing, for half an hour at most. The reason they gave:`,
      ),
      paragraph(mail.reason),
      paragraph('You can see what they look at, and let nobody in from now on:'),
      link('See who looked into the account', new URL('/settings/access', appUrl).href),
      paragraph(
        `What you are told of is yours to choose: ${new URL('/settings/notifications', appUrl).href}`,
      ),
    ],
  }
}
