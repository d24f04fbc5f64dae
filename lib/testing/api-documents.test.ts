import { describe, expect, it } from 'vitest'
import { problemsOf, type SeenAnswer, type ServedDocument } from './api-documents'

const inJson = (schema: Record<string, unknown>) => ({ content: { 'application/json': { schema } } })
const documents: readonly ServedDocument[] = [
  {
    paths: {
      '/api/v1/numbers/{id}': {
        get: {
          operationId: 'get-number',
          parameters: [],
          responses: {
            200: inJson({
              type: 'object',
              required: ['number'],
              additionalProperties: false,
              properties: { number: {} },
            }),
            404: inJson({ $ref: '#/components/schemas/Error' }),
          },
        },
      },
    },
    components: { schemas: { Error: { type: 'object', required: ['error'] } } },
  },
]

const answer: SeenAnswer = {
  method: 'GET',
  path: '/api/v1/numbers/num_1',
  status: 200,
  body: { number: '+1' },
}
const judge = (seen: Partial<SeenAnswer>) => problemsOf(documents, { ...answer, ...seen })

describe('an answer that a test has seen', () => {
  it.each<Partial<SeenAnswer>>([
    {},
    { status: 404, body: { error: 'Not found' } },
    { status: 405, method: 'PUT', body: { error: 'Method not allowed' } },
    { path: '/api/v1/elsewhere', body: null },
  ])('is as its document says: %j', (seen) => {
    expect(judge(seen)).toEqual([])
  })

  it.each<Partial<SeenAnswer>>([
    { body: {} },
    { body: { number: '+1', secret: 1 } },
    { status: 404, body: {} },
    { status: 500, body: { error: 'x' } },
    { status: 405, method: 'PUT', body: {} },
    { status: 200, method: 'PUT' },
  ])('is not as its document says: %j', (seen) => {
    expect(judge(seen)).toHaveLength(1)
  })
})
