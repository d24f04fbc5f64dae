import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { account, bytea, moment } from './identity'

/**
 * The books. Written only by the functions of drizzle/0001_ledger.sql; the application may read. What a plain
 * constraint can hold is here; triggers, functions and rights are there.
 */
export const ledger = pgSchema('ledger')

const micros = () => bigint({ mode: 'bigint' })

/**
 * One ledger account of one billing account: the fixed chart has ids 1 to 10, a credit grant has the id of the
 * posting that granted it. `balanceMicros` is what came in less what went out, so all of an account's balances
 * add up to zero.
 */
export const ledgerAccount = ledger.table(
  'ledger_account',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    id: bigint({ mode: 'bigint' }).notNull(),
    kind: text({
      enum: [
        'overdraft',
        'held',
        'stripe',
        'subscriptions',
        'promotions',
        'usage',
        'rent',
        'expired',
        'refunds',
        'disputes',
        'grant',
      ],
    }).notNull(),
    currency: text().notNull(),
    balanceMicros: micros()
      .notNull()
      .default(sql`0`),
    /** A grant with something left: what spending and expiry look at. */
    open: boolean()
      .notNull()
      .generatedAlwaysAs(sql`kind = 'grant' and balance_micros > 0`),
    /** Overdraft only: business time of the posting that took the wallet's total below zero; null at zero or above. */
    belowZeroSince: moment(),
    /** This and all that follow: grants only. */
    grantedBy: bigint({ mode: 'bigint' }),
    category: text({ enum: ['allowance', 'promotional', 'purchased'] }),
    /** Within its category a lower number is spent first. */
    priority: integer(),
    /** From this instant on the rest is expired; null: never. */
    expiresAt: moment(),
    /** What was paid and promoted together: the posting's total, and the most that may be clawed back. */
    totalMicros: micros(),
    /** The total less what repaid overdraft: the most this grant can ever hold. */
    grantedMicros: micros(),
    clawedMicros: micros(),
  },
  (table) => [
    primaryKey({ name: 'ledger_account_pk', columns: [table.accountId, table.id] }),
    unique('ledger_account_currency').on(table.accountId, table.id, table.currency),
    foreignKey({
      name: 'ledger_account_granted_by',
      columns: [table.accountId, table.grantedBy],
      foreignColumns: [posting.accountId, posting.id],
    }),
    index('ledger_account_open')
      .on(table.accountId, table.id)
      .where(sql`open`),
    index('ledger_account_due')
      .on(table.expiresAt)
      .where(sql`open and expires_at is not null`),
    check(
      'ledger_account_chart',
      sql`case kind when 'overdraft' then id = 1 when 'held' then id = 2 when 'stripe' then id = 3
        when 'subscriptions' then id = 4 when 'promotions' then id = 5 when 'usage' then id = 6 when 'rent' then id = 7
        when 'expired' then id = 8 when 'refunds' then id = 9 when 'disputes' then id = 10
        when 'grant' then id >= 1000 and id = granted_by else false end`,
    ),
    check(
      'ledger_account_sign',
      sql`case when kind in ('overdraft', 'stripe', 'promotions') then balance_micros <= 0
        else balance_micros >= 0 end`,
    ),
    check('ledger_account_bounds', sql`balance_micros between -1000000000000000 and 1000000000000000`),
    check('ledger_account_currency_usd', sql`currency = 'USD'`),
    check('ledger_account_overdraft_only', sql`kind = 'overdraft' or below_zero_since is null`),
    check(
      'ledger_account_grant_only',
      sql`case when kind = 'grant' then num_nulls(granted_by, category, priority, total_micros, granted_micros, clawed_micros) = 0
        else num_nonnulls(granted_by, category, priority, expires_at, total_micros, granted_micros, clawed_micros) = 0 end`,
    ),
    check('ledger_account_category', sql`category in ('allowance', 'promotional', 'purchased')`),
    check('ledger_account_granted', sql`balance_micros <= granted_micros and granted_micros <= total_micros`),
    check('ledger_account_total', sql`total_micros between 1 and 1000000000000`),
    check('ledger_account_clawed', sql`clawed_micros between 0 and total_micros`),
  ],
)

/** One business fact. `id` rises with the order of recording within an account; `occurredAt` is unique in it. */
export const posting = ledger.table(
  'posting',
  {
    accountId: bigint({ mode: 'bigint' }).notNull(),
    id: bigint({ mode: 'bigint' })
      .notNull()
      .generatedAlwaysAsIdentity({ name: 'posting_id_seq', startWith: 1000 }),
    code: text({
      enum: [
        'deposit_card',
        'deposit_welcome',
        'deposit_manual',
        'allowance',
        'usage',
        'rent',
        'refund',
        'dispute',
        'expiry',
        'subscription',
        'reversal',
      ],
    }).notNull(),
    reference: text().notNull(),
    /** SHA-256 of what the caller asked for: the same reference with another hash is refused. */
    inputHash: bytea().notNull(),
    currency: text().notNull(),
    totalMicros: micros().notNull(),
    /** The wallet's balance after this posting: all unexpired grants and the overdraft. */
    balanceMicros: micros().notNull(),
    answer: jsonb().notNull(),
    /** What a reversal undoes, or the grant that a refund, dispute or expiry takes from; null for other codes. */
    targetId: bigint({ mode: 'bigint' }),
    occurredAt: moment().notNull(),
    recordedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ name: 'posting_pk', columns: [table.accountId, table.id] }),
    unique('posting_reference').on(table.accountId, table.reference),
    unique('posting_occurred_at').on(table.accountId, table.occurredAt),
    // The newest deposits are read with every look at the wallet, however much usage lies between them.
    index('posting_deposit')
      .on(table.accountId, table.occurredAt)
      .where(sql`code in ('deposit_card', 'deposit_welcome', 'deposit_manual')`),
    uniqueIndex('posting_undone_once')
      .on(table.accountId, table.code, table.targetId)
      .where(sql`code in ('reversal', 'expiry')`),
    foreignKey({
      name: 'posting_target',
      columns: [table.accountId, table.targetId],
      foreignColumns: [table.accountId, table.id],
    }),
    check(
      'posting_code',
      sql`code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance', 'usage', 'rent', 'refund', 'dispute',
        'expiry', 'subscription', 'reversal')`,
    ),
    check('posting_reference_length', sql`length(reference) between 1 and 255`),
    check('posting_input_hash', sql`octet_length(input_hash) = 32`),
    check('posting_currency_usd', sql`currency = 'USD'`),
    check(
      'posting_total',
      sql`total_micros between 0 and 1000000000000
        and (total_micros > 0 or code in ('refund', 'dispute', 'reversal'))`,
    ),
    check('posting_balance', sql`balance_micros between -1000000000000000 and 1000000000000000`),
    check(
      'posting_target_given',
      sql`(code in ('refund', 'dispute', 'expiry', 'reversal')) = (target_id is not null)`,
    ),
    check('posting_occurred_at_finite', sql`isfinite(occurred_at)`),
  ],
)

/** One movement of money between two ledger accounts of one billing account, with both balances after it. */
export const transfer = ledger.table(
  'transfer',
  {
    accountId: bigint({ mode: 'bigint' }).notNull(),
    postingId: bigint({ mode: 'bigint' }).notNull(),
    leg: smallint().notNull(),
    fromId: bigint({ mode: 'bigint' }).notNull(),
    toId: bigint({ mode: 'bigint' }).notNull(),
    amountMicros: micros().notNull(),
    currency: text().notNull(),
    fromBalanceMicros: micros().notNull(),
    toBalanceMicros: micros().notNull(),
  },
  (table) => [
    primaryKey({ name: 'transfer_pk', columns: [table.accountId, table.postingId, table.leg] }),
    foreignKey({
      name: 'transfer_posting',
      columns: [table.accountId, table.postingId],
      foreignColumns: [posting.accountId, posting.id],
    }),
    foreignKey({
      name: 'transfer_from',
      columns: [table.accountId, table.fromId, table.currency],
      foreignColumns: [ledgerAccount.accountId, ledgerAccount.id, ledgerAccount.currency],
    }),
    foreignKey({
      name: 'transfer_to',
      columns: [table.accountId, table.toId, table.currency],
      foreignColumns: [ledgerAccount.accountId, ledgerAccount.id, ledgerAccount.currency],
    }),
    check('transfer_amount', sql`amount_micros between 1 and 1000000000000`),
    check('transfer_sides', sql`from_id <> to_id`),
    check('transfer_leg', sql`leg >= 1`),
  ],
)
