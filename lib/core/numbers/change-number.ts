import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { phoneNumberRecord, type PhoneNumber, type VoiceGender } from './read-number'

/** What its holder says of a number. What is left out stays; an empty nickname is none. */
export type NumberChanges = Readonly<{
  nickname?: string | undefined
  inboundInstruction?: string | undefined
  inboundVoiceGender?: VoiceGender | null | undefined
  inboundLanguage?: string | null | undefined
  maxCallDurationSeconds?: number | null | undefined
}>

export const NICKNAME_LENGTH_MAX = 100

const rows = z.array(z.object({ number: phoneNumberRecord }))

/** Changes what its holder says of a number. @throws BillingError `invalid_input` (nickname), `not_found` */
export async function changeNumber(
  ctx: Context,
  numberId: string,
  changes: NumberChanges,
): Promise<PhoneNumber> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  refuseLongNickname(changes.nickname)
  const nickname = changes.nickname === '' ? null : changes.nickname
  const given = JSON.stringify({ ...changes, nickname })
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      update phone_number as held
         set nickname = case when given ? 'nickname' then given ->> 'nickname' else nickname end,
             inbound_instruction =
               case when given ? 'inboundInstruction' then given ->> 'inboundInstruction' else inbound_instruction end,
             inbound_voice_gender =
               case when given ? 'inboundVoiceGender' then given ->> 'inboundVoiceGender' else inbound_voice_gender end,
             inbound_language =
               case when given ? 'inboundLanguage' then given ->> 'inboundLanguage' else inbound_language end,
             max_call_duration_seconds = case when given ? 'maxCallDurationSeconds'
               then (given ->> 'maxCallDurationSeconds')::integer else max_call_duration_seconds end
        from (values (${given}::text::jsonb)) as input (given)
       where held.account_id = ${accountId} and held.id = ${numberId} and held.released_at is null
      returning number_json(held) as number`,
  )
  const [row] = rows.parse([...found])
  if (row === undefined) throw new BillingError('not_found', 'Not found')
  return row.number
}

function refuseLongNickname(nickname: string | undefined): void {
  if (nickname === undefined || nickname.length <= NICKNAME_LENGTH_MAX) return
  throw new BillingError('invalid_input', 'The request is not valid', {
    fields: {
      formErrors: [],
      fieldErrors: { nickname: [`At most ${NICKNAME_LENGTH_MAX} characters`] },
    },
  })
}
