import type { PhoneNumber } from '@/lib/core/numbers/read-number'
import type { PhoneNumberResponse } from './numbers-contract'
import { presentInstant } from './translate'

/** Dial's words for a number. Numbers of ours are US ones without iMessage, ready at once. */
export function presentNumber(number: PhoneNumber): PhoneNumberResponse {
  return {
    id: number.id,
    number: number.number,
    nickname: number.nickname,
    country: 'US',
    capabilities: ['sms', 'call'],
    setupStatus: 'ready',
    createdAt: presentInstant(number.createdAt),
    inboundInstruction: number.inboundInstruction,
    inboundVoiceGender: number.inboundVoiceGender,
    inboundLanguage: number.inboundLanguage,
    firstName: null,
    lastName: null,
    avatarUrl: null,
    maxCallDurationSeconds: number.maxCallDurationSeconds,
    mode: number.mode,
  }
}
