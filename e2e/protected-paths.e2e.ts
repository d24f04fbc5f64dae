import { expect, openMember, signIn, test } from './product'

test('what is shown to a person is kept by no cache', async ({ signedIn: page }) => {
  for (const path of ['/billing', '/settings/api-keys']) {
    const plain = await page.request.get(path)
    const payload = await page.request.get(path, { headers: { rsc: '1' } })
    for (const answer of [plain, payload]) {
      expect(answer.status(), path).toBe(200)
      expect(answer.headers()['cache-control'], path).toMatch(/private.*no-store|no-store.*private/)
    }
  }
})

test('two people who ask for the same page at once never see each other', async ({ browser, site }) => {
  const people = await Promise.all([openMember(site), openMember(site)])
  const contexts = await Promise.all(people.map(() => browser.newContext({ baseURL: site.stack.appUrl })))
  await Promise.all(
    people.map(async (person, index) => {
      const page = await contexts[index]?.newPage()
      if (page !== undefined) await signIn(page, site, person)
    }),
  )
  const rounds = Array.from({ length: 30 }, (_, round) => round)
  await Promise.all(
    contexts.flatMap((context, index) =>
      rounds.map(async (round) => {
        const headers: Record<string, string> = round % 2 === 0 ? {} : { rsc: '1' }
        const answer = await context.request.get(round % 3 === 0 ? '/settings/api-keys' : '/billing', {
          headers,
        })
        const text = await answer.text()
        expect(text).toContain(people[index]?.email)
        expect(text).not.toContain(people[1 - index]?.email)
      }),
    ),
  )
  await Promise.all(contexts.map((context) => context.close()))
})
