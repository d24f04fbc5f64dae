import { z } from 'zod'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { changeNumber } from '@/lib/core/numbers/change-number'
import { getNumber } from '@/lib/core/numbers/get-number'
import { listNumbers } from '@/lib/core/numbers/list-numbers'
import { releaseNumber } from '@/lib/core/numbers/release-number'
import { route } from '@/lib/http/route'
import { dial } from './errors'
import { buyNumberRequest, changeNumberRequest } from './numbers-contract'
import { presentNumber } from './numbers-translate'

const params = z.object({ id: z.string().regex(/^[\x21-\x7e]{1,200}$/) })

export const listNumbersRoute = route({
  dialect: dial,
  scope: 'billing:read',
  handler: async (ctx) => ({ numbers: (await listNumbers(ctx)).map(presentNumber) }),
})

export const buyNumberRoute = route({
  dialect: dial,
  scope: 'billing:write',
  action: 'buy-number',
  body: buyNumberRequest,
  handler: async (ctx, { body, idempotencyKey }) => {
    const number = await buyNumber(ctx, {
      consent: body.explicitProgrammaticConsent,
      inboundInstruction: body.inboundInstruction,
      inboundVoiceGender: body.inboundVoiceGender ?? null,
      inboundLanguage: body.inboundLanguage ?? null,
      areaCode: body.areaCode ?? null,
      idempotencyKey,
    })
    return Response.json({ number: presentNumber(number) }, { status: 201 })
  },
})

export const getNumberRoute = route({
  dialect: dial,
  scope: 'billing:read',
  params,
  handler: async (ctx, { params: { id } }) => ({ number: presentNumber(await getNumber(ctx, id)) }),
})

export const changeNumberRoute = route({
  dialect: dial,
  scope: 'billing:write',
  params,
  body: changeNumberRequest,
  handler: async (ctx, { params: { id }, body }) => {
    const { nickname, inboundInstruction, inboundVoiceGender, inboundLanguage, maxCallDurationSeconds } = body
    const changes = {
      nickname,
      inboundInstruction,
      inboundVoiceGender,
      inboundLanguage,
      maxCallDurationSeconds,
    }
    return { number: presentNumber(await changeNumber(ctx, id, changes)) }
  },
})

export const releaseNumberRoute = route({
  dialect: dial,
  scope: 'billing:write',
  params,
  handler: async (ctx, { params: { id } }) => {
    await releaseNumber(ctx, id)
    return { released: true }
  },
})
