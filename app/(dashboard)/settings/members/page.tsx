import type { Metadata } from 'next'
import { historyWords } from '@/components/members/history-words'
import { InvitationList } from '@/components/members/invitation-list'
import { InviteMember } from '@/components/members/invite-member'
import { MemberList } from '@/components/members/member-list'
import { MembershipHistory } from '@/components/members/membership-history'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { listInvitations } from '@/lib/core/members/list-invitations'
import { listMembers } from '@/lib/core/members/list-members'
import { listMembershipEvents } from '@/lib/core/members/list-membership-events'
import { requireUser } from '@/lib/http/require-user'
import { changeRole, invite, leave, remove, resend, revoke } from './actions'

export const metadata: Metadata = { title: 'Members' }

export default async function MembersPage() {
  const { ctx } = await requireUser()
  const [members, invitations, events] = await Promise.all([
    listMembers(ctx),
    listInvitations(ctx),
    listMembershipEvents(ctx),
  ])
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('members:write')
  return (
    <Page
      title="Members"
      lead="Everyone who can see this organisation, and what they may do in it."
      action={mayWrite && <InviteMember invite={invite} />}
    >
      <div className="flex flex-col gap-5">
        <Card id="members" title="Members">
          <MemberList
            members={members.map(({ joinedAt, ...member }) => ({
              ...member,
              joinedAt: joinedAt.toISOString(),
            }))}
            deeds={{ change: changeRole, remove, leave }}
            mayWrite={mayWrite}
          />
        </Card>
        {invitations.length > 0 && (
          <Card id="invitations" title="Invitations">
            <InvitationList
              invitations={invitations.map(({ id, email, role, expiresAt, isExpired }) => ({
                id,
                email,
                role,
                expiresAt: expiresAt.toISOString(),
                isExpired,
              }))}
              {...{ resend, revoke, mayWrite }}
            />
          </Card>
        )}
        {events.length > 0 && (
          <Card id="history" title="History">
            <MembershipHistory
              history={events.map((event) => ({
                id: String(event.id),
                actor: event.actor,
                words: historyWords(event),
                at: event.at.toISOString(),
              }))}
            />
          </Card>
        )}
      </div>
    </Page>
  )
}
