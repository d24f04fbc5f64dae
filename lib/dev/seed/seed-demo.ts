import { updateAlertPreferences } from '@/lib/core/alerts/update-alert-preferences'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import { updateOrganisation } from '@/lib/core/organisations/update-organisation'
import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { reportUsage } from '@/lib/core/usage/report-usage'
import { getBilling } from '@/lib/core/wallets/get-billing'
import { parseEnv } from '@/lib/env'
import { openContainer, type Container } from '@/lib/server/container'
import { usd, usdFromCents } from '@/lib/kit/money'
import { grantAllowances } from '@/lib/jobs/grant-allowances'
import { takeRent } from '@/lib/jobs/take-rent'
import { appointStaff } from './appoint-staff'
import { joinOrganisation } from './join-organisation'
import { controlLocalStripe, type LocalStripeControl } from './local-stripe-control'
import { signUp, type Member } from './open-account'
import { ORGANISATION, PEOPLE } from './people'
import { definePlans, givePlan } from './plans'
import { usageHistory } from './usage-history'

const DAY_MS = 86_400_000

type Options = Readonly<{
  environment: Readonly<Record<string, string>>
  ownerUrl: string
  stripeUrl: string
  onProgress: (text: string) => void
}>

type TopUp = Readonly<{ day: number; cents: number; card: string | null; save?: boolean; outcome?: string }>

/** Null: bought with the card that is the default by then, without Checkout. */
const TOP_UPS: readonly TopUp[] = [
  { day: 1, cents: 2_500, card: '4242424242424242', save: true },
  { day: 34, cents: 2_000, card: null },
  { day: 58, cents: 4_000, card: '4000000000000002', outcome: 'declined' },
  { day: 58, cents: 4_000, card: '5555555555554444', save: true },
  { day: 96, cents: 5_000, card: null },
]

/**
 * Fills an empty installation with the history of one customer, through the verbs that the product itself uses and
 * against the local Stripe, moving its clock from the past to the present. Then the books must be right.
 * @returns an API key of the owner's account
 */
export async function seedDemo(options: Options): Promise<Readonly<{ apiKey: string }>> {
  const container = openContainer(parseEnv({ ...options.environment, LOG_LEVEL: 'warn' }), 'worker')
  try {
    await definePlans(container)
    const owner = await signUp(container, PEOPLE.owner)
    await updateOrganisation(await owner.context(), ORGANISATION)
    await updateAlertPreferences(await owner.context(), { lowBalanceThreshold: usdFromCents(500), muted: [] })
    const stripe = controlLocalStripe(options.stripeUrl, container.env.STRIPE_SECRET_KEY)
    await liveThrough(container, owner, stripe, options.onProgress)
    await saveDocumentedCard(owner, stripe)
    const context = await owner.context()
    const { key } = await createApiKey(context, { name: 'Demo', pepper: container.env.API_KEY_PEPPER })
    await signUp(container, PEOPLE.newcomer)
    const member = await signUp(container, PEOPLE.colleague)
    await joinOrganisation(container, owner, { member, role: 'viewer' })
    for (const person of [PEOPLE.staff, PEOPLE.secondStaff]) {
      await appointStaff(options.ownerUrl, (await signUp(container, person)).userId)
    }
    const violations = await checkInvariants(container.databases.app.sql)
    if (violations.length > 0) throw new Error(`The seeded books are wrong: ${violations[0]?.law ?? ''}`)
    return { apiKey: key }
  } finally {
    await container.close()
  }
}

/** Day by day: what was used is booked, on some days the owner tops up, and in the end there is an allowance too. */
async function liveThrough(
  container: Container,
  owner: Member,
  stripe: LocalStripeControl,
  onProgress: (text: string) => void,
): Promise<void> {
  const start = await stripe.now()
  const [number] = (await getBilling(await owner.context())).numbers
  if (number === undefined) throw new Error('The owner has no number.')
  const dayOf = (day: number) => new Date(start.getTime() + day * DAY_MS)
  let lived = 0
  for (const topUp of TOP_UPS) {
    await bookUsage(container, owner, stripe, dayOf(lived), dayOf(topUp.day), number.id)
    lived = topUp.day
    onProgress(`day ${String(topUp.day)}: top-up of $${(topUp.cents / 100).toFixed(2)}`)
    await payForTopUp(owner, stripe, topUp)
  }
  onProgress(`day ${String(lived)}: the plan Basic, and from here on its allowance`)
  await givePlan(container, owner, 'basic')
  await fallBehind(container)
  await bookUsage(container, owner, stripe, dayOf(lived), new Date(), number.id)
}

/** The contract's example of a purchase names a card of its own: sent as it stands, it is answered as documented. */
async function saveDocumentedCard(owner: Member, stripe: LocalStripeControl): Promise<void> {
  const { paymentMethods } = await getBilling(await owner.context())
  const usual = paymentMethods.find(({ isDefault }) => isDefault)
  if (usual === undefined) throw new Error('The owner has no card.')
  await stripe.saveCardAs('pm_uuid_1', { like: usual.id, last4: '1111' })
}

/** Someone who used more than there was on the last of these days, and let it be: the ladder and its mails are seen on them. */
async function fallBehind(container: Container): Promise<void> {
  const behind = await signUp(container, PEOPLE.behind)
  const context = await behind.context()
  const [outcome] = await recordUsage(context, [
    {
      id: 'demo-behind',
      numberId: null,
      fareName: 'Outbound call, US',
      billedQuantity: 640,
      amount: usd(8_960_000n),
      occurredAt: context.now(),
    },
  ])
  if (outcome?.outcome !== 'recorded') throw new Error('The debt was not recorded.')
}

async function bookUsage(
  container: Container,
  owner: Member,
  stripe: LocalStripeControl,
  since: Date,
  until: Date,
  numberId: string,
): Promise<void> {
  await stripe.advanceTo(until)
  await grantAllowances(container)
  await takeRent(container)
  const events = usageHistory(since, until, numberId, since.getTime() / DAY_MS)
  const outcomes = await reportUsage(await owner.context(), events)
  const refused = outcomes.find(({ outcome }) => outcome !== 'recorded')
  if (refused !== undefined) throw new Error(`Usage ${refused.id} was not recorded: ${refused.outcome}`)
}

/** In Checkout, or with the saved default in one click. */
async function payForTopUp(owner: Member, stripe: LocalStripeControl, topUp: TopUp): Promise<void> {
  const context = await owner.context()
  if (topUp.card === null) {
    const amount = usdFromCents(topUp.cents)
    await purchaseCredits(context, { amount, paymentMethodId: null, idempotencyKey: null })
    return
  }
  const { clientSecret } = await startCreditsCheckout(context, { returnUrl: null, idempotencyKey: null })
  // A client secret is the session's id, a mark, and the secret part.
  const sessionId = clientSecret.split('_secret_')[0] ?? ''
  const { card, cents: amountCents, save = false } = topUp
  const outcome = await stripe.pay(sessionId, { amountCents, email: owner.email, card, save })
  if (outcome !== (topUp.outcome ?? 'complete')) throw new Error(`The top-up ended as ${outcome}.`)
  if (outcome !== 'complete') return
  const { state } = await settleCheckout(await owner.context(), sessionId)
  if (state !== 'credited') throw new Error(`The top-up was paid but is ${state}.`)
}
