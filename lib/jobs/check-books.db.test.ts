import postgres from 'postgres'
import { expect, it } from 'vitest'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { checkBooks } from './check-books'

const database = useTestDatabase()
const container = useTestContainer(database)

it('reads the books for longer than the role that only reads gives a statement', async () => {
  const { pathname, username } = new URL(database.readonlyUrl)
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => {} })
  const [role, name] = [superuser(username), superuser(pathname.slice(1))]
  await superuser`alter role ${role} in database ${name} set statement_timeout = '1ms'`
  try {
    expect(await checkBooks(container())).toEqual({ violations: 0 })
  } finally {
    await superuser`alter role ${role} in database ${name} reset statement_timeout`
    await superuser.end()
  }
})
