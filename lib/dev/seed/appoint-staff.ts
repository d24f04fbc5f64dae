import postgres from 'postgres'

/** Staff are appointed by whoever runs the database: no page and no API can. */
export async function appointStaff(ownerUrl: string, userId: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`update "user" set is_staff = true where id = ${userId}`
  } finally {
    await sql.end()
  }
}
