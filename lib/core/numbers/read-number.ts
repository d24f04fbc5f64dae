import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'

export type VoiceGender = 'male' | 'female'

/** A number that the account holds. */
export type PhoneNumber = Readonly<{
  id: string
  /** E.164. */
  number: string
  nickname: string | null
  /** Who pays: the wallet (PAYG) or the subscription (FIXED). */
  mode: 'PAYG' | 'FIXED'
  createdAt: Instant
  /** What the voice agent that answers is told. */
  inboundInstruction: string | null
  inboundVoiceGender: VoiceGender | null
  /** BCP 47. */
  inboundLanguage: string | null
  maxCallDurationSeconds: number | null
}>

/** A number as `number_json` writes it, and as answers of purchases are kept. */
export const phoneNumberRecord = z.object({
  id: z.string(),
  number: z.string(),
  nickname: z.string().nullable(),
  mode: z.enum(['PAYG', 'FIXED']),
  createdAt: z.string().transform((text) => new Date(text)),
  inboundInstruction: z.string().nullable(),
  inboundVoiceGender: z.enum(['male', 'female']).nullable(),
  inboundLanguage: z.string().nullable(),
  maxCallDurationSeconds: z.int().nullable(),
})

const rows = z.array(z.object({ number: phoneNumberRecord }))

/** The numbers that the account holds, the oldest first; with an id that one, or none. */
export async function readNumbers(
  db: Database,
  accountId: bigint,
  numberId: string | null,
): Promise<readonly PhoneNumber[]> {
  const found = await callDatabase(
    db,
    (sql) => sql`
      select number_json(held) as number from phone_number as held
       where account_id = ${accountId} and released_at is null and (${numberId}::text is null or id = ${numberId})
       order by created_at, id`,
  )
  return rows.parse([...found]).map((row) => row.number)
}
