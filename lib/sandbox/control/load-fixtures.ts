import { z } from 'zod'
import { inOwnUnit, type Program } from '../program'
import { FILTERS, type Kind } from '../store/kinds'
import { parseFixture } from '../store/parse-row'

const OBJECT = z.looseObject({ id: z.string().min(1).max(255), object: z.string() })
const FIXTURES = z.strictObject({
  objects: z.array(
    z.strictObject({
      body: OBJECT,
      /** What is kept beside the object; a payment method without it behaves as `link`. */
      hidden: z.record(z.string(), z.unknown()).optional(),
      token: z.string().optional(),
      claim: z.string().optional(),
    }),
  ),
  /** An event type for each object that shall be announced, by object id. */
  events: z.record(z.string(), z.string()).default({}),
})

const HIDDEN: Partial<Record<Kind, object>> = {
  payment_method: { behaviour: 'link', setUp: true, detached: false },
  dispute: { verdict: null },
  // As it is put there, it stays: no time wakes it, and nothing of it was billed.
  subscription: { debits: {}, announcedEnd: null, pending: null },
}

/**
 * Puts raw objects of given ids into the store, as they are: for examples whose ids a contract names, and for
 * payment methods that no test card makes. An object that exists already is replaced. Nothing checks that objects
 * fit together: that is the caller's business.
 */
export function loadFixtures(program: Program, input: unknown): Promise<object> {
  const { objects, events } = FIXTURES.parse(input)
  return inOwnUnit(program, async (unit) => {
    for (const fixture of objects) {
      const kind = kindOf(fixture.body.object)
      await unit.row(kind, fixture.body.id)
      const { body, hidden } = parseFixture(fixture.body, fixture.hidden ?? HIDDEN[kind] ?? {})
      unit.save(kind, body, {
        hidden,
        deleted: false,
        token: fixture.token ?? null,
        claim: fixture.claim ?? claimOf(fixture.body),
      })
      const event = events[fixture.body.id]
      if (event !== undefined) unit.emit(event, fixture.body)
    }
    return { loaded: objects.map(({ body }) => body.id) }
  })
}

function claimOf(body: z.infer<typeof OBJECT>): string | null {
  const key = body.object === 'price' ? body['lookup_key'] : null
  return typeof key === 'string' ? `lookup_key:${key}` : null
}

function kindOf(object: string): Kind {
  return z
    .enum(Object.keys(FILTERS).filter((name): name is Kind => Object.hasOwn(FILTERS, name)))
    .parse(object)
}
