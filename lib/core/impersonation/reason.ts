import { z } from 'zod'

/** Why staff look into an account, as its owner reads it. */
export const reasonSchema = z
  .string('Say why you look into this account')
  .trim()
  .min(10, 'Say why in at least 10 characters: the account’s owner reads it')
  .max(500, 'Use at most 500 characters')
