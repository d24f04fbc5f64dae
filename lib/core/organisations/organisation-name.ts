import { z } from 'zod'

/** How people call an organisation. */
export const organisationNameSchema = z
  .string('Give the organisation a name')
  .trim()
  .min(1, 'Give the organisation a name')
  .max(100, 'Use at most 100 characters')
