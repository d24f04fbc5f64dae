import { z } from 'zod'

/** A JSON Schema, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

const WHOLE_SECONDS = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`

/**
 * What a schema of ours looks like on the wire, in the JSON Schema that OpenAPI 3.1 speaks: what it takes (`input`), or
 * what it gives. A check of our own code that JSON Schema has no words for is left out.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // What every number of JavaScript keeps to need not be said of each.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      // zod's own pattern knows leap years and is longer than the rest of the document.
      if (zodSchema instanceof z.ZodISODateTime) {
        delete jsonSchema.pattern
        if (zodSchema._zod.def.precision === 0) jsonSchema.pattern = WHOLE_SECONDS
      }
    },
  })
  return rest
}
