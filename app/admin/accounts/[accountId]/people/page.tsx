import type { Metadata } from 'next'
import { InvitationRows, KeyRows, MemberRows } from '@/components/console/people-rows'
import { historyWords } from '@/components/members/history-words'
import { MembershipHistory } from '@/components/members/membership-history'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { listApiKeys } from '@/lib/core/api-keys/list-api-keys'
import { listInvitations } from '@/lib/core/members/list-invitations'
import { listMembers } from '@/lib/core/members/list-members'
import { listMembershipEvents } from '@/lib/core/members/list-membership-events'
import { readerOf, requireStaffAccount } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'People and keys' }

type Props = Readonly<{ params: Promise<{ accountId: string }> }>

export default async function PeoplePage({ params }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const reader = await readerOf(ctx, account.id)
  const [members, invitations, events, keys] = await Promise.all([
    listMembers(reader),
    listInvitations(reader),
    listMembershipEvents(reader),
    listApiKeys(reader),
  ])
  return (
    <Page title="People and keys" lead="Who may see and do something in this account.">
      <div className="flex flex-col gap-5">
        <Card id="members" title="Members">
          <MemberRows labelledBy="members" members={members} />
        </Card>
        {invitations.length > 0 && (
          <Card id="invitations" title="Invitations">
            <InvitationRows labelledBy="invitations" invitations={invitations} />
          </Card>
        )}
        {keys.length > 0 && (
          <Card id="keys" title="API keys">
            <KeyRows labelledBy="keys" keys={keys} />
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
