import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type postgres from 'postgres'
import { DEPOSIT_MICROS, drawHistory, USAGE_MICROS, type HistoryPlan, type HistoryRow } from './draw-history'

const ROWS_A_CHUNK = 2_000
const ROWS_A_LINE = 500_000

const hashOf = (text: string) => `\\\\x${createHash('sha256').update(text).digest('hex')}`
/** What ledger.grant_credit and ledger.spend store of their callers' words. */
const DEPOSIT_HASH = hashOf(`deposit_manual|purchased|0|${String(DEPOSIT_MICROS)}|0`)
const USAGE_HASH = hashOf(`usage|${String(USAGE_MICROS)}`)
const DEPOSIT_ANSWER = JSON.stringify({ repaidMicros: 0, grantedMicros: DEPOSIT_MICROS })
const USAGE_ANSWER = JSON.stringify({ overdraftMicros: 0 })

/** Loads postings, their legs and usage by COPY, as the owner of the tables, and then what the books hold because of them. */
export async function copyHistory(
  sql: postgres.Sql,
  plan: HistoryPlan,
  say: (text: string) => void,
): Promise<void> {
  const copy = async (
    name: string,
    line: (row: HistoryRow) => string | null,
    query: postgres.PendingQuery<[]>,
  ) => {
    await pipeline(
      Readable.from(linesOf(plan, line, (rows) => say(`${name}: ${String(rows)} rows`))),
      await query.writable(),
    )
  }
  await copy(
    'postings',
    postingLine,
    sql`
    copy ledger.posting (account_id, id, code, reference, input_hash, currency, total_micros, balance_micros, answer,
      occurred_at, recorded_at, from_id, to_id, from_balance_micros, to_balance_micros) from stdin`,
  )
  await copy(
    'legs',
    legLine,
    sql`
    copy ledger.leg (account_id, posting_id, leg, from_id, to_id, amount_micros, currency, from_balance_micros,
      to_balance_micros) from stdin`,
  )
  await copy(
    'usage',
    usageLine,
    sql`
    copy usage_event (account_id, id, fare_name, billed_quantity, amount_micros, attribution, posting_id, occurred_at,
      recorded_at) from stdin`,
  )
  say('balances')
  await bookBalances(sql, plan)
}

function* linesOf(
  plan: HistoryPlan,
  line: (row: HistoryRow) => string | null,
  onRows: (rows: number) => void,
): Generator<string> {
  let chunk = ''
  let rows = 0
  for (const row of drawHistory(plan)) {
    const text = line(row)
    if (text !== null) chunk += `${text}\n`
    rows += 1
    if (rows % ROWS_A_LINE === 0) onRows(rows)
    if (rows % ROWS_A_CHUNK !== 0) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

const eventOf = (row: HistoryRow) => `loaded-${String(row.id)}`
/** As COPY reads it. */
const NULL = '\\N'
const tabbed = (...cells: readonly (string | number | bigint)[]) => cells.join('\t')

function postingLine(row: HistoryRow): string {
  const [code, reference, hash, answer] = row.isDeposit
    ? ['deposit_manual', eventOf(row), DEPOSIT_HASH, DEPOSIT_ANSWER]
    : ['usage', `usage:${eventOf(row)}`, USAGE_HASH, USAGE_ANSWER]
  const { accountId, id, totalMicros, walletMicros, occurredAt } = row
  const transfer = row.isDeposit
    ? [NULL, NULL, NULL, NULL]
    : [row.fromId, row.toId, row.fromBalanceMicros, row.toBalanceMicros]
  return tabbed(
    accountId,
    id,
    code,
    reference,
    hash,
    'USD',
    totalMicros,
    walletMicros,
    answer,
    occurredAt,
    occurredAt,
    ...transfer,
  )
}

/** A usage posting has its transfer in its own row. */
function legLine(row: HistoryRow): string | null {
  if (!row.isDeposit) return null
  const { accountId, id, fromId, toId, totalMicros, fromBalanceMicros, toBalanceMicros } = row
  return tabbed(accountId, id, 1, fromId, toId, totalMicros, 'USD', fromBalanceMicros, toBalanceMicros)
}

function usageLine(row: HistoryRow): string | null {
  if (row.isDeposit) return null
  const { accountId, id, occurredAt } = row
  return tabbed(
    accountId,
    eventOf(row),
    'Outbound call',
    1,
    USAGE_MICROS,
    'wallet',
    id,
    occurredAt,
    occurredAt,
  )
}

/** The grants, all used up, and the balances of the two accounts they moved between. */
async function bookBalances(sql: postgres.Sql, plan: HistoryPlan): Promise<void> {
  await sql`alter table ledger.ledger_account disable trigger ledger_account_by_function`
  await sql`
    insert into ledger.ledger_account
      (account_id, id, kind, currency, category, priority, total_micros, granted_micros, clawed_micros)
    select account_id, id, 'grant', 'USD', 'purchased', 0, total_micros, total_micros, 0
    from ledger.posting where code = 'deposit_manual' and id >= ${plan.firstId}`
  await sql`
    update ledger.ledger_account as a
    set balance_micros = case a.id when 3 then -moved.micros when 6 then moved.micros else 0 end,
      last_moment = case a.id when 1 then moved.latest end
    from (select account_id, sum(total_micros) filter (where code = 'usage')::bigint as micros, max(occurred_at) as latest
      from ledger.posting where id >= ${plan.firstId} group by account_id) as moved
    where a.account_id = moved.account_id and a.id in (1, 3, 6)`
  await sql`alter table ledger.ledger_account enable trigger ledger_account_by_function`
  const last = plan.firstId + plan.accounts.reduce((sum, { rows }) => sum + rows, 0) - 1
  await sql`select setval('ledger.posting_id_seq', ${last})`
}
