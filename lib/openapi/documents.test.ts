import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { buildDocument } from './build-document'
import { API_DOCUMENTS, API_NAMES } from './documents'

const operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), z.unknown()),
})
const media = z.object({
  schema: z.unknown(),
  examples: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
})
const answer = z.object({ content: z.object({ 'application/json': media }) })
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) })

describe.each(API_NAMES)('the document of %s', (name) => {
  const built = buildDocument(API_DOCUMENTS[name], 'https://talktime.example')
  const operations = Object.values(document.parse(built).paths).flatMap((methods) => Object.values(methods))

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(built))
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
    expect(validator.version).toBe('3.1')
  })

  it('survives being sent as JSON', () => {
    expect(JSON.parse(JSON.stringify(built))).toEqual(built)
  })

  it('names each operation once', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('shows as examples of refusals what its own schema allows', () => {
    for (const { responses } of operations) {
      for (const { content } of Object.values(responses).map((response) => answer.parse(response))) {
        for (const { value } of Object.values(content['application/json'].examples)) {
          const { error } = API_DOCUMENTS[name].refusal.safeParse(value)
          expect({ value, issues: error?.issues ?? [] }).toEqual({ value, issues: [] })
        }
      }
    }
  })

  it('tells of each operation what a bad credential, a wrong request and a failure of ours answer', () => {
    for (const { responses, security } of operations) {
      const statuses = security === undefined ? ['401', '403', '429', '500'] : ['401', '429', '500']
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(statuses))
    }
  })
})
