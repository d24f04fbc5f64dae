import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { z } from 'zod'

const schema = z.record(z.string(), z.unknown())
const media = z.object({ content: z.object({ 'application/json': z.object({ schema }) }) })
const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  schema,
})

const operation = z.object({
  operationId: z.string(),
  parameters: z.array(parameter),
  requestBody: media.optional(),
  responses: z.record(z.string(), media),
})

/** A served OpenAPI document, as far as tests read it. */
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.looseObject({ Error: schema }) }),
})

export type ServedOperation = z.infer<typeof operation>
export type ServedDocument = z.infer<typeof document>

/** One answer, as a test has seen it. */
export type SeenAnswer = Readonly<{ method: string; path: string; status: number; body: unknown }>

/** All documents that the app at this origin serves. `request` is a fetch that nobody watches. */
export async function fetchDocuments(
  origin: string,
  request: typeof fetch,
): Promise<readonly ServedDocument[]> {
  const list: unknown = await (await request(new URL('/api/openapi', origin))).json()
  const addresses = z.object({ documents: z.record(z.string(), z.string()) }).parse(list).documents
  return Promise.all(
    Object.values(addresses).map(async (address) =>
      document.parse(await (await request(new URL(new URL(address).pathname, origin))).json()),
    ),
  )
}

/** What the documents have against an answer. Nothing against one of a path that none of them has. */
export function problemsOf(documents: readonly ServedDocument[], seen: SeenAnswer): unknown[] {
  for (const known of documents) {
    for (const [template, methods] of Object.entries(known.paths)) {
      if (patternOf(template).test(seen.path)) return judge(known, methods[seen.method.toLowerCase()], seen)
    }
  }
  return []
}

function judge(
  { components }: ServedDocument,
  known: ServedOperation | undefined,
  seen: SeenAnswer,
): unknown[] {
  if (known === undefined && seen.status !== 405) {
    return [`${seen.method} ${seen.path} answers ${seen.status} and is in no document`]
  }
  const described = known?.responses[seen.status]?.content['application/json'].schema
  if (described === undefined && seen.status !== 405) {
    return [`${seen.method} ${seen.path} answers ${seen.status}, which its document does not list`]
  }
  const validate = validatorOf(described ?? components.schemas.Error, components)
  return validate(seen.body) ? [] : [{ ...seen, errors: validate.errors }]
}

const patterns = new Map<string, RegExp>()

function patternOf(template: string): RegExp {
  const known = patterns.get(template)
  if (known !== undefined) return known
  const made = new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`)
  patterns.set(template, made)
  return made
}

const validators = new WeakMap<object, ValidateFunction>()

function validatorOf(described: object, components: ServedDocument['components']): ValidateFunction {
  const known = validators.get(described)
  if (known !== undefined) return known
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  const made = ajv.compile({ ...described, components })
  validators.set(described, made)
  return made
}
