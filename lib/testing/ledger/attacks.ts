/** What the attacks aim at: the books of `account`, with a grant, a spend and a clawback, and those of `other`. */
export type Target = Readonly<{
  account: bigint
  other: bigint
  /** An account whose books were never opened. */
  unopened: bigint
  grant: bigint
  spent: bigint
  /** A posting of the other account. */
  foreign: bigint
}>

/** A statement of raw SQL, what refuses it, and how. It runs as the tables' owner acting for another role, as the functions do. */
export type Attack = Readonly<{
  /** A constraint, a trigger, or a law inside a trigger, by its name in the catalog or in the trigger's function. */
  guard: string
  sql: (target: Target) => string
  sqlstate: string
  /** The owner acts for nobody, as in psql. */
  byHand?: true
}>

const CHECK = '23514'
const REFERENCE = '23503'
const UNIQUE = '23505'
const RESTRICT = '23001'

type Values = Readonly<Record<string, string>>

function insert(table: string, values: Values): string {
  return `insert into ledger.${table} (${Object.keys(values).join(', ')}) values (${Object.values(values).join(', ')})`
}

export function postingRow(target: Target, values: Values = {}): string {
  return insert('posting', {
    account_id: `${target.account}`,
    code: `'usage'`,
    reference: `'usage:raw'`,
    input_hash: `sha256('raw')`,
    currency: `'USD'`,
    total_micros: '1',
    balance_micros: '0',
    answer: `'{}'`,
    occurred_at: `'2026-05-01T00:00:00Z'`,
    ...values,
  })
}

function legRow(target: Target, values: Values = {}): string {
  return insert('leg', {
    account_id: `${target.account}`,
    posting_id: `${target.grant}`,
    leg: '2',
    from_id: '1',
    to_id: '6',
    amount_micros: '1',
    currency: `'USD'`,
    from_balance_micros: '0',
    to_balance_micros: '0',
    ...values,
  })
}

/** A second grant hung on the spend, which made none. */
function grantRow(target: Target, values: Values = {}): string {
  return insert('ledger_account', {
    account_id: `${target.account}`,
    id: `${target.spent}`,
    kind: `'grant'`,
    currency: `'USD'`,
    category: `'purchased'`,
    priority: '0',
    total_micros: '5',
    granted_micros: '5',
    clawed_micros: '0',
    ...values,
  })
}

function update(target: Target, set: string, id: bigint | number = target.grant): string {
  return `update ledger.ledger_account set ${set} where account_id = ${target.account} and id = ${id}`
}

const law = (guard: string, sql: Attack['sql'], sqlstate = CHECK): Attack => ({ guard, sql, sqlstate })

/** For every guard of the books at least one statement that it alone refuses. */
export const ATTACKS: readonly Attack[] = [
  // Keys.
  law('ledger_account_pk', (t) => grantRow(t, { id: `${t.grant}` }), UNIQUE),
  law(
    'ledger_account_account_id_account_id_fk',
    (t) =>
      grantRow(t, {
        account_id: '987654',
        id: '1',
        kind: `'overdraft'`,
        category: 'null',
        priority: 'null',
        total_micros: 'null',
        granted_micros: 'null',
        clawed_micros: 'null',
      }),
    REFERENCE,
  ),
  law(
    'posting_pk',
    (t) => postingRow(t, { id: `${t.spent}` }).replace(') values', ') overriding system value values'),
    UNIQUE,
  ),
  law('posting_reference', (t) => postingRow(t, { reference: `'usage:1'` }), UNIQUE),
  law(
    'posting_occurred_at',
    (t) => postingRow(t, { occurred_at: `(select occurred_at from ledger.posting where id = ${t.spent})` }),
    UNIQUE,
  ),
  law('leg_pk', (t) => legRow(t, { leg: '1' }), UNIQUE),
  // Append only.
  law(
    'posting_append_only',
    (t) => `update ledger.posting set total_micros = 2 where id = ${t.spent}`,
    RESTRICT,
  ),
  law('posting_append_only', (t) => `delete from ledger.posting where id = ${t.spent}`, RESTRICT),
  law('posting_no_truncate', () => 'truncate ledger.posting', RESTRICT),
  law(
    'leg_append_only',
    (t) => `update ledger.leg set amount_micros = 2 where posting_id = ${t.grant}`,
    RESTRICT,
  ),
  law('leg_append_only', (t) => `delete from ledger.leg where posting_id = ${t.grant}`, RESTRICT),
  law('leg_no_truncate', () => 'truncate ledger.leg', RESTRICT),
  law(
    'ledger_account_no_delete',
    (t) => `delete from ledger.ledger_account where account_id = ${t.account} and id = 2`,
    RESTRICT,
  ),
  law('ledger_account_no_truncate', () => 'truncate ledger.ledger_account', RESTRICT),
  ...[
    'account_id = 2',
    'id = 99',
    `kind = 'held'`,
    `currency = 'EUR'`,
    `category = 'allowance'`,
    'priority = 9',
    'expires_at = now()',
    'spend_rank = 1',
    'spend_by = now()',
    'total_micros = 99',
    'granted_micros = 9',
    'low_micros = -9',
    'high_micros = 999',
  ].map((set) => law('ledger_account_fixed', (t) => update(t, set), RESTRICT)),
  // Rows written by hand: by the owner for nobody else.
  {
    ...law('ledger_account_by_function', (t) => update(t, 'balance_micros = balance_micros - 1'), RESTRICT),
    byHand: true,
  },
  { ...law('ledger_account_by_function', (t) => grantRow(t), RESTRICT), byHand: true },
  // Balances: each kind of account within its limits.
  law('ledger_account_limits', (t) => update(t, 'balance_micros = -1')),
  law('ledger_account_limits', (t) => update(t, 'balance_micros = granted_micros + 1')),
  law('ledger_account_limits', (t) => update(t, 'balance_micros = 1', 1)),
  law('ledger_account_limits', (t) => update(t, 'balance_micros = -1000000000000001', 1)),
  law('ledger_account_limits', (t) => update(t, 'balance_micros = 1', 3)),
  law('ledger_account_limits', (t) => update(t, 'balance_micros = -1', 6)),
  law('ledger_account_limits', (t) => update(t, 'balance_micros = 1000000000000001', 6)),
  law('ledger_account_clawed', (t) => update(t, 'clawed_micros = total_micros + 1')),
  law('ledger_account_clawed', (t) => update(t, 'clawed_micros = -1')),
  law('ledger_account_below_zero', (t) => update(t, 'below_zero_since = now()')),
  // The chart.
  law('ledger_account_chart', (t) => grantRow(t, { kind: `'cash'` })),
  law('ledger_account_chart', (t) =>
    grantRow(t, {
      id: '11',
      kind: `'held'`,
      category: 'null',
      priority: 'null',
      total_micros: 'null',
      granted_micros: 'null',
      clawed_micros: 'null',
    }),
  ),
  law('ledger_account_currency', (t) => grantRow(t, { currency: `'EUR'` })),
  law('ledger_account_opening', (t) => grantRow(t, { balance_micros: '1' })),
  law(
    'ledger_account_grant_only',
    (t) => `insert into ledger.ledger_account (account_id, id, kind, currency, priority)
    values (${t.unopened}, 2, 'held', 'USD', 1)`,
  ),
  law('ledger_account_grant_complete', (t) => grantRow(t, { priority: 'null' })),
  law('ledger_account_category', (t) => grantRow(t, { category: `'gift'` })),
  law('ledger_account_total', (t) => grantRow(t, { total_micros: '1000000000001' })),
  law('ledger_account_granted_total', (t) => grantRow(t, { granted_micros: '6' })),
  law('ledger_account_reference_known', (t) => grantRow(t, { id: '987654' }), REFERENCE),
  // Postings.
  law('posting_code', (t) => postingRow(t, { code: `'gift'` })),
  law('posting_reference_length', (t) => postingRow(t, { reference: `''` })),
  law('posting_reference_length', (t) => postingRow(t, { reference: `repeat('x', 256)` })),
  law('posting_input_hash', (t) => postingRow(t, { input_hash: `'\\x00'` })),
  law('posting_total', (t) =>
    postingRow(t, { total_micros: '-1', code: `'refund'`, target_id: `${t.grant}` }),
  ),
  law('posting_total', (t) => postingRow(t, { total_micros: '1000000000001' })),
  law('posting_from', (t) => postingRow(t, { from_id: '6' })),
  law('posting_from', (t) => postingRow(t, { from_id: '999' })),
  law('posting_to', (t) => postingRow(t, { to_id: '1' })),
  law('posting_moment', (t) => postingRow(t, { occurred_at: `'infinity'` })),
  // Legs.
  law('leg_amount', (t) => legRow(t, { amount_micros: '0' })),
  law('leg_amount', (t) => legRow(t, { amount_micros: '-1' })),
  law('leg_amount', (t) => legRow(t, { amount_micros: '1000000000001' })),
  law('leg_sides', (t) => legRow(t, { to_id: '1' })),
]
