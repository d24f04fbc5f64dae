import { z } from 'zod'

const NOTHING = z.undefined()

/**
 * The schema, or one that accepts nothing but `undefined` where there is none. A part of a route's definition that is
 * left out has nothing to infer its type from, so T is the default of `route`'s type parameter: undefined.
 */
export function orNothing<T>(schema: z.ZodType<T> | undefined): z.ZodType<T> {
  return schema ?? (NOTHING as unknown as z.ZodType<T>)
}
