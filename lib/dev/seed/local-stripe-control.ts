import { z } from 'zod'
import { API_VERSION } from '@/lib/stripe/open-client'

/** What a person does on the Checkout page. */
type Payment = Readonly<{ amountCents: number; email: string; card: string; save: boolean }>

export type LocalStripeControl = Readonly<{
  now(): Promise<Date>
  /** Moves the clock of Stripe and of the product forward to this moment. */
  advanceTo(moment: Date): Promise<void>
  /** `complete` when paid; anything else is what the customer would be told. */
  pay(sessionId: string, payment: Payment): Promise<string>
  /** Saves another card of the same customer, under an id of our own choice. */
  saveCardAs(id: string, card: Readonly<{ like: string; last4: string }>): Promise<void>
}>

const clock = z.object({ now: z.iso.datetime() })
const outcome = z.object({ kind: z.string() })
const savedCard = z.looseObject({ card: z.looseObject({}) })

/** The switches that Stripe has not: see lib/sandbox/control. */
export function controlLocalStripe(url: string, secretKey: string): LocalStripeControl {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}/_emulator/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`The local Stripe refused ${path}: ${await response.text()}`)
    return response.json()
  }
  const now = async () => new Date(clock.parse(await ask('clock')).now)
  return {
    now,
    advanceTo: async (moment) => {
      const seconds = (moment.getTime() - (await now()).getTime()) / 1000
      if (seconds > 0) await ask('clock/advance', { seconds })
    },
    pay: async (sessionId, payment) =>
      outcome.parse(await ask(`checkout/${sessionId}/submit`, submission(payment))).kind,
    saveCardAs: async (id, { like, last4 }) => {
      const response = await fetch(`${url}/v1/payment_methods/${like}`, {
        headers: { authorization: `Bearer ${secretKey}`, 'stripe-version': API_VERSION },
      })
      const found = savedCard.parse(await response.json())
      const body = { ...found, id, card: { ...found.card, last4, fingerprint: id } }
      await ask('fixtures', { objects: [{ body }] })
    },
  }
}

function submission({ amountCents, email, card, save }: Payment): object {
  const source = {
    kind: 'new-card',
    number: card,
    expMonth: 12,
    expYear: new Date().getFullYear() + 4,
    cvc: '123',
    name: 'Mara Lindqvist',
    save,
  }
  return { amountCents, email, source, authentication: 'none' }
}
