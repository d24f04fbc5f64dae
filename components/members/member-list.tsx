import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { RowList } from '@/components/ui/row-list'
import { ChangeRole, type ChangeRoleAction } from './change-role'
import { ROLES } from './role-words'
import type { MemberView, Outcome } from './views'

export type MemberDeeds = Readonly<{
  change: ChangeRoleAction
  remove: (userId: string) => Outcome
  leave: () => Outcome
}>

type Props = Readonly<{
  members: readonly MemberView[]
  deeds: MemberDeeds
  /** Whether the reader decides about others. */
  mayWrite: boolean
}>

export function MemberList({ members, deeds, mayWrite }: Props) {
  return (
    <RowList labelledBy="members">
      {members.map((member) => (
        <li
          key={member.userId}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3 px-5 py-3.5"
        >
          <div className="min-w-0 flex-1 basis-60">
            <p className="flex items-center gap-2">
              <span className="truncate font-medium">{member.name ?? member.email}</span>
              {member.isSelf && <Badge>You</Badge>}
            </p>
            <p className="truncate text-[0.8125rem] text-ink-soft">
              {member.name !== null && <>{member.email} · </>}since{' '}
              <LocalTime at={member.joinedAt} detail="day" />
            </p>
          </div>
          <div className="flex items-center gap-2">
            <Badge tone={member.role === 'owner' ? 'accent' : 'plain'}>{ROLES[member.role].name}</Badge>
            <MemberDeeds {...{ member, deeds, mayWrite }} />
          </div>
        </li>
      ))}
    </RowList>
  )
}

type DeedsProps = Readonly<{ member: MemberView; deeds: MemberDeeds; mayWrite: boolean }>

function MemberDeeds({ member, deeds, mayWrite }: DeedsProps) {
  const { userId, email, name, isSelf } = member
  return (
    <>
      {mayWrite && <ChangeRole member={member} change={deeds.change} />}
      {isSelf && (
        <ConfirmButton
          label="Leave"
          subject="this organisation"
          question="Leave this organisation?"
          confirm="Leave organisation"
          act={deeds.leave}
        >
          <p>
            You see nothing of it any more, and your access tokens for it end. An owner can invite you again.
          </p>
        </ConfirmButton>
      )}
      {!isSelf && mayWrite && (
        <ConfirmButton
          label="Remove"
          subject={email}
          question="Remove this member?"
          confirm="Remove member"
          act={deeds.remove.bind(null, userId)}
        >
          <p>
            <strong className="font-medium break-words text-ink">{name ?? email}</strong> sees nothing of this
            organisation from this moment on, and their access tokens for it end.
          </p>
          <p>API keys that they made belong to the organisation and keep working. Revoke those they know.</p>
        </ConfirmButton>
      )}
    </>
  )
}
