import { expect, test } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { slugSchema } from './slug'

const suite = useTestDatabase()

async function slugOf(name: string): Promise<string> {
  const [row] = await suite.db.sql<{ slug: string }[]>`select slug_of(${name}) as slug`
  return row?.slug ?? ''
}

test.each([
  ['Example', 'example'],
  ['Bäckerei Müller & Söhne GmbH', 'backerei-muller-sohne-gmbh'],
  ['  A--B  ', 'a-b'],
  ['Ada.Lovelace+billing@example.com', 'ada-lovelace-billing'],
  ['ﬁne ①', 'fine-1'],
  ['王小明', 'organisation'],
  ['@', 'organisation'],
  ['', 'organisation'],
  ['x'.repeat(100), 'x'.repeat(40)],
  [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
])('%j is %j in addresses', async (name, slug) => {
  expect(await slugOf(name)).toBe(slug)
  expect(slugSchema.safeParse(slug).success).toBe(true)
})

test('a name that many have leads to as many addresses, also at once', async () => {
  const insert = async () =>
    (await suite.db.sql<{ id: bigint }[]>`select insert_account('Ada Ltd', now()) as id`)[0]?.id ?? 0n
  const ids = await Promise.all(Array.from({ length: 20 }, insert))
  const rows = await suite.db.sql<
    { slug: string }[]
  >`select slug from account where id in ${suite.db.sql(ids.map(String))}`
  const slugs = rows.map(({ slug }) => slug)
  expect(new Set(slugs).size).toBe(20)
  expect(slugs).toContain('ada-ltd')
  for (const slug of slugs) expect(slugSchema.parse(slug)).toMatch(/^ada-ltd(-[0-9a-f]{6})?$/)
  // The ledger of these accounts was never opened.
  await suite.db.sql`delete from account where id in ${suite.db.sql(ids.map(String))}`
})

test.each(['', '-a', 'a-', 'a--b', 'A', 'ä', 'a b', 'a/b', 'a.b', 'a_b', 'a\n', 'a'.repeat(41)])(
  '%j is no address',
  (slug) => {
    expect(slugSchema.safeParse(slug).success).toBe(false)
  },
)
