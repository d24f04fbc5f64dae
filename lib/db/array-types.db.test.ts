import { describe, expect, it } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()

describe('arrays', () => {
  const texts = ['', ' ', 'a', 'NULL', '"', '\\', '\\"', 'a,b', '{}', "'", 'é\n\t', '{"x":"\\u0000"}']

  it.each([[[]], [texts], [['only']], [['a:b', 'c']]])(
    'of text come back as they were sent: %j',
    async (values) => {
      const [row] = await database.db.sql<{ back: string[]; count: number }[]>`
      select ${values}::text[] as back, cardinality(${values}::text[]) as count`
      expect(row).toEqual({ back: values, count: values.length })
    },
  )

  it('of text may hold nulls on the way in', async () => {
    const rows = await database.db.sql<{ value: string | null }[]>`
      select value from unnest(${['a', null, 'NULL']}::text[]) with ordinality as given (value, at) order by at`
    expect(rows.map((row) => row.value)).toEqual(['a', null, 'NULL'])
  })

  it('of integers come back as they were sent', async () => {
    const [row] = await database.db.sql`select ${[1, -2, 0]}::int[] as back`
    expect(row).toEqual({ back: [1, -2, 0] })
  })
})
