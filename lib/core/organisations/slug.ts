import { z } from 'zod'

/** An organisation's name in addresses. What the database makes of a name (`slug_of`) is always one. */
export const slugSchema = z
  .string('Give the organisation an address')
  .max(40, 'Use at most 40 characters')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use a to z, digits and single hyphens between them')
