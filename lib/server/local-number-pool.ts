import { z } from 'zod'
import type { NumberCarrier } from '@/lib/core/ports/number-carrier'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { BillingError } from '@/lib/kit/errors'

const claimed = z.object({ number: z.string().nullable() })

/** The carrier of an installation that has none: numbers from our own table. Throws `conflict` when it is empty. */
export function localNumberPool(db: Database): NumberCarrier {
  return {
    claim: async (claimId) => {
      const [row] = await callDatabase(db, (sql) => sql`select claim_number(${claimId}) as number`)
      const { number } = claimed.parse(row)
      if (number === null) throw new BillingError('conflict', 'No number is free at the moment.')
      return number
    },
  }
}
