import { ROLES } from './role-words'
import type { RoleView } from './views'

type Event = Readonly<{ kind: keyof typeof SENTENCES; subject: string | null; detail: string | null }>

/** `Invited bob@example.com as Billing`: what was done, without who did it. */
export function historyWords({ kind, subject, detail }: Event): string {
  return SENTENCES[kind](subject ?? 'someone', detail ?? '')
}

const SENTENCES = {
  created: (_subject: string, detail: string) => `Created the organisation as ${detail}`,
  changed: (_subject: string, detail: string) => `Named the organisation ${detail}`,
  invited: (subject: string, detail: string) => `Invited ${subject} as ${roleName(detail)}`,
  invitation_revoked: (subject: string) => `Took the invitation of ${subject} back`,
  joined: (subject: string, detail: string) => `${subject} joined as ${roleName(detail)}`,
  role_changed: (subject: string, detail: string) => `Made ${subject} ${roleName(detail)}`,
  removed: (subject: string) => `Removed ${subject}`,
  left: (subject: string) => `${subject} left`,
} as const

function roleName(role: string): string {
  return isRole(role) ? ROLES[role].name : role
}

function isRole(role: string): role is RoleView {
  return Object.hasOwn(ROLES, role)
}
