import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@/lib/kit/ids'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { providerUnavailable } from '@/lib/stripe/map-error'
import { chargesOf, openPayer, type Payer } from '@/lib/testing/purchases'
import { useTestContainer } from '@/lib/testing/test-container'
import { readBooks } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import type { Context } from '../context'
import { chargePurchase } from './charge-purchase'
import { purchaseCredits } from './purchase-credits'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

// The app's own role could not do by hand what this does.
let owner: postgres.Sql
beforeAll(() => {
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(() => owner.end())

const buy = (ctx: Context) =>
  purchaseCredits(ctx, { amount: usdFromCents(2_500), paymentMethodId: null, idempotencyKey: 'k1' })
const expectCharged = async (payer: Payer, times: number) => {
  expect(await chargesOf(stripe, payer.customerId)).toEqual(Array.from({ length: times }, () => 2_500))
  const { deposits } = await readBooks(container(), payer.accountId)
  expect(deposits).toEqual(Array.from({ length: times }, () => 25_000_000n))
}

describe('a purchase whose first holder goes on when the lease is over', () => {
  it('is charged by nobody once a second was told that nothing was, and its key is free', async () => {
    const { payer, first, second, bought, taken } = await inTwoHands()
    second.payer.answer('unavailable')
    expect(await taken).toMatchObject({ state: 'failed' })
    first.payer.answer('real')
    first.charge.answer('real')
    expect(await bought).toMatchObject({ code: 'payment_provider_unavailable' })
    await expectCharged(payer, 0)
    await buy(await payer.context())
    await expectCharged(payer, 1)
  })

  it('is not given up by a second who cannot ask while the first charges it: the key stays with it', async () => {
    const { payer, first, second, bought, taken } = await inTwoHands()
    first.payer.answer('real')
    await first.charge.asked
    second.payer.answer('unavailable')
    expect(await taken).toMatchObject({ state: 'charging' })
    first.charge.answer('real')
    expect(await bought).toMatchObject({ balance: usdFromCents(2_500) })
    await buy(await payer.context())
    await expectCharged(payer, 1)
  })
})

/** Begun with a key and taken up by a second, both about to ask for the method: `answer` says when, and what they hear. */
async function inTwoHands() {
  const payer = await openPayer(container(), stripe)
  const system = await makeContext(container(), { kind: 'system', name: 'test' }, newId('req'))
  const [first, second] = [hold(await payer.context()), hold(system)]
  const bought = buy(first.ctx).catch((reason: unknown) => reason)
  await first.payer.asked
  const [begun] = await owner<{ id: string }[]>`
    update purchase set due_at = clock_timestamp() where account_id = ${String(payer.accountId)} returning id`
  const taken = chargePurchase(second.ctx, begun?.id ?? '')
  await second.payer.asked
  return { payer, first, second, bought, taken }
}

/** A context that asks the provider for the payer, and for the charge, only when it is told to. */
function hold(ctx: Context) {
  const [payer, charge] = [gate(), gate()]
  const payments: Context['payments'] = {
    ...ctx.payments,
    payer: async (customerId, methodId) => {
      await payer.pass()
      return ctx.payments.payer(customerId, methodId)
    },
    chargeInvoice: async (invoice) => {
      await charge.pass()
      return ctx.payments.chargeInvoice(invoice)
    },
  }
  return { ctx: { ...ctx, payments }, payer, charge }
}

type Answer = 'real' | 'unavailable'

function gate() {
  let ask = (): void => {}
  let answer = (_answer: Answer): void => {}
  const asked = new Promise<void>((resolve) => (ask = resolve))
  const answered = new Promise<Answer>((resolve) => (answer = resolve))
  const pass = async (): Promise<void> => {
    ask()
    if ((await answered) === 'unavailable') throw providerUnavailable('a test')
  }
  return { asked, answer, pass }
}
