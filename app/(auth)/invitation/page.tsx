import type { Metadata } from 'next'
import { signOut } from '@/app/(auth)/actions'
import { readParam, type SearchParams } from '@/components/auth/read-param'
import { AcceptForm } from '@/components/invitation/accept-form'
import { InvitationWords } from '@/components/invitation/invitation-words'
import { SignInFirst } from '@/components/invitation/sign-in-first'
import { MessagePage } from '@/components/shell/message-page'
import { Button, buttonClass } from '@/components/ui/button'
import { findInvitation, type FoundInvitation } from '@/lib/core/members/find-invitation'
import { findUser } from '@/lib/http/require-user'
import { contextFor } from '@/lib/server/container'
import { accept } from './actions'

export const metadata: Metadata = { title: 'Invitation' }

/** Opens from the mail. Looking at it accepts nothing: mail programs follow links too. */
export default async function InvitationPage({ searchParams }: Readonly<{ searchParams: SearchParams }>) {
  const token = readParam(await searchParams, 'token') ?? ''
  const invitation = await findInvitation(await contextFor({ kind: 'system', name: 'invitation' }), token)
  if (invitation?.state !== 'open') return <Closed state={invitation?.state ?? null} />
  const user = await findUser()
  return (
    <MessagePage
      title={`Join ${invitation.organisation}`}
      action={<Answer {...{ invitation, token, user }} />}
    >
      <InvitationWords {...invitation} />
    </MessagePage>
  )
}

type AnswerProps = Readonly<{
  invitation: FoundInvitation
  token: string
  user: Awaited<ReturnType<typeof findUser>>
}>

function Answer({ invitation: { email }, token, user }: AnswerProps) {
  if (user === null) return <SignInFirst email={email} token={token} />
  if (user.person.email === email) return <AcceptForm token={token} accept={accept} />
  return (
    <div className="flex flex-col items-start gap-3">
      <p>
        You are signed in as <strong className="font-medium break-words">{user.person.email}</strong>. Sign
        out, and open the link again as <strong className="font-medium break-words">{email}</strong>.
      </p>
      <form action={signOut}>
        <Button type="submit">Sign out</Button>
      </form>
    </div>
  )
}

function Closed({ state }: Readonly<{ state: FoundInvitation['state'] | null }>) {
  return (
    <MessagePage
      title={TITLES[state ?? 'none']}
      action={
        <a href="/billing" className={buttonClass('primary')}>
          Go to billing
        </a>
      }
    >
      {state === 'accepted'
        ? 'You find the organisation in the menu at the top right, once you are signed in.'
        : 'Ask whoever invited you to send a new one.'}
    </MessagePage>
  )
}

const TITLES = {
  none: 'This invitation is not valid',
  expired: 'This invitation has expired',
  accepted: 'This invitation was accepted',
  open: 'Invitation',
} as const
