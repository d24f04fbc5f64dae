/** An API key as the list shows it. The key itself is known only to whoever made it. Moments are ISO 8601 in UTC. */
export type ApiKeyView = Readonly<{
  id: string
  name: string
  /** Its first and last characters. */
  preview: string
  scopes: readonly string[]
  createdAt: string
  lastUsedAt: string | null
}>
