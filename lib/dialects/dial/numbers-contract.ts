import { z } from 'zod'
import { NICKNAME_LENGTH_MAX } from '@/lib/core/numbers/change-number'
import { dateTime, e164 } from './contract'

const CONSENT_LENGTH_MAX = 2_000
const INSTRUCTION_LENGTH_MAX = 10_000

const inboundInstruction = z.string().min(1).max(INSTRUCTION_LENGTH_MAX)
const inboundVoiceGender = z.enum(['male', 'female'])
const inboundLanguage = z.string().max(35).refine(isLanguageTag, 'Invalid language tag')

/** What numbers of ours can do; iMessage is a carrier's that is not here. */
const capabilities = z.array(z.enum(['sms', 'call'], 'Available are sms and call')).min(1)

/**
 * Body of buying a number. Unknown keys are ignored. The attestation is that the account's holder has agreed to this program
 * buying it.
 */
export const buyNumberRequest = z.object({
  inboundInstruction,
  explicitProgrammaticConsent: z.string().min(1).max(CONSENT_LENGTH_MAX),
  inboundVoiceGender: inboundVoiceGender.optional(),
  inboundLanguage: inboundLanguage.optional(),
  areaCode: z
    .string()
    .regex(/^[2-9]\d\d$/, 'Invalid US area code')
    .optional(),
  capabilities: capabilities.optional(),
})

const forMessages = z.undefined('Only numbers with iMessage have this').optional()

/** Body of changing a number. What is left out stays; null and an empty nickname clear. */
export const changeNumberRequest = z.object({
  nickname: z.string().max(NICKNAME_LENGTH_MAX).optional(),
  inboundInstruction: inboundInstruction.optional(),
  inboundVoiceGender: inboundVoiceGender.nullable().optional(),
  inboundLanguage: inboundLanguage.nullable().optional(),
  maxCallDurationSeconds: z.int().min(60).max(3600).nullable().optional(),
  firstName: forMessages,
  lastName: forMessages,
  avatarUrl: forMessages,
})

/** A number of the account. `mode` and `maxCallDurationSeconds` are additions. */
const phoneNumber = z.strictObject({
  id: z.string().min(1),
  number: e164,
  nickname: z.string().nullable(),
  country: z.literal('US'),
  capabilities: z.array(z.enum(['sms', 'call'])),
  setupStatus: z.literal('ready'),
  createdAt: dateTime,
  inboundInstruction: z.string().nullable(),
  inboundVoiceGender: inboundVoiceGender.nullable(),
  inboundLanguage: z.string().nullable(),
  firstName: z.null(),
  lastName: z.null(),
  avatarUrl: z.null(),
  maxCallDurationSeconds: z.int().nullable(),
  mode: z.enum(['PAYG', 'FIXED']),
})

export type PhoneNumberResponse = z.infer<typeof phoneNumber>

export const numberResponse = z.strictObject({ number: phoneNumber })
export const numbersResponse = z.strictObject({ numbers: z.array(phoneNumber) })
export const releaseResponse = z.strictObject({ released: z.literal(true) })

/** BCP 47, as far as its form goes. */
function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}
