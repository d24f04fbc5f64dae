import postgres from 'postgres'

/** What autovacuum does by and by. As the owner: the application's role owns no table, and would be refused by a mere warning. */
export async function analyze({ ownerUrl }: Readonly<{ ownerUrl: string }>): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  await owner.unsafe('vacuum analyze').finally(() => owner.end())
}
