import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { account, bytea, moment } from './identity'

/**
 * The books. Written only by the functions of drizzle/0001_ledger.sql; the application may read. Keys are here; there
 * are triggers, column domains and check constraints, chosen by what they cost: every statement reads a table's check
 * constraints anew, so eight of them cost an update of a balance 16 µs of 20, the same laws in one trigger 3 µs. A
 * transfer has no foreign keys, which would cost 22 µs of a posting's 60: its one account id and one currency are those
 * of both sides, the functions write it only after both rows are found under the lock, and the invariants look for strays.
 * The view ledger.transfer has every transfer, from the two places where they lie: posting and leg.
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
    /** How low and how high the balance may go, set from the rest by a trigger: what kind of account it is. */
    lowMicros: micros().notNull(),
    highMicros: micros().notNull(),
    /** The overdraft, and every grant with something left: together the wallet's balance. Kept by a trigger. */
    inWallet: boolean()
      .notNull()
      .default(sql`false`),
    /** Overdraft only: business time of the posting that took the wallet's total below zero; null at zero or above. */
    belowZeroSince: moment(),
    /** Overdraft, usage and rent: the latest moment it is told of; of all three, of every posting and placed usage. */
    lastMoment: moment(),
    /** This and all that follow: grants only. */
    category: text({ enum: ['allowance', 'promotional', 'purchased'] }),
    /** Within its category a lower number is spent first. */
    priority: integer(),
    /** From this instant on the rest is expired; null: never. */
    expiresAt: moment(),
    /** Allowance 1, promotional 2, purchased 3, overdraft 4, usage 5, rent 6: the order in which spending meets them. */
    spendRank: smallint(),
    /** The expiry where the earliest is spent first, `infinity` where the oldest is. */
    spendBy: moment(),
    /** What was paid and promoted together: the posting's total, and the most that may be clawed back. */
    totalMicros: micros(),
    /** The total less what repaid overdraft: the most this grant can ever hold. */
    grantedMicros: micros(),
    clawedMicros: micros(),
  },
  (table) => [
    primaryKey({ name: 'ledger_account_pk', columns: [table.accountId, table.id] }),
    index('ledger_account_spend')
      .on(table.accountId, table.spendRank, table.priority, table.spendBy, table.id)
      .where(sql`in_wallet or spend_rank >= 5`),
    // Few accounts are below zero, and the job that watches over them looks often.
    index('ledger_account_below_zero')
      .on(table.accountId)
      .where(sql`below_zero_since is not null`),
    index('ledger_account_due')
      .on(table.expiresAt)
      .where(sql`in_wallet and expires_at is not null`),
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
        'hold',
        'expiry',
        'subscription',
        'repayment',
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
    /** What a reversal undoes, or the grant that a refund, dispute, hold or expiry takes from; null for other codes. */
    targetId: bigint({ mode: 'bigint' }),
    /**
     * The transfer of a spend from one source, over the whole total, with both balances after it. Null where the posting
     * has its transfers, any number of them, in `leg`.
     */
    fromId: bigint({ mode: 'bigint' }),
    toId: bigint({ mode: 'bigint' }),
    fromBalanceMicros: micros(),
    toBalanceMicros: micros(),
    occurredAt: moment().notNull(),
    recordedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ name: 'posting_pk', columns: [table.accountId, table.id] }),
    unique('posting_reference').on(table.accountId, table.reference),
    unique('posting_occurred_at').on(table.accountId, table.occurredAt),
    // What came in or was taken back is read with every look at the wallet, however much usage lies between.
    index('posting_not_spent')
      .on(table.accountId, table.occurredAt)
      .where(sql`code not in ('usage', 'rent')`),
  ],
)

/** One transfer between two ledger accounts of one billing account, with both balances after it. */
export const leg = ledger.table(
  'leg',
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
  (table) => [primaryKey({ name: 'leg_pk', columns: [table.accountId, table.postingId, table.leg] })],
)
