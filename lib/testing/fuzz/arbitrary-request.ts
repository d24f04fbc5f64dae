import fc from 'fast-check'
import type { ServedDocument, ServedOperation } from '../api-documents'
import { arbitraryValue, HOSTILE } from './arbitrary-value'

/** One request, ready to be sent. */
export type FuzzRequest = Readonly<{
  method: string
  /** With its query. */
  path: string
  headers: Readonly<Record<string, string>>
  body: string | Uint8Array<ArrayBuffer> | null
}>

/** What a request may name that is there: ids of things, and the credentials that a path takes. */
export type Known = Readonly<{
  ids: readonly string[]
  credentials(path: string): readonly string[]
}>

/** What no document describes: files, doors of other programs, and paths that nobody has. */
const ELSEWHERE = [
  '/api/health',
  '/api/health/live',
  '/api/openapi',
  '/api/openapi/dial.json',
  '/api/openapi/..%2f..%2fpackage.json',
  '/api/stripe/webhook',
  '/api/auth/session',
  '/api/auth/csrf',
  '/api/auth/callback/credentials',
  '/activity/export',
  '/llms.txt',
  '/api/v1/billing/nothing',
  '/api/v1/credits/nothing',
  '/api/v1/auto-topup/nothing',
  '/api/v1/org/example/credits/nothing',
  '/api/v1/user/nothing',
  '/api/user/nothing',
  '/v1/credits/nothing',
  '/v1/nothing',
  '/user/nothing',
  '/api/v1/%00',
  '/api/v1//billing',
]

/** A request of any operation of these documents, right or wrong in any part; now and then one of no operation at all. */
export function arbitraryRequest(
  documents: readonly ServedDocument[],
  known: Known,
): fc.Arbitrary<FuzzRequest> {
  const described = documents.flatMap(({ paths }) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ofOperation({ path, method, operation }, known)),
    ),
  )
  const elsewhere = fc.record({
    method: fc.constantFrom(...METHODS),
    path: fc.constantFrom(...ELSEWHERE),
    headers: headersOf(known.credentials('/'), false),
    body: spoiled,
  })
  return fc
    .oneof({ weight: 19, arbitrary: fc.oneof(...described) }, { weight: 1, arbitrary: elsewhere })
    .map((request) => (['GET', 'HEAD'].includes(request.method) ? { ...request, body: null } : request))
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

type Described = Readonly<{ path: string; method: string; operation: ServedOperation }>

function ofOperation({ path, method, operation }: Described, known: Known): fc.Arbitrary<FuzzRequest> {
  const body = operation.requestBody?.content['application/json'].schema
  return fc.record({
    method: fc.oneof(
      { weight: 30, arbitrary: fc.constant(method.toUpperCase()) },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
    ),
    path: fc.tuple(pathOf(path, known), queryOf(operation)).map((parts) => parts.join('')),
    headers: headersOf(
      known.credentials(path),
      operation.parameters.some((parameter) => parameter.in === 'header'),
    ),
    body: body === undefined ? fc.oneof(fc.constant(null), spoiled) : bodyOf(body),
  })
}

function pathOf(template: string, { ids }: Known): fc.Arbitrary<string> {
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ids) },
    { weight: 2, arbitrary: text },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }) },
  )
  const parts = template
    .split(/(\{\w+\})/)
    .map((piece) => (piece.startsWith('{') ? part.map(encodePart) : fc.constant(piece)))
  return fc.tuple(...parts).map((pieces) => pieces.join(''))
}

/** Half a surrogate pair cannot stand in an address at all, and dots would name another one. */
function encodePart(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replaceAll('.', '%2E') || '%20'
}

const text = fc.constantFrom(...HOSTILE.filter((value) => typeof value === 'string'))

function queryOf({ parameters }: ServedOperation): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => {
      const value = fc.oneof(
        { weight: 3, arbitrary: arbitraryValue(schema).map(inQuery) },
        { weight: 1, arbitrary: text },
      )
      return fc.oneof(
        { weight: 3, arbitrary: value.map((given) => [[name, given]]) },
        { weight: 2, arbitrary: fc.constant<string[][]>([]) },
        { weight: 1, arbitrary: fc.tuple(value, value).map((twice) => twice.map((given) => [name, given])) },
      )
    })
  return fc.tuple(...pairs).map((given) => {
    const query = new URLSearchParams(
      given.flat().map(([name = '', value = '']) => [name, value.toWellFormed()]),
    )
    return query.size === 0 ? '' : `?${query.toString()}`
  })
}

function inQuery(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function headersOf(credentials: readonly string[], takesKey: boolean): fc.Arbitrary<Record<string, string>> {
  const header = (name: string, values: readonly string[]) =>
    fc.constantFrom(...values).map((value): Record<string, string> => (value === '' ? {} : { [name]: value }))
  const good = credentials.map((credential) => `Bearer ${credential}`)
  const bad = [
    '',
    'Bearer ',
    'Bearer sk_live_none',
    'Bearer 1|none',
    'Basic YTpi',
    `Bearer ${'x'.repeat(4_000)}`,
  ]
  const repeated = ['', '', 'key-1', 'key-2', 'key-3', 'x'.repeat(255), 'x'.repeat(256), 'a key']
  return fc
    .tuple(
      fc.oneof(
        { weight: 19, arbitrary: header('authorization', good) },
        { weight: 1, arbitrary: header('authorization', bad) },
      ),
      header('content-type', [
        'application/json',
        'application/json',
        'application/json',
        '',
        'text/plain',
        'x',
      ]),
      takesKey
        ? fc.oneof(
            header('idempotency-key', repeated),
            fc.uuid().map((key): Record<string, string> => ({ 'idempotency-key': key })),
          )
        : fc.constant<Record<string, string>>({}),
      header('accept', ['', '*/*', 'text/html']),
    )
    .map((headers) => Object.fromEntries(headers.flatMap((some) => Object.entries(some))))
}

/** Bodies that are no JSON, or JSON that only a text can show. */
const spoiled: fc.Arbitrary<FuzzRequest['body']> = fc.constantFrom(
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '1e400',
  '{"amount":1e400}',
  '{"amount":1e2,"credits":1e3,"quantity":1e0}',
  '{"amount":0.1000000000000000000000001}',
  '{"amount":1,"amount":2}',
  '{"a":"\\u0000"}',
  '{"a":"\\ud800"}',
  '['.repeat(30_000),
  `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  `{"a":"${'x'.repeat(70_000)}"}`,
  new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
)

function bodyOf(schema: unknown): fc.Arbitrary<FuzzRequest['body']> {
  return fc.oneof(
    { weight: 14, arbitrary: arbitraryValue(schema).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: spoiled },
  )
}
