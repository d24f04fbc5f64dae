import { z } from 'zod'
import type { NumberCarrier } from '@/lib/core/ports/number-carrier'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { BillingError } from '@/lib/kit/errors'

const claimed = z.object({ number: z.string().nullable() })

/** The carrier of an installation that has none: numbers from our own table. */
export function localNumberPool(db: Database): NumberCarrier {
  return {
    claim: async (claimId, areaCode) => {
      const [row] = await callDatabase(
        db,
        (sql) => sql`select claim_number(${claimId}, ${areaCode}) as number`,
      )
      const { number } = claimed.parse(row)
      if (number !== null) return number
      const which = areaCode === null ? 'number' : `number with area code ${areaCode}`
      throw new BillingError('conflict', `No ${which} is free at the moment.`)
    },
    release: async (claimId) => {
      await callDatabase(db, (sql) => sql`select free_number(${claimId})`)
    },
  }
}
