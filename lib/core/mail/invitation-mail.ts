import type { InvitationMail } from './mail-data'
import { link, paragraph, type MailContent } from './mail-text'

/** Names come from strangers and go to strangers: none stands in the subject, where mail programs show it as ours. */
export function invitation(mail: InvitationMail, appUrl: string): MailContent {
  const url = new URL('/invitation', appUrl)
  url.searchParams.set('token', mail.token)
  return {
    subject: 'You are invited to an organisation on Talktime',
    parts: [
      paragraph('Hello,'),
      paragraph(
        `${mail.invitedBy} invites you to join ${mail.accountName} on Talktime, where you could ${RIGHTS[mail.role]}.`,
      ),
      link('See the invitation', url.href),
      paragraph(
        'The link works once, for this e-mail address only, and for seven days. If you do not know what this is about, there is nothing that you need to do.',
      ),
    ],
  }
}

const RIGHTS: Readonly<Record<InvitationMail['role'], string>> = {
  owner: 'see and pay for everything, and decide who else may',
  billing: 'see everything and pay for it',
  viewer: 'see its balance, numbers and payments',
}
