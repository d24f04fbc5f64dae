import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { hashSessionToken, newSessionToken } from '@/lib/auth/credential'
import { sessionCookie } from '@/lib/auth/session-cookie'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { previewApiKey } from '@/lib/core/api-keys/key-codec'
import { STAFF_SCOPES, type Scope } from '@/lib/core/actor'
import { requestAdjustment } from '@/lib/core/adjustments/request-adjustment'
import { startImpersonation } from '@/lib/core/impersonation/start-impersonation'
import { inviteMember } from '@/lib/core/members/invite-member'
import { changeNumber } from '@/lib/core/numbers/change-number'
import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { invariant } from '@/lib/kit/assert'
import { newId } from '@/lib/kit/ids'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext, type Container } from '@/lib/server/container'
import { openBrowserSession } from '../browser-session'
import { addBuyer, type Buyer } from '../buyer'
import type { LocalStripeControls } from '../local-stripe'
import { addPerson, type TestPerson } from '../person'
import { saveCard } from '../purchases'
import { buyOne } from '../subscriptions'
import { memberActor } from '../test-context'
import type { Caller } from './callers'

export type Adapters = Readonly<{
  container: Container
  stripe: LocalStripeControls
  appUrl: string
  /** May do what no part of the product may, as appoint staff. */
  superuser: postgres.Sql
}>
type Headers = Readonly<Record<string, string>>

/** Ada's account with something of everything in it, and everyone who comes to its doors. */
export type World = Readonly<{
  ada: Buyer
  eve: Buyer
  viewer: TestPerson
  billing: TestPerson
  looker: TestPerson
  lapsed: TestPerson
  staff: TestPerson
  things: Things
  /** Accounts and people that are not Ada's. */
  outside: Readonly<{ accounts: readonly bigint[]; people: readonly string[] }>
  /** By what each caller is known. */
  headers: Readonly<Record<Caller, Headers>>
}>

/** What a path or a form may name. All of it is Ada's. */
type Things = Readonly<{
  slug: string
  numberId: string
  /** Of a card that is not the default. */
  cardId: string
  keyId: string
  tokenId: string
  invoiceId: string
  transactionId: string
  invitationId: string
  /** Of the invitation's link, which was sent to Eve. */
  invitationToken: string
  /** Of a Checkout that is paid, and not booked. */
  sessionId: string
  /** Of the viewer's own organisation: the one thing here that is not Ada's. */
  slugOfViewer: string
  /** Of credit that staff have granted, and that nobody has undone. */
  postingId: bigint
  /** Of one that waits for a second person. */
  adjustmentId: string
  /** Of an event that is done. */
  eventId: string
  /** Of one that nobody has put right. */
  differenceId: bigint
  /** What no answer to anyone outside shows. */
  secrets: readonly string[]
}>

export async function makeWorld(adapters: Adapters): Promise<World> {
  const { container, stripe } = adapters
  const ada = await addBuyer(container, stripe)
  const eve = await addBuyer(container, stripe)
  const viewer = await addPerson(container)
  const billing = await addPerson(container)
  const staff = await addPerson(container)
  const former = await addPerson(container)
  const looker = await addPerson(container)
  const lapsed = await addPerson(container)
  const { sql } = container.databases.app
  await sql`
    insert into member (account_id, user_id, role)
    values (${ada.accountId}, ${viewer.actor.userId}, 'viewer'), (${ada.accountId}, ${billing.actor.userId}, 'billing')`
  const appointed = [staff, former, looker, lapsed].map(({ actor }) => actor.userId)
  await adapters.superuser`update "user" set is_staff = true where id = any (${appointed}::uuid[])`
  const things = {
    ...(await fillAccount(adapters, ada, eve)),
    ...(await makeStaffThings(adapters, ada, looker)),
    slugOfViewer: await slugOf(adapters, viewer),
  }
  const cookies = {
    ada: await signIn(adapters, ada),
    eve: await signIn(adapters, eve),
    viewer: await signIn(adapters, viewer),
    billing: await signIn(adapters, billing),
    staff: await signIn(adapters, staff),
    former: await signIn(adapters, former),
    looker: await startLook(adapters, looker, ada),
    lapsed: await lapseLook(adapters, lapsed, ada),
  }
  await adapters.superuser`update "user" set is_staff = false where id = ${former.actor.userId}`
  await sql`
    update session set account_id = ${ada.accountId} where user_id in (${viewer.actor.userId}, ${billing.actor.userId})`
  const bearers = await makeBearers(container, { ada, viewer })
  const headers = headersOf(cookies, { ...bearers, signIn: ada.token, key: ada.key, foreign: eve.key })
  const outsiders = [eve, viewer, billing, staff, former, looker, lapsed]
  return {
    ada,
    eve,
    viewer,
    billing,
    looker,
    lapsed,
    staff,
    things,
    outside: {
      accounts: outsiders.map(({ actor }) => actor.accountId),
      people: outsiders.map(({ actor }) => actor.userId),
    },
    headers,
  }
}

/** Whose sessions are moved to other tokens by beginning and ending a look. */
const LOOKS = ['staff who look into the account', 'staff whose look is over', 'staff'] as const

async function renewLooks(adapters: Adapters, { ada, looker, lapsed, staff }: World) {
  return {
    [LOOKS[0]]: person(await startLook(adapters, looker, ada)),
    [LOOKS[1]]: person(await lapseLook(adapters, lapsed, ada)),
    [LOOKS[2]]: person(await signIn(adapters, staff)),
  }
}

/** The world as it was before a deed: who is a member, which account a browser looks at, and what was used up. */
export async function restoreWorld(adapters: Adapters, world: World): Promise<World> {
  const { ada, eve, viewer, billing, looker, things } = world
  const { sql } = adapters.container.databases.app
  const { read } = sessionCookie(adapters.appUrl)
  const tokens = LOOKS.map((caller) =>
    hashSessionToken(read(world.headers[caller]['cookie'] ?? null) ?? '').toString('hex'),
  )
  const [row] = await sql<{ whole: boolean; staffs: boolean; looks: boolean }[]>`
    with roles as (
      insert into member (account_id, user_id, role)
      values (${ada.accountId}, ${ada.actor.userId}, 'owner'), (${ada.accountId}, ${viewer.actor.userId}, 'viewer'),
        (${ada.accountId}, ${billing.actor.userId}, 'billing')
      on conflict (account_id, user_id) do update set role = excluded.role
    ), strangers as (
      delete from member where account_id = ${ada.accountId}
        and user_id not in (${ada.actor.userId}, ${viewer.actor.userId}, ${billing.actor.userId})
    ), sessions as (
      update session set account_id = ${ada.accountId}
       where user_id in (${ada.actor.userId}, ${viewer.actor.userId}, ${billing.actor.userId})
    ), names as (
      update account set slug = ${things.slug}, admits_staff = true where id = ${ada.accountId}
    ), limits as (
      delete from rate_limit
    )
    select exists (select from phone_number where id = ${things.numberId} and released_at is null)
      and not exists (select from removed_payment_method where id = ${things.cardId})
      and exists (select from api_key where id = ${things.keyId} and revoked_at is null)
      and exists (select from access_token where id = ${things.tokenId}::bigint and revoked_at is null)
      and exists (select from invitation where id = ${things.invitationId} and revoked_at is null and accepted_at is null)
      as whole,
      not exists (select from adjustment where target_id = ${things.postingId})
      and exists (select from adjustment where id = ${things.adjustmentId} and state = 'pending')
      and exists (select from stripe_event where id = ${things.eventId} and state = 'done')
      and exists (select from stripe_event where id = ${things.eventId} || 'q' and state = 'quarantined')
      and exists (select from reconciliation_difference where id = ${things.differenceId} and resolved_at is null)
      as staffs,
      (select count(*) from session where session_token = any (${[...tokens]}::text[])) = 3
      and (select count(*) from session join impersonation as look on look.id = session.impersonation_id
        where session_token = any (${[...tokens]}::text[]) and (look.ended_at is null) = (session_token = ${tokens[0] ?? ''}))
        = 2 as looks`
  return {
    ...world,
    headers: { ...world.headers, ...(row?.looks === true ? {} : await renewLooks(adapters, world)) },
    things: {
      ...things,
      ...(row?.whole === true ? {} : await makeThings(adapters, ada, eve)),
      ...(row?.staffs === true ? {} : await makeStaffThings(adapters, ada, looker)),
    },
  }
}

async function fillAccount(adapters: Adapters, ada: Buyer, eve: Buyer) {
  const { container, stripe } = adapters
  const ctx = await ada.context()
  await purchaseCredits(ctx, { amount: usdFromCents(20_000), paymentMethodId: null, idempotencyKey: null })
  const { clientSecret } = await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null })
  const sessionId = clientSecret.split('_secret_', 1)[0] ?? ''
  await stripe.pay(sessionId, { cents: 4321 })
  const [row] = await container.databases.app.sql<{ slug: string; invoice: string; transaction: string }[]>`
    select account.slug, purchased.stripe_invoice_id as invoice,
        credit_transaction_id(account.id, deposit.id) as transaction
      from account
        join credit_order as purchased on purchased.account_id = account.id and purchased.state = 'paid'
        join ledger.posting as deposit on deposit.account_id = account.id and deposit.code = 'deposit_card'
     where account.id = ${ada.accountId}`
  invariant(row !== undefined, 'the purchase is booked')
  const lasting = { slug: row.slug, invoiceId: row.invoice, transactionId: row.transaction, sessionId }
  return { ...lasting, ...(await makeThings(adapters, ada, eve)) }
}

/** What a deed uses up: a number, a card, a credential and an invitation, each of them new. */
async function makeThings({ container, stripe }: Adapters, ada: Buyer, eve: Buyer) {
  const ctx = await ada.context()
  const pepper = container.env.API_KEY_PEPPER
  const name = `Of Ada ${randomBytes(4).toString('hex')}`
  const cardId = await saveCard(stripe, ada.customerId, 'pm_card_amex')
  const number = await buyOne(ada)
  await changeNumber(ctx, number.id, { nickname: name })
  const { id: keyId, key } = await createApiKey(ctx, { name, pepper })
  const { id: tokenId } = await createAccessToken(ctx, { name, pepper })
  await inviteMember(ctx, { email: eve.email, role: 'viewer' })
  const [invitation] = await container.databases.app.sql<{ id: string; token: string }[]>`
    select invitation.id, mail.data->>'token' as token from invitation, mail
     where invitation.account_id = ${ada.accountId} and invitation.email = ${eve.email}
       and mail.account_id = ${ada.accountId} and mail.recipient = ${eve.email}
     order by invitation.created_at desc, mail.id desc limit 1`
  invariant(invitation !== undefined, 'the invitation is mailed')
  return {
    numberId: number.id,
    cardId,
    keyId,
    tokenId: String(tokenId),
    invitationId: invitation.id,
    invitationToken: invitation.token,
    secrets: [ada.email, number.number, name, previewApiKey(key)],
  }
}

/** What staff have done in the account, and what waits for them. */
async function makeStaffThings({ container, superuser }: Adapters, ada: Buyer, by: TestPerson) {
  const ctx = await staffContext(container, by)
  const grant = async (cents: number) => {
    const id = newId('adj')
    const terms = {
      kind: 'grant',
      amount: usdFromCents(cents),
      category: 'promotional',
      expiresAt: null,
    } as const
    const reason = 'For the matrix to see'
    const { postingId } = await requestAdjustment(ctx, { id, accountId: ada.accountId, terms, reason })
    return { id, postingId }
  }
  const { postingId } = await grant(1)
  const { id: adjustmentId } = await grant(50_000)
  const eventId = newId('evt')
  const [row] = await superuser<{ id: string }[]>`
    with event as (
      insert into stripe_event (id, type, source, payload, state, stripe_created_at)
      values (${eventId}, 'invoice.paid', 'sweep', '{}', 'done', now()),
        (${eventId} || 'q', 'invoice.paid', 'sweep', '{}', 'quarantined', now())
    )
    insert into reconciliation_difference (kind, object, object_id)
    values ('not_ours', 'invoice', ${eventId.replace('evt', 'in')}) returning id::text`
  invariant(row !== undefined && postingId !== null, 'a small grant is made at once')
  return { postingId, adjustmentId, eventId, differenceId: BigInt(row.id) }
}

function staffContext(container: Container, { actor }: TestPerson) {
  return makeContext(container, { kind: 'staff', userId: actor.userId, scopes: STAFF_SCOPES }, 'req_test')
}

async function slugOf({ container }: Adapters, { actor }: TestPerson): Promise<string> {
  const [row] = await container.databases.app.sql<{ slug: string }[]>`
    select slug from account where id = ${actor.accountId}`
  invariant(row !== undefined, 'every account has a slug')
  return row.slug
}

/** The Cookie header of someone who has signed in. */
async function signIn({ appUrl }: Adapters, person: TestPerson): Promise<string> {
  const browser = openBrowserSession(appUrl)
  await browser.signIn(person)
  invariant(browser.cookies().includes('talktime.session='), 'whoever has an account can sign in')
  return browser.cookies()
}

/** The Cookie header of staff who look into Ada's account. */
async function startLook(adapters: Adapters, person: TestPerson, ada: Buyer): Promise<string> {
  const token = newSessionToken()
  const { read, name } = sessionCookie(adapters.appUrl)
  const now = read(await signIn(adapters, person)) ?? ''
  const ctx = await staffContext(adapters.container, person)
  await startImpersonation(ctx, {
    accountId: ada.accountId,
    reason: 'To see what the matrix sees',
    sessionHash: hashSessionToken(now),
    nextSessionHash: hashSessionToken(token),
  })
  return `${name}=${token}`
}

/** The same after its time. The next request ends it. */
async function lapseLook(adapters: Adapters, by: TestPerson, ada: Buyer): Promise<string> {
  const cookie = await startLook(adapters, by, ada)
  await adapters.superuser`
    update impersonation set expires_at = clock_timestamp() where staff_user_id = ${by.actor.userId} and ended_at is null`
  await fetch(new URL('/billing', adapters.appUrl), { headers: { cookie }, redirect: 'manual' })
  return cookie
}

async function makeBearers(
  container: Container,
  { ada, viewer }: Readonly<{ ada: Buyer; viewer: TestPerson }>,
) {
  const pepper = container.env.API_KEY_PEPPER
  const owner = await ada.context()
  const looker = await makeContext(
    container,
    memberActor(ada.accountId, viewer.actor.userId, 'viewer'),
    'req_test',
  )
  const keyFor = async (name: string, scopes?: readonly Scope[]) =>
    (await createApiKey(owner, { name, pepper, ...(scopes && { scopes }) })).key
  const made = {
    reader: await keyFor('reader', ['billing:read']),
    reporter: await keyFor('reporter', ['usage:write']),
    revoked: await keyFor('revoked'),
    expired: await keyFor('expired'),
    personal: (await createAccessToken(owner, { name: 'personal', pepper })).token,
    readToken: (await createAccessToken(owner, { name: 'reads', abilities: ['billing:read'], pepper })).token,
    revokedToken: (await createAccessToken(owner, { name: 'revoked', pepper })).token,
    viewers: (await createAccessToken(looker, { name: 'of a viewer', pepper })).token,
  }
  const { sql } = container.databases.app
  await sql`update api_key set revoked_at = clock_timestamp() where name = 'revoked'`
  await sql`update api_key set expires_at = clock_timestamp() - interval '1 second' where name = 'expired'`
  await sql`update access_token set revoked_at = clock_timestamp() where name = 'revoked'`
  return made
}

type Cookies = Readonly<
  Record<'ada' | 'eve' | 'viewer' | 'billing' | 'staff' | 'former' | 'looker' | 'lapsed', string>
>
type Bearers = Awaited<ReturnType<typeof makeBearers>> &
  Readonly<Record<'signIn' | 'key' | 'foreign', string>>

/** Of requests that a page of ours sends. */
const OWN: Headers = { 'sec-fetch-site': 'same-origin' }

function person(cookie: string): Headers {
  return { cookie, ...OWN }
}

function headersOf(cookies: Cookies, bearers: Bearers): Record<Caller, Headers> {
  // Programs may say of themselves what they like.
  const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}`, ...OWN })
  const { ada } = cookies
  return {
    nobody: OWN,
    'a session of no one': person(`talktime.session=${'a'.repeat(43)}`),
    'a revoked key': bearer(bearers.revoked),
    'an expired key': bearer(bearers.expired),
    'a revoked token': bearer(bearers.revokedToken),
    'the owner of another account': person(cookies.eve),
    'a key of another account': bearer(bearers.foreign),
    staff: person(cookies.staff),
    'someone who was staff': person(cookies.former),
    'staff who look into the account': person(cookies.looker),
    'staff whose look is over': person(cookies.lapsed),
    'a viewer': person(cookies.viewer),
    'a billing member': person(cookies.billing),
    'the owner': person(ada),
    // A bad credential is not saved by a good cookie, nor a weak one made stronger.
    'a key': bearer(bearers.key),
    'a key that only reads': { ...bearer(bearers.reader), cookie: ada },
    'a key that only reports usage': { ...bearer(bearers.reporter), cookie: ada },
    'a sign-in token of the owner': bearer(bearers.signIn),
    'a personal token of the owner': bearer(bearers.personal),
    'a personal token of a viewer': { ...bearer(bearers.viewers), cookie: ada },
    'a token that only reads': { ...bearer(bearers.readToken), cookie: ada },
    'the owner, from a foreign page': {
      cookie: ada,
      'sec-fetch-site': 'cross-site',
      origin: 'https://evil.example',
    },
    'the owner, from a subdomain': { cookie: ada, 'sec-fetch-site': 'same-site' },
    'the owner, from nowhere': { cookie: ada },
    'the owner, from a page without an origin': { cookie: ada, origin: 'null' },
  }
}
