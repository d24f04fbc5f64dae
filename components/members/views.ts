export type RoleView = 'owner' | 'billing' | 'viewer'

/** A member as the list shows them. Moments are ISO 8601 in UTC. */
export type MemberView = Readonly<{
  userId: string
  email: string
  /** Null where they gave none. */
  name: string | null
  role: RoleView
  joinedAt: string
  isSelf: boolean
}>

export type InvitationView = Readonly<{
  id: string
  email: string
  role: RoleView
  expiresAt: string
  isExpired: boolean
}>

/** Something that was done, in words; `actor` is null where it was no person. */
export type HistoryView = Readonly<{ id: string; actor: string | null; words: string; at: string }>

/** Null once it is done, else what went wrong in a sentence. */
export type Outcome = Promise<string | null>
