import { randomBytes } from 'node:crypto'
import { newId } from '@/lib/kit/ids'
import type { World } from './world'

/** What stands for the parameter of an address: something of Ada's. */
export function addressOf(address: string, { things, ada }: World): string {
  const values: Readonly<Record<string, string>> = {
    invoiceId: things.invoiceId,
    slug: things.slug,
    transaction_id: things.transactionId,
    token_id: things.tokenId,
    token: 'x'.repeat(43),
    document: 'dial.json',
    accountId: String(ada.accountId),
    postingId: String(things.postingId),
    adjustmentId: things.adjustmentId,
    eventId: things.eventId,
    '...nextauth': 'session',
  }
  const filled = address
    .replace('/numbers/[id]', `/numbers/${things.numberId}`)
    .replace('/payment-methods/[id]', `/payment-methods/${things.cardId}`)
    .replace(/\[?\[([^\]]+)\]\]?/g, (_, name: string) => {
      const value = name.startsWith('...') ? (values[name] ?? 'nothing/here') : values[name]
      if (value === undefined) throw new Error(`Say in inputs.ts what [${name}] of ${address} stands for.`)
      return value
    })
  return QUERIES[address] === undefined ? filled : `${filled}?${QUERIES[address](things)}`
}

const QUERIES: Readonly<Record<string, (things: World['things']) => string>> = {
  '/billing/return': ({ sessionId }) => `session_id=${sessionId}`,
  '/invitation': ({ invitationToken }) => `token=${invitationToken}`,
}

/** Bodies with which the routes that take one do what they are for. */
export const BODIES: Readonly<Record<string, (world: World) => unknown>> = {
  'POST /api/v1/auth/session': ({ eve }) => ({ email: eve.email, password: 'not the password' }),
  'POST /api/v1/billing/checkout/subscription': () => ({ interval: 'monthly' }),
  'POST /api/v1/billing/subscription/preview': () => ({ interval: 'annual' }),
  'POST /api/v1/billing/subscription/change': () => ({ interval: 'annual' }),
  'POST /api/v1/numbers': () => ({
    inboundInstruction: 'Answer.',
    explicitProgrammaticConsent: 'The holder agrees.',
  }),
  'PATCH /api/v1/numbers/[id]': () => ({ nickname: `Front desk ${unique()}` }),
  'POST /api/v1/usage': ({ things }) => ({
    events: [
      {
        id: unique(),
        kind: 'sms',
        quantity: 1,
        numberId: things.numberId,
        occurredAt: new Date().toISOString(),
      },
    ],
  }),
  'PUT /api/v1/auto-topup/settings': () => ({ is_enabled: true, threshold_amount: 1, recharge_amount: 10 }),
  'POST /api/v1/credits/purchase': () => ({ amount: 10 }),
  'POST /api/v1/user/api-tokens': () => ({ name: unique() }),
  'PUT /api/v1/org/[slug]/credits/auto-refill': () => ({ enabled: true, threshold: 100, quantity: 1 }),
  'POST /api/v1/org/[slug]/credits/checkout': () => ({ success_url: '/billing', cancel_url: '/billing' }),
  'POST /v1/credits/can-afford': () => ({ service_type: 'scrape' }),
  'POST /v1/credits/preview-cost': () => ({ service_type: 'scrape' }),
  'POST /v1/credits/purchase': () => ({ credits: 500 }),
}

/** Arguments with which the actions do what they are for. */
const ARGUMENTS: Readonly<Record<string, (world: World) => readonly unknown[]>> = {
  'actions signIn': ({ eve }) => [null, form({ email: eve.email, password: 'not the password' })],
  'actions signUp': ({ eve }) => [null, form({ email: eve.email, password: 'not the password' })],
  'invitation/actions accept': ({ things }) => [null, form({ token: things.invitationToken })],
  'activity/actions readActivity': () => [{ filter: 'all', cursor: '' }],
  'billing/purchase-actions buyCredits': ({ things }) => [
    { kind: 'asking' },
    form({ amount: '10.00', paymentMethodId: things.cardId, key: unique() }),
  ],
  'billing/payment-methods/actions makeDefault': ({ things }) => [things.cardId],
  'billing/payment-methods/actions removeMethod': ({ things }) => [things.cardId],
  'numbers/actions buy': () => [{ kind: 'asking' }, form({ areaCode: '', key: unique(), quotedAt: '' })],
  'numbers/actions rename': ({ things }) => [
    { id: things.numberId, nickname: `Desk ${unique().slice(0, 8)}` },
  ],
  'numbers/actions release': ({ things }) => [things.numberId],
  'subscription/actions preview': () => [{ interval: 'annual', promotionCode: null }],
  'subscription/actions change': () => [
    { interval: 'annual', promotionCode: null, prorationDate: 0, idempotencyKey: unique() },
  ],
  'settings/access/actions admit': () => [{}, form({ admits: 'no' })],
  'settings/api-keys/actions createKey': () => [{ kind: 'asking' }, form({ name: unique() })],
  'settings/api-keys/actions revokeKey': ({ things }) => [things.keyId],
  'settings/auto-top-up/actions saveSettings': () => [
    {
      enabled: true,
      threshold: '2.00',
      amount: '20.00',
      monthlyCap: '',
      paymentMethodId: '',
      scheduledEnabled: false,
    },
  ],
  'settings/members/actions invite': () => [
    { kind: 'asking' },
    form({ email: `${unique()}@example.com`, role: 'viewer' }),
  ],
  'settings/members/actions resend': ({ eve }) => [{ email: eve.email, role: 'viewer' }],
  'settings/members/actions revoke': ({ things }) => [things.invitationId],
  'settings/members/actions changeRole': ({ viewer }) => [
    { done: false },
    form({ userId: viewer.actor.userId, role: 'owner' }),
  ],
  'settings/members/actions remove': ({ viewer }) => [viewer.actor.userId],
  'settings/notifications/actions saveAlerts': () => [{}, form({ threshold: '5', renewal: 'on' })],
  'settings/organisation/actions switchTo': ({ things }) => [form({ slug: things.slugOfViewer })],
  'settings/organisation/actions createNew': () => [{}, form({ newName: `New ${unique().slice(0, 8)}` })],
  'settings/organisation/actions saveNames': () => [
    {},
    form({ name: 'Renamed', slug: `renamed-${unique().slice(0, 8)}` }),
  ],
  'settings/security/actions createToken': () => [
    { kind: 'asking' },
    form({ name: unique(), access: 'all' }),
  ],
  'settings/security/actions revokeToken': ({ things }) => [things.tokenId],
  'admin/accounts/[accountId]/activity/actions readActivityOf': ({ ada }) => [
    String(ada.accountId),
    { filter: 'all', cursor: '' },
  ],
  'admin/accounts/[accountId]/adjustments/actions grant': ({ ada }) => [
    {},
    form({
      id: newId('adj'),
      accountId: String(ada.accountId),
      step: 'make',
      amount: '5.00',
      category: 'promotional',
      expiresOn: '',
      reason: 'For the matrix to see',
    }),
  ],
  'admin/accounts/[accountId]/adjustments/actions undo': ({ ada, things }) => [
    {},
    form({
      id: newId('adj'),
      accountId: String(ada.accountId),
      postingId: String(things.postingId),
      reason: 'For the matrix to see',
    }),
  ],
  'admin/accounts/[accountId]/payments/actions refund': ({ ada, things }) => [
    {},
    form({
      id: newId('rfd'),
      accountId: String(ada.accountId),
      invoiceId: things.invoiceId,
      step: 'make',
      amount: '1.00',
      reason: 'For the matrix to see',
    }),
  ],
  'admin/accounts/[accountId]/payments/actions dismiss': ({ ada }) => [
    {},
    form({
      accountId: String(ada.accountId),
      warningId: 'issfr_1',
      reason: 'For the matrix to see',
    }),
  ],
  'admin/approvals/actions decide': ({ things }) => [
    {},
    form({ id: things.adjustmentId, word: 'approve', note: '' }),
  ],
  'admin/events/actions replayChosen': ({ things }) => [{}, form({ event: things.eventId })],
  'admin/impersonation/actions startLooking': ({ ada }) => [
    {},
    form({ accountId: String(ada.accountId), reason: 'For the matrix to see' }),
  ],
  'admin/reconciliation/actions ask': () => [{}, form({ hours: '24' })],
  'admin/reconciliation/actions accept': ({ things }) => [
    {},
    form({ id: String(things.differenceId), note: 'For the matrix to see' }),
  ],
}

/** An action that is not named above takes nothing. */
export function argumentsOf(action: string, world: World): readonly unknown[] {
  return ARGUMENTS[action]?.(world) ?? []
}

function form(fields: Readonly<Record<string, string>>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}

/** 32 hexadecimal digits, as forms of ours have for a key. */
function unique(): string {
  return randomBytes(16).toString('hex')
}
