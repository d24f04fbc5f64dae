import type { z } from 'zod'
import type { Refusal } from '@/lib/http/dialect'
import type { DescribedRoute } from '@/lib/http/route-definition'
import { invariant } from '@/lib/kit/assert'
import type { ApiDocument, Operation } from './operation'
import { jsonSchemaOf, type JsonSchema } from './json-schema'
import { REFUSAL_WORDS } from './refusal-words'

type Json = Readonly<Record<string, unknown>>

/** The OpenAPI 3.1 document of an API that is served at `appUrl`. */
export function buildDocument(document: ApiDocument, appUrl: string): Json {
  return {
    openapi: '3.1.0',
    info: { title: document.title, version: '1.0.0', description: document.description },
    servers: [{ url: appUrl.replace(/\/$/, '') }],
    security: [{ bearerAuth: [] }],
    tags: [...new Set(document.operations.map(({ group }) => group))].map((name) => ({ name })),
    paths: pathsOf(document),
    components: {
      securitySchemes: {
        bearerAuth: { type: 'http', scheme: 'bearer', description: document.credential },
      },
      schemas: { Error: jsonSchemaOf(document.refusal, 'output') },
    },
  }
}

function pathsOf(document: ApiDocument): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of document.operations) {
    const known = (paths[operation.path] ??= {})
    known[operation.method.toLowerCase()] = describe(operation, document)
  }
  return paths
}

function describe(operation: Operation, document: ApiDocument): Json {
  const { definition } = operation.endpoint[operation.method]
  invariant(definition !== undefined, `${operation.method} ${operation.path} is a route`)
  return {
    operationId: operation.id,
    tags: [operation.group],
    summary: operation.summary,
    // What is for who has no credential yet asks for none.
    ...(definition.scope === null && { security: [] }),
    ...(operation.description !== undefined && { description: operation.description }),
    parameters: parametersOf(operation, definition),
    ...(definition.body && { requestBody: bodyOf(operation.body ?? definition.body) }),
    responses: { ...answersOf(operation), ...refusalsOf(operation, definition, document) },
  }
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A repeated request with the same key gets the first answer again and does nothing twice.',
  schema: { type: 'string', pattern: String.raw`^[\x21-\x7e]{1,255}$` },
}

function parametersOf({ path, repeatable }: Operation, { params, query }: DescribedRoute): Json[] {
  const inPath = propertiesOf(params)
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  return [
    ...names.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: inPath.schemas[name] ?? { type: 'string' },
    })),
    ...Object.entries(propertiesOf(query).schemas).map(([name, schema]) => ({
      name,
      in: 'query',
      required: propertiesOf(query).required.has(name),
      schema,
    })),
    ...(repeatable ? [IDEMPOTENCY_KEY] : []),
  ]
}

function propertiesOf(schema: z.ZodType | undefined) {
  const { properties, required } = schema ? jsonSchemaOf(schema, 'input') : {}
  const schemas: Readonly<Record<string, unknown>> = isJson(properties) ? properties : {}
  return { schemas, required: new Set(Array.isArray(required) ? required : []) }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

function bodyOf(body: z.ZodType): Json {
  const schema = jsonSchemaOf(body, 'input')
  return { required: Array.isArray(schema['required']), content: { 'application/json': { schema } } }
}

function answersOf({ answers }: Operation): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      answer('Done', jsonSchemaOf(schema, 'output')),
    ]),
  )
}

function answer(description: string, schema: JsonSchema, rest: Json = {}): Json {
  return { description, content: { 'application/json': { schema, ...rest } } }
}

/** What every route refuses, by what it is made of. */
function commonRefusals({ scope, body, params }: DescribedRoute): Refusal['code'][] {
  return [
    'unauthenticated',
    ...(scope === null ? [] : (['forbidden'] as const)),
    ...(params ? (['not_found'] as const) : []),
    // A bad Idempotency-Key is refused by every route, with or without a query or a body.
    'invalid_input',
    ...(body ? (['payload_too_large'] as const) : []),
    'rate_limited',
    'internal',
    'database_unavailable',
  ]
}

/** The refusals of an operation by their status, each with the very body that the dialect answers with. */
function refusalsOf(operation: Operation, definition: DescribedRoute, document: ApiDocument): Json {
  const codes = new Set([...commonRefusals(definition), ...(operation.refusals ?? [])])
  const byStatus = new Map<number, { words: string[]; examples: Record<string, Json> }>()
  for (const [status, words] of Object.entries(document.statuses ?? {})) {
    byStatus.set(Number(status), { words: [words], examples: {} })
  }
  for (const code of codes) {
    const { status, body } = definition.dialect.refuse(exampleOf(code))
    const known = byStatus.get(status) ?? { words: [], examples: {} }
    if (document.statuses?.[status] === undefined) known.words.push(REFUSAL_WORDS[code])
    known.examples[code] = { summary: REFUSAL_WORDS[code], value: body }
    byStatus.set(status, known)
  }
  const reference = { $ref: '#/components/schemas/Error' }
  return Object.fromEntries(
    [...byStatus].map(([status, { words, examples }]) => [
      status,
      answer(`${words.join('. ')}.`, reference, Object.keys(examples).length === 0 ? {} : { examples }),
    ]),
  )
}

function exampleOf(code: Refusal['code']): Refusal {
  return {
    code,
    message: REFUSAL_WORDS[code],
    fields: undefined,
    details: undefined,
    retryAfterSeconds: undefined,
    requestId: 'req_01JD0000000000000000000000',
  }
}
