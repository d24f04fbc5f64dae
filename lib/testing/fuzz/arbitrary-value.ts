import fc from 'fast-check'
import { z } from 'zod'

/** As much of JSON Schema as our documents use. */
const schemaShape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  items: z.unknown().optional(),
  maxItems: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
})
type Shape = z.infer<typeof schemaShape>

/** What has broken programs before: each is a text, a number or a structure that a schema seldom thinks of. */
export const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\u202egnp.exe',
  '../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  "' or 1=1 --",
  '{{7*7}}',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢🦄',
  'x'.repeat(5_000),
  'NaN',
  '1e400',
  '-1',
  '0x10',
  '9999-12-31T23:59:59Z',
  '0000-00-00T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  0,
  -1,
  1.5,
  0.001,
  1e21,
  1e308,
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
  2 ** 63,
  null,
  true,
  [],
  {},
  [[[[[]]]]],
  { constructor: { prototype: {} } },
  ['a', 'b'],
]

/** A value of this schema most of the time; otherwise something else altogether. */
export function arbitraryValue(schema: unknown): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fitting(schemaShape.parse(schema)) },
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  )
}

function fitting(shape: Shape): fc.Arbitrary<unknown> {
  if (shape.const !== undefined) return fc.constant(shape.const)
  if (shape.enum !== undefined) return fc.constantFrom(...shape.enum)
  const branches = shape.anyOf ?? shape.oneOf
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => fitting(schemaShape.parse(branch))))
  const types = [shape.type ?? []].flat()
  if (types.length === 0) return fc.jsonValue({ maxDepth: 1 })
  return fc.oneof(...types.map((type) => ofType(type, shape)))
}

function ofType(type: string, shape: Shape): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return text(shape)
    case 'integer':
      return integer(shape)
    case 'number':
      return fc.oneof(
        integer(shape),
        fc.integer({ min: 0, max: 1_000_000 }).map((cents) => cents / 100),
      )
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(arbitraryValue(shape.items ?? {}), { maxLength: Math.min(shape.maxItems ?? 4, 4) })
    case 'object':
      return object(shape)
    default:
      return fc.constant(null)
  }
}

function text({ format, pattern, minLength = 0, maxLength = 40 }: Shape): fc.Arbitrary<string> {
  if (format === 'date-time') {
    const min = new Date('2020-01-01T00:00:00Z')
    const max = new Date('2035-01-01T00:00:00Z')
    return fc.date({ min, max, noInvalidDate: true }).map((moment) => `${moment.toISOString().slice(0, 19)}Z`)
  }
  const any = fc.string({
    minLength,
    maxLength: Math.min(maxLength, Math.max(minLength, 40)),
    unit: 'grapheme',
  })
  return pattern === undefined ? any : matching(pattern, any)
}

/** fast-check does not know every class of characters that a pattern may name. */
function matching(pattern: string, otherwise: fc.Arbitrary<string>): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'))
  } catch {
    return otherwise
  }
}

/** Bounds are where mistakes are: they come as often as all that lies between. */
function integer({ minimum, exclusiveMinimum, maximum }: Shape): fc.Arbitrary<number> {
  const min = minimum ?? (exclusiveMinimum === undefined ? -1_000 : exclusiveMinimum + 1)
  const max = Math.min(maximum ?? min + 100_000, Number.MAX_SAFE_INTEGER)
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min - 1, min, max, max + 1))
}

function object({ properties = {}, required = [] }: Shape): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => {
    const value = arbitraryValue(schema).map((given) => [[name, given]] as const)
    const absent = fc.constant([] as const)
    return fc.oneof(
      { weight: required.includes(name) ? 19 : 2, arbitrary: value },
      { weight: 1, arbitrary: absent },
    )
  })
  const unknown = fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('__proto__', 'constructor', 'x'), fc.jsonValue())
        .map((pair) => [pair]),
    },
  )
  return fc.tuple(unknown, ...members).map((pairs) => Object.fromEntries(pairs.flat()))
}
