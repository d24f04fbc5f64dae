'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { BuyState, QuoteAnswer } from '@/components/numbers/views'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { changeNumber } from '@/lib/core/numbers/change-number'
import { quoteNumber } from '@/lib/core/numbers/quote-number'
import { releaseNumber } from '@/lib/core/numbers/release-number'
import { action, formFields } from '@/lib/http/action'

const PAGE = '/numbers'
const numberId = z.string().max(64)

const submitQuote = action({
  scope: 'billing:write',
  action: 'read-provider',
  input: z.null(),
  handler: async (ctx): Promise<QuoteAnswer> => ({ kind: 'quoted', quote: await quoteNumber(ctx) }),
  refused: ({ message }): QuoteAnswer => ({ kind: 'failed', message }),
})

const areaCode = z.string().regex(/^([2-9]\d\d)?$/, 'Three digits of a US area code, as in 415, or nothing.')

const submitPurchase = action({
  scope: 'billing:write',
  action: 'buy-number',
  input: z.object({
    areaCode,
    key: z.string().regex(/^[0-9a-f]{32}$/),
    quotedAt: z
      .string()
      .regex(/^\d{0,12}$/)
      .transform((text) => (text === '' ? null : Number(text))),
  }),
  handler: async (ctx, { areaCode: area, key, quotedAt }): Promise<BuyState> => {
    const purchase = {
      consent: null,
      inboundInstruction: null,
      inboundVoiceGender: null,
      inboundLanguage: null,
      areaCode: area === '' ? null : area,
      idempotencyKey: key,
    }
    const { number, mode } = await buyNumber(ctx, purchase, quotedAt)
    revalidatePath(PAGE)
    return { kind: 'bought', number, covered: mode === 'FIXED' }
  },
  refused: ({ message, fields }, raw): BuyState => {
    const areaErrors = fields?.fieldErrors['areaCode'] ?? []
    const typed = z.object({ areaCode: z.string() }).safeParse(raw).data?.areaCode ?? ''
    return { kind: 'asking', message: areaErrors.length > 0 ? null : message, areaCode: typed, areaErrors }
  },
})

const submitName = action({
  scope: 'billing:write',
  input: z.object({ id: numberId, nickname: z.string().trim() }),
  handler: async (ctx, { id, nickname }): Promise<string | null> => {
    await changeNumber(ctx, id, { nickname })
    revalidatePath(PAGE)
    return null
  },
  refused: ({ message, fields }): string | null => fields?.fieldErrors['nickname']?.join(' ') ?? message,
})

const submitRelease = action({
  scope: 'billing:write',
  input: numberId,
  handler: async (ctx, id): Promise<string | null> => {
    await releaseNumber(ctx, id)
    revalidatePath(PAGE)
    return null
  },
  refused: ({ message }): string | null => message,
})

/** What one more number would cost now. */
export async function quote(): Promise<QuoteAnswer> {
  return submitQuote(null)
}

/** Buys a number at the price that was quoted; the form's key makes pressing twice one purchase. */
export async function buy(_state: BuyState, form: FormData): Promise<BuyState> {
  return submitPurchase(formFields(form))
}

/** Null when the number bears the name, else why not. */
export async function rename(change: Readonly<{ id: string; nickname: string }>): Promise<string | null> {
  return submitName(change)
}

/** Null when the number is given up, else why not. */
export async function release(id: string): Promise<string | null> {
  return submitRelease(id)
}
