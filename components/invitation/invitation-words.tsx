import { ROLES } from '@/components/members/role-words'
import type { RoleView } from '@/components/members/views'

type Props = Readonly<{ invitedBy: string; organisation: string; role: RoleView; email: string }>

/** Who invites to what, and what one may do there. Names come from strangers. */
export function InvitationWords({ invitedBy, organisation, role, email }: Props) {
  return (
    <>
      <p className="break-words">
        {invitedBy} invites {email} to the billing of {organisation} as {ROLES[role].name}.
      </p>
      <p className="mt-2">{ROLES[role].rights}</p>
    </>
  )
}
