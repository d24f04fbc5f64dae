import type { Role } from '@/lib/core/actor'
import { acceptInvitation } from '@/lib/core/members/accept-invitation'
import { inviteMember } from '@/lib/core/members/invite-member'
import type { Container } from '@/lib/server/container'
import type { Member } from './open-account'

/** Someone who has signed up is invited, and accepts by the link in the mail. */
export async function joinOrganisation(
  container: Container,
  owner: Member,
  { member, role }: Readonly<{ member: Member; role: Role }>,
): Promise<void> {
  await inviteMember(await owner.context(), { email: member.email, role })
  const [mail] = await container.databases.app.sql<{ token: string }[]>`
    select data ->> 'token' as token from mail where template = 'invitation' and recipient = ${member.email}`
  if (mail === undefined) throw new Error(`${member.email} was not invited.`)
  await acceptInvitation(await member.context(), mail.token)
}
