import { ROLES } from '@/components/members/role-words'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Row, RowList } from '@/components/ui/row-list'
import type { ApiKeySummary } from '@/lib/core/api-keys/list-api-keys'
import type { Invitation } from '@/lib/core/members/list-invitations'
import type { Member } from '@/lib/core/members/list-members'

type MemberProps = Readonly<{ labelledBy: string; members: readonly Member[] }>

/** Everyone in the account. */
export function MemberRows({ labelledBy, members }: MemberProps) {
  return (
    <RowList labelledBy={labelledBy}>
      {members.map(({ userId, name, email, role, joinedAt }) => (
        <Row
          key={userId}
          title={name ?? email}
          detail={
            <>
              {name !== null && `${email}, `}since <LocalTime at={joinedAt.toISOString()} detail="day" />
            </>
          }
        >
          <Badge>{ROLES[role].name}</Badge>
        </Row>
      ))}
    </RowList>
  )
}

type InvitationProps = Readonly<{ labelledBy: string; invitations: readonly Invitation[] }>

/** Who was asked and has not answered. */
export function InvitationRows({ labelledBy, invitations }: InvitationProps) {
  return (
    <RowList labelledBy={labelledBy}>
      {invitations.map(({ id, email, role, expiresAt, isExpired }) => (
        <Row
          key={id}
          title={email}
          detail={
            <>
              {isExpired ? 'expired' : 'expires'} <LocalTime at={expiresAt.toISOString()} />
            </>
          }
        >
          <Badge>{ROLES[role].name}</Badge>
        </Row>
      ))}
    </RowList>
  )
}

type KeyProps = Readonly<{ labelledBy: string; keys: readonly ApiKeySummary[] }>

/** The keys that are in use, by what is shown of them everywhere. */
export function KeyRows({ labelledBy, keys }: KeyProps) {
  return (
    <RowList labelledBy={labelledBy}>
      {keys.map(({ id, name, preview, scopes, lastUsedAt }) => (
        <Row key={id} title={name} detail={`${preview}, ${scopes.join(' ')}`}>
          <span className="text-[0.8125rem] text-ink-soft">
            {lastUsedAt === null ? (
              'never used'
            ) : (
              <>
                used <LocalTime at={lastUsedAt.toISOString()} />
              </>
            )}
          </span>
        </Row>
      ))}
    </RowList>
  )
}
