/** An access token as the list shows it. Moments are ISO 8601 in UTC. */
export type AccessTokenView = Readonly<{
  id: string
  name: string
  accountName: string
  abilities: readonly string[]
  createdAt: string
  lastUsedAt: string | null
  /** Null: until it is revoked. */
  expiresAt: string | null
}>

/** Null once it is revoked, else what went wrong in a sentence. */
export type RevokeTokenAction = (tokenId: string) => Promise<string | null>
