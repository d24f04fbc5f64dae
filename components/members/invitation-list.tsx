import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { RowList } from '@/components/ui/row-list'
import { ResendInvitation } from './resend-invitation'
import { ROLES } from './role-words'
import type { InvitationView, Outcome, RoleView } from './views'

type Props = Readonly<{
  invitations: readonly InvitationView[]
  resend: (invited: Readonly<{ email: string; role: RoleView }>) => Outcome
  revoke: (invitationId: string) => Outcome
  mayWrite: boolean
}>

/** Who was asked and has not answered yet. */
export function InvitationList({ invitations, resend, revoke, mayWrite }: Props) {
  return (
    <RowList labelledBy="invitations">
      {invitations.map(({ id, email, role, expiresAt, isExpired }) => (
        <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3 px-5 py-3.5">
          <div className="min-w-0 flex-1 basis-60">
            <p className="truncate font-medium">{email}</p>
            <p className="text-[0.8125rem] text-ink-soft">
              {ROLES[role].name} · {isExpired ? 'expired' : 'works until'} <LocalTime at={expiresAt} />
            </p>
          </div>
          <div className="flex items-center gap-2">
            {isExpired && <Badge tone="caution">Expired</Badge>}
            {mayWrite && (
              <>
                <ResendInvitation email={email} resend={resend.bind(null, { email, role })} />
                <ConfirmButton
                  label="Take back"
                  subject={`the invitation of ${email}`}
                  question="Take this invitation back?"
                  confirm="Take back"
                  act={revoke.bind(null, id)}
                >
                  <p>
                    The link that <strong className="font-medium break-words text-ink">{email}</strong> was
                    sent stops working.
                  </p>
                </ConfirmButton>
              </>
            )}
          </div>
        </li>
      ))}
    </RowList>
  )
}
