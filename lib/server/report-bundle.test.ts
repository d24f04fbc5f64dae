import { expect, it } from 'vitest'
import type { CreditsBundle } from '@/lib/core/ports/payment-provider'
import { usdFromCents } from '@/lib/kit/money'
import { parseEnv } from '@/lib/env'
import { productEnv } from '@/lib/testing/product-env'
import { createLogger } from './log'
import { reportBundle } from './report-bundle'

async function report(creditsBundle: () => Promise<CreditsBundle>): Promise<string> {
  const lines: string[] = []
  const log = createLogger('debug', { write: (line) => lines.push(line) })
  const env = parseEnv(
    productEnv({ appUrl: 'postgres://a@127.0.0.1/a', readonlyUrl: 'postgres://b@127.0.0.1/a' }),
  )
  await reportBundle({ env, log, payments: { creditsBundle } })
  return lines.join('')
}

const bundle = (cents: number) => () =>
  Promise.resolve({
    priceId: 'price_1',
    credits: 2_500,
    price: usdFromCents(cents),
    productName: null,
    productDescription: null,
  })

it.each([
  [2_400, 'costs less'],
  [2_600, 'costs more'],
])(
  'says at start-up that 2,500 credits for %d cents are given away or kept in part',
  async (cents, words) => {
    const said = await report(bundle(cents))
    expect(said).toContain(words)
    expect(said).toContain('"worth":"$25.00"')
  },
)

it('says nothing where they cost what they are worth', async () => {
  expect(await report(bundle(2_500))).toBe('')
})

it('does not mind that the provider cannot be asked', async () => {
  expect(await report(() => Promise.reject(new Error('down')))).toContain('could not be looked at')
})
