import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { sha256OfRequest } from '../top-ups/request-hash'
import { phoneNumberRecord, type PhoneNumber, type VoiceGender } from './read-number'

/** What the buyer says of a number. */
export type NumberTerms = Readonly<{
  /** That the holder agrees to a program buying it, in a program's own words; null where a person buys. */
  consent: string | null
  inboundInstruction: string | null
  inboundVoiceGender: VoiceGender | null
  inboundLanguage: string | null
}>

/** A purchase: for whom, of what, at which price, and when. */
export type Deed = Readonly<{ accountId: bigint; purchase: Purchase; rent: Money; now: Instant }>

type Purchase = NumberTerms & Readonly<{ areaCode: string | null; idempotencyKey: string | null }>

export type BegunNumber = Readonly<{
  status: 'begun'
  /** A new one, or that of an earlier request with the same key, which was cut off. */
  numberId: string
  /** The hold on the caller's key; null without one. */
  lease: string | null
}>

/**
 * begun: the carrier may be asked. replayed: the key was answered before. mismatch: it was used for something else.
 * in_flight: its request is still running. insufficient: the wallet does not cover the first month; nothing was written.
 */
export type NumberBeginning =
  | BegunNumber
  | Readonly<{ status: 'replayed'; number: PhoneNumber }>
  | Readonly<{ status: 'mismatch' | 'in_flight' }>
  | Readonly<{ status: 'insufficient'; balance: Money }>

/** abandoned: it was given up meanwhile, since nothing was heard of it for long. */
export type NumberRecording =
  | Readonly<{ status: 'recorded'; number: PhoneNumber }>
  | Readonly<{ status: 'insufficient'; balance: Money }>
  | Readonly<{ status: 'abandoned' }>

/** Longer than the carrier may take to answer: until then a second request with the key is refused. */
const LEASE_SECONDS = 60

const beginning = z.union([
  z.object({ status: z.literal('begun'), number_id: z.string(), lease: z.string().nullable() }),
  z.object({ status: z.literal('replayed'), answer: z.object({ number: phoneNumberRecord }) }),
  z.object({ status: z.literal('insufficient'), balance_micros: z.bigint() }),
  z.object({ status: z.enum(['mismatch', 'in_flight']) }),
])

/** Writes down that the carrier is about to be asked, and what the caller's key stands for. Idempotent in `numberId`. */
export async function beginNumber(
  db: Database,
  input: Deed & Readonly<{ numberId: string }>,
): Promise<NumberBeginning> {
  const { idempotencyKey, areaCode } = input.purchase
  const hash = sha256OfRequest('buy-number', { areaCode, ...termsOf(input.purchase) })
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select status, number_id, lease, answer, balance_micros
        from begin_number(${input.accountId}, ${input.numberId}, ${idempotencyKey}, ${hash},
          make_interval(secs => ${LEASE_SECONDS}), ${input.rent.micros}, ${input.now})`,
  )
  const begun = beginning.parse(found)
  switch (begun.status) {
    case 'begun':
      return { status: 'begun', numberId: begun.number_id, lease: begun.lease }
    case 'replayed':
      return { status: 'replayed', number: begun.answer.number }
    case 'insufficient':
      return { status: 'insufficient', balance: usd(begun.balance_micros) }
    default:
      return { status: begun.status }
  }
}

const recording = z.union([
  z.object({ status: z.literal('recorded'), number: phoneNumberRecord }),
  z.object({ status: z.literal('insufficient'), balance_micros: z.bigint() }),
  z.object({ status: z.literal('abandoned') }),
])

/** Makes the carrier's number the account's and takes the first month of its rent. A repeat is told the same. */
export async function recordNumber(
  db: Database,
  input: Deed & Readonly<{ number: string; begun: BegunNumber }>,
): Promise<NumberRecording> {
  const { accountId, number, begun, purchase, rent, now } = input
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select status, number, balance_micros
        from record_number(${accountId}, ${begun.numberId}, ${number}, ${sql.json(termsOf(purchase))},
          ${rent.micros}, ${purchase.idempotencyKey}, ${begun.lease}, ${now})`,
  )
  const recorded = recording.parse(found)
  if (recorded.status !== 'insufficient') return recorded
  return { status: 'insufficient', balance: usd(recorded.balance_micros) }
}

/** Its keys in a fixed order: it is hashed. */
function termsOf({ consent, inboundInstruction, inboundVoiceGender, inboundLanguage }: NumberTerms) {
  return { consent, inboundInstruction, inboundVoiceGender, inboundLanguage }
}
