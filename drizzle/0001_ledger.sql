-- The books: who may touch them, and the functions that are the only way to write them. Every function posts one
-- business fact in one statement under the account's lock, answers a business outcome as a status, and answers a
-- repeated call from what it stored. Amounts are micro-dollars. `p_now` is business time and decides what has
-- expired; `p_occurred_at` is when the fact happened.
-- Room for heap-only updates of balances: the indexed columns of these rows hardly ever change.
alter table ledger.ledger_account set (fillfactor = 70);
--> statement-breakpoint
create function ledger.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'ledger.% is written by the ledger''s functions only: % refused', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation', constraint = tg_name, hint = 'Correct by a reversing posting (ledger.reverse).';
end $$;
--> statement-breakpoint
create trigger posting_append_only before update or delete on ledger.posting
  for each row execute function ledger.refuse_change();
--> statement-breakpoint
create trigger posting_no_truncate before truncate on ledger.posting
  for each statement execute function ledger.refuse_change();
--> statement-breakpoint
create trigger leg_append_only before update or delete on ledger.leg
  for each row execute function ledger.refuse_change();
--> statement-breakpoint
create trigger leg_no_truncate before truncate on ledger.leg
  for each statement execute function ledger.refuse_change();
--> statement-breakpoint
create trigger ledger_account_no_delete before delete on ledger.ledger_account
  for each row execute function ledger.refuse_change();
--> statement-breakpoint
create trigger ledger_account_no_truncate before truncate on ledger.ledger_account
  for each statement execute function ledger.refuse_change();
--> statement-breakpoint
-- Of a ledger account only the balance changes, and what is kept beside it.
create trigger ledger_account_fixed before update of account_id, id, kind, currency, category, priority, expires_at,
  spend_rank, spend_by, total_micros, granted_micros, low_micros, high_micros on ledger.ledger_account
  for each row execute function ledger.refuse_change();
--> statement-breakpoint
create function ledger.refuse_row(p_table text, p_law text) returns void language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'row of ledger.% breaks the law %', p_table, p_law using
    errcode = case p_law when 'reference_known' then 'foreign_key_violation' else 'check_violation' end,
    schema = 'ledger', table = p_table, constraint = p_table || '_' || p_law;
end $$;
--> statement-breakpoint
-- A balance is changed by the functions only. They act for the role that calls them, so whoever changes one and acts for
-- nobody does it by hand: refused, to the owner too. (Marking the functions by a setting would need a superuser's grant.)
create trigger ledger_account_by_function before insert or update on ledger.ledger_account
  for each statement when (current_user = session_user) execute function ledger.refuse_change();
--> statement-breakpoint
-- The laws of single rows. Those of a ledger account hold at every change of its balance: the row says how low and how
-- high it may go. One expression, because each costs every posting.
create function ledger.hold_balance_laws() returns trigger language plpgsql as $$
declare
  v_law text;
begin
  if (new.balance_micros between new.low_micros and new.high_micros
    and new.in_wallet = (new.spend_rank = 4 or new.spend_rank < 4 and new.balance_micros > 0)) is true
  then return new; end if;
  v_law := case when (new.balance_micros between new.low_micros and new.high_micros) is not true then 'limits' end;
  if v_law is not null then perform ledger.refuse_row('ledger_account', v_law); end if;
  new.in_wallet := coalesce(new.spend_rank = 4 or new.spend_rank < 4 and new.balance_micros > 0, false);
  return new;
end $$;
--> statement-breakpoint
create trigger ledger_account_lawful before insert or update on ledger.ledger_account
  for each row execute function ledger.hold_balance_laws();
--> statement-breakpoint
create function ledger.hold_note_laws() returns trigger language plpgsql as $$
declare
  v_law text := case
    when new.kind = 'grant' and (new.clawed_micros between 0 and new.total_micros) is not true then 'clawed'
    when new.kind <> 'overdraft' and new.below_zero_since is not null then 'below_zero'
  end;
begin
  if v_law is not null then perform ledger.refuse_row('ledger_account', v_law); end if;
  return new;
end $$;
--> statement-breakpoint
create trigger ledger_account_noted before update of clawed_micros, below_zero_since on ledger.ledger_account
  for each row execute function ledger.hold_note_laws();
--> statement-breakpoint
create function ledger.hold_chart_laws() returns trigger language plpgsql as $$
declare
  v_law text := case
    when (new.id = case new.kind when 'overdraft' then 1 when 'held' then 2 when 'stripe' then 3 when 'subscriptions' then 4
      when 'promotions' then 5 when 'usage' then 6 when 'rent' then 7 when 'expired' then 8 when 'refunds' then 9
      when 'disputes' then 10 when 'grant' then greatest(new.id, 1000) end) is not true then 'chart'
    when (new.currency = 'USD') is not true then 'currency'
    when new.balance_micros <> 0 or new.clawed_micros <> 0 or new.below_zero_since is not null then 'opening'
    when new.kind <> 'grant' and num_nonnulls(new.category, new.priority, new.expires_at, new.total_micros,
      new.granted_micros, new.clawed_micros) > 0 then 'grant_only'
    when new.kind = 'grant' and num_nulls(new.priority, new.clawed_micros) > 0 then 'grant_complete'
    when new.kind = 'grant' and (new.category in ('allowance', 'promotional', 'purchased')) is not true then 'category'
    when new.kind = 'grant' and (new.total_micros between 1 and 1000000000000) is not true then 'total'
    when new.kind = 'grant' and (new.granted_micros between 0 and new.total_micros) is not true then 'granted_total'
    when new.kind = 'grant' and not exists (select from ledger.posting where account_id = new.account_id and id = new.id)
      then 'reference_known'
  end;
begin
  if v_law is not null then perform ledger.refuse_row('ledger_account', v_law); end if;
  new.spend_rank := case new.kind when 'overdraft' then 4 when 'usage' then 5 when 'rent' then 6
    when 'grant' then case new.category when 'allowance' then 1 when 'promotional' then 2 else 3 end end;
  new.low_micros := case when new.kind in ('overdraft', 'stripe', 'promotions') then -1000000000000000 else 0 end;
  new.high_micros := case when new.kind in ('overdraft', 'stripe', 'promotions') then 0 when new.kind = 'grant' then new.granted_micros
    else 1000000000000000 end;
  new.spend_by := case when new.spend_rank in (1, 2) then coalesce(new.expires_at, 'infinity') when new.spend_rank = 3 then 'infinity' end;
  return new;
end $$;
--> statement-breakpoint
create trigger ledger_account_chart before insert on ledger.ledger_account
  for each row execute function ledger.hold_chart_laws();
--> statement-breakpoint
-- Columns of postings and legs are held by the types they have: a domain's constraint is read once a session, a
-- table's by every statement. What spans columns or rows, and the functions guarantee, is in ledger.violations.
create domain ledger.code as text constraint posting_code check (value in ('deposit_card', 'deposit_welcome', 'deposit_manual',
  'allowance', 'usage', 'rent', 'refund', 'dispute', 'hold', 'expiry', 'subscription', 'repayment', 'reversal'));
--> statement-breakpoint
create domain ledger.reference as text constraint posting_reference_length check (length(value) between 1 and 255);
--> statement-breakpoint
create domain ledger.input_hash as bytea constraint posting_input_hash check (octet_length(value) = 32);
--> statement-breakpoint
create domain ledger.total as bigint constraint posting_total check (value between 0 and 1000000000000);
--> statement-breakpoint
create domain ledger.moment as timestamptz constraint posting_moment check (isfinite(value));
--> statement-breakpoint
create domain ledger.amount as bigint constraint leg_amount check (value between 1 and 1000000000000);
--> statement-breakpoint
-- The two sides of a transfer that lies in its posting's row: a source of the wallet, and what a spend is for.
create domain ledger.spent_from as bigint constraint posting_from check (value = 1 or value >= 1000);
--> statement-breakpoint
create domain ledger.spent_to as bigint constraint posting_to check (value in (6, 7));
--> statement-breakpoint
alter table ledger.posting
  alter code type ledger.code,
  alter reference type ledger.reference,
  alter input_hash type ledger.input_hash,
  alter total_micros type ledger.total,
  alter occurred_at type ledger.moment,
  alter from_id type ledger.spent_from,
  alter to_id type ledger.spent_to;
--> statement-breakpoint
alter table ledger.leg
  alter amount_micros type ledger.amount,
  add constraint leg_sides check (from_id <> to_id);
--> statement-breakpoint
-- Every transfer, wherever it is stored. A spend from one source, which nearly all postings are, has its only transfer in
-- its own row: a row of its own would cost a sixth of the posting.
create view ledger.transfer with (security_invoker = true) as
  select account_id, id as posting_id, 1::smallint as leg, from_id::bigint, to_id::bigint, total_micros::bigint as amount_micros,
    currency, from_balance_micros, to_balance_micros
  from ledger.posting where from_id is not null
  union all
  select account_id, posting_id, leg, from_id, to_id, amount_micros::bigint, currency, from_balance_micros, to_balance_micros
  from ledger.leg;
--> statement-breakpoint
-- status: posted, replayed (answered from the stored posting), mismatch (the reference was used for something else),
-- insufficient, unknown_account, unknown_target, invalid, busy (the account is locked by another, and the caller would not
-- wait). All but the first two wrote nothing.
create type ledger.posting_result as (
  status text, posting_id bigint, total_micros bigint, balance_micros bigint, answer jsonb
);
--> statement-breakpoint
create function ledger.refusal(p_status text) returns ledger.posting_result
language sql immutable as $$
  select row(p_status, null, null, null, null)::ledger.posting_result
$$;
--> statement-breakpoint
create function ledger.open(p_account bigint, p_currency text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into ledger.ledger_account (account_id, id, kind, currency)
  select p_account, chart.id, chart.kind, p_currency
  from unnest(array['overdraft', 'held', 'stripe', 'subscriptions', 'promotions', 'usage', 'rent', 'expired', 'refunds',
    'disputes']) with ordinality as chart (kind, id)
  on conflict do nothing
$$;
--> statement-breakpoint
-- Takes the account's one lock until the statement's end; every function that posts takes it before it looks. An advisory
-- lock: it writes nothing, and under contention it hands over straight to the next in the queue.
create function ledger.lock_account(p_account bigint) returns void
language sql as $$
  select pg_advisory_xact_lock(p_account | 4611686018427387904)
$$;
--> statement-breakpoint
-- The answer stored under the reference, or mismatch where the input differed; a null status where there is none.
create function ledger.replay(p_account bigint, p_reference text, p_hash bytea) returns ledger.posting_result
language plpgsql as $$
declare
  v_posting ledger.posting;
begin
  select * into v_posting from ledger.posting where account_id = p_account and reference = p_reference;
  if not found then return null; end if;
  if v_posting.input_hash <> p_hash then return ledger.refusal('mismatch'); end if;
  return row('replayed'::text, v_posting.id, v_posting.total_micros::bigint, v_posting.balance_micros, v_posting.answer);
end $$;
--> statement-breakpoint
-- p_at, or the next microsecond after what crowds the same millisecond: postings, and usage that moved no money and has its
-- place among them (usage_event.placed_at). Call under the account's lock.
create function ledger.free_moment(p_account bigint, p_at timestamptz) returns timestamptz
language plpgsql as $$
declare
  v_at timestamptz := p_at;
  v_next timestamptz;
begin
  loop
    select max(taken) + interval '1 microsecond' into v_next from (
      select max(occurred_at) from ledger.posting
      where account_id = p_account and occurred_at >= v_at and occurred_at < v_at + interval '1 millisecond'
      union all
      select max(placed_at) from public.usage_event
      where account_id = p_account and placed_at >= v_at and placed_at < v_at + interval '1 millisecond') as crowd (taken);
    if v_next is null then return v_at; end if;
    if v_next < v_at + interval '1 millisecond' then return v_next; end if;
    v_at := v_next;
  end loop;
end $$;
--> statement-breakpoint
-- The same for a caller who knows the latest moment of all: right after it is free.
create function ledger.moment_after(p_account bigint, p_at timestamptz, p_last timestamptz) returns timestamptz
language plpgsql as $$
begin
  if p_last < p_at then return p_at; end if;
  if p_last < p_at + interval '1 millisecond' then return p_last + interval '1 microsecond'; end if;
  return ledger.free_moment(p_account, p_at);
end $$;
--> statement-breakpoint
-- Of many moments at once: the latest that is taken in that account within the millisecond that begins with each, or null.
-- Each is read off the index that has it last, whatever a plan that was made while the tables were small believes.
create function ledger.crowds(p_accounts bigint[], p_moments timestamptz[]) returns timestamptz[]
language sql set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
  select array(
    select greatest(
      (select occurred_at from ledger.posting where account_id = item.account
        and occurred_at >= item.at and occurred_at < item.at + interval '1 millisecond' order by occurred_at desc limit 1),
      (select placed_at from public.usage_event where account_id = item.account
        and placed_at >= item.at and placed_at < item.at + interval '1 millisecond' order by placed_at desc limit 1))
    from unnest(p_accounts, p_moments) as item (account, at))
$$;
--> statement-breakpoint
-- What the account's holder has: the overdraft, and what is left of grants not expired yet. Null: no such account.
create function ledger.wallet_total(p_account bigint) returns bigint
language sql as $$
  select sum(balance_micros)::bigint from ledger.ledger_account where account_id = p_account and in_wallet
$$;
--> statement-breakpoint
-- Writes a posting and keeps what the overdraft row notes; the caller then moves p_total by its legs, which bring the
-- wallet to p_balance.
create function ledger.record(
  p_account bigint, p_code text, p_reference text, p_hash bytea, p_total bigint, p_balance bigint, p_answer jsonb,
  p_target bigint, p_occurred_at timestamptz, p_now timestamptz
) returns bigint
language plpgsql as $$
declare
  v_at timestamptz := ledger.free_moment(p_account, p_occurred_at);
  v_posting bigint;
begin
  insert into ledger.posting
    (account_id, code, reference, input_hash, currency, total_micros, balance_micros, answer, target_id, occurred_at)
  values (p_account, p_code, p_reference, p_hash, 'USD', p_total, p_balance, p_answer, p_target, v_at)
  returning id into v_posting;
  perform ledger.note(p_account, p_balance, v_at, greatest(v_at, p_now));
  return v_posting;
end $$;
--> statement-breakpoint
-- Notes on the overdraft row the latest moment, and since when the wallet is below zero: from when the holder could know.
-- Usage reported late takes the balance below zero when it is reported; an expiry was known ahead and counts from its instant.
create function ledger.note(p_account bigint, p_balance bigint, p_at timestamptz, p_since timestamptz) returns void
language sql as $$
  update ledger.ledger_account set last_moment = greatest(last_moment, p_at),
    below_zero_since = case when p_balance < 0 then coalesce(below_zero_since, p_since) end
  where account_id = p_account and id = 1
$$;
--> statement-breakpoint
-- Moves money between two ledger accounts of the account as the leg after p_leg; answers its number. Zero is no leg.
create function ledger.move(p_account bigint, p_posting bigint, p_leg integer, p_from bigint, p_to bigint, p_micros bigint)
returns integer language plpgsql as $$
declare
  v_from_balance bigint;
  v_to_balance bigint;
begin
  if p_micros = 0 then return p_leg; end if;
  update ledger.ledger_account set balance_micros = balance_micros - p_micros
  where account_id = p_account and id = p_from returning balance_micros into strict v_from_balance;
  update ledger.ledger_account set balance_micros = balance_micros + p_micros
  where account_id = p_account and id = p_to returning balance_micros into strict v_to_balance;
  insert into ledger.leg
    (account_id, posting_id, leg, from_id, to_id, amount_micros, currency, from_balance_micros, to_balance_micros)
  values (p_account, p_posting, p_leg + 1, p_from, p_to, p_micros, 'USD', v_from_balance, v_to_balance);
  return p_leg + 1;
end $$;
--> statement-breakpoint
-- Expires what is due, each grant at its own instant, earliest first. Call under the lock, before looking at balances.
create function ledger.expire_due(p_account bigint, p_now timestamptz) returns integer
language plpgsql as $$
declare
  v_grant record;
  v_posting bigint;
  v_count integer := 0;
begin
  for v_grant in
    select id, balance_micros, expires_at from ledger.ledger_account
    where account_id = p_account and in_wallet and expires_at <= p_now order by expires_at, id
  loop
    v_posting := ledger.record(p_account, 'expiry', 'expiry:' || v_grant.id, sha256(convert_to('expiry|' || v_grant.id, 'UTF8')),
      v_grant.balance_micros, ledger.wallet_total(p_account) - v_grant.balance_micros, '{}', v_grant.id, v_grant.expires_at, v_grant.expires_at);
    perform ledger.move(p_account, v_posting, 0, v_grant.id, 8, v_grant.balance_micros);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
--> statement-breakpoint
-- What every posting begins with: the lock, then the stored answer of an earlier call, then expiry. A null status: go on.
create function ledger.begin_posting(p_account bigint, p_reference text, p_hash bytea, p_now timestamptz)
returns ledger.posting_result language plpgsql as $$
declare
  v_result ledger.posting_result;
begin
  perform ledger.lock_account(p_account);
  if ledger.wallet_total(p_account) is null then return ledger.refusal('unknown_account'); end if;
  v_result := ledger.replay(p_account, p_reference, p_hash);
  if v_result.status is null then perform ledger.expire_due(p_account, p_now); end if;
  return v_result;
end $$;
--> statement-breakpoint
create function ledger.add_grant(
  p_account bigint, p_posting bigint, p_category text, p_priority integer, p_expires_at timestamptz, p_total bigint, p_granted bigint
) returns void
language sql as $$
  insert into ledger.ledger_account (account_id, id, kind, currency, category, priority, expires_at, total_micros,
    granted_micros, clawed_micros)
  values (p_account, p_posting, 'grant', 'USD', p_category, p_priority, p_expires_at, p_total, p_granted, 0)
$$;
--> statement-breakpoint
-- What every caller's reference, amount and moments must satisfy. `expiry:` and `reversal:` are the ledger's own.
create function ledger.acceptable(p_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz) returns boolean
language sql immutable as $$
  select (length(p_reference) between 1 and 255 and p_reference !~ '^(expiry|reversal):'
    and p_micros between 1 and 1000000000000 and isfinite(p_occurred_at) and isfinite(p_now)) is true
$$;
--> statement-breakpoint
-- Credit comes in: it repays overdraft first (the paid part before the promoted), the rest becomes a grant with the
-- posting's id. The answer says how much went where: {"repaidMicros", "grantedMicros"}.
create function ledger.grant_credit(
  p_account bigint, p_code text, p_reference text, p_category text, p_priority integer, p_paid_micros bigint,
  p_promoted_micros bigint, p_expires_at timestamptz, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_total bigint;
  v_hash bytea;
  v_result ledger.posting_result;
  v_repaid bigint;
  v_repaid_paid bigint;
  v_leg integer;
begin
  if (p_paid_micros between 0 and 1000000000000 and p_promoted_micros between 0 and 1000000000000
    and p_code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance')
    and p_category in ('purchased', 'promotional', 'allowance') and p_priority is not null) is not true
    or p_expires_at <= p_occurred_at or not ledger.acceptable(p_reference, p_paid_micros + p_promoted_micros, p_occurred_at, p_now)
  then return ledger.refusal('invalid'); end if;
  v_total := p_paid_micros + p_promoted_micros;
  v_hash := sha256(convert_to(concat_ws('|', p_code, p_category, p_priority, p_paid_micros, p_promoted_micros,
    extract(epoch from p_expires_at)), 'UTF8'));
  v_result := ledger.begin_posting(p_account, p_reference, v_hash, p_now);
  if v_result.status is not null then return v_result; end if;

  select least(-balance_micros, v_total) into v_repaid from ledger.ledger_account where account_id = p_account and id = 1;
  v_repaid_paid := least(v_repaid, p_paid_micros);
  v_result := row('posted'::text, null, v_total, ledger.wallet_total(p_account) + v_total,
    jsonb_build_object('repaidMicros', v_repaid, 'grantedMicros', v_total - v_repaid));
  v_result.posting_id := ledger.record(p_account, p_code, p_reference, v_hash, v_total, v_result.balance_micros,
    v_result.answer, null, p_occurred_at, p_now);
  perform ledger.add_grant(p_account, v_result.posting_id, p_category, p_priority, p_expires_at, v_total, v_total - v_repaid);
  v_leg := ledger.move(p_account, v_result.posting_id, 0, 3, 1, v_repaid_paid);
  v_leg := ledger.move(p_account, v_result.posting_id, v_leg, 5, 1, v_repaid - v_repaid_paid);
  v_leg := ledger.move(p_account, v_result.posting_id, v_leg, 3, v_result.posting_id, p_paid_micros - v_repaid_paid);
  v_leg := ledger.move(p_account, v_result.posting_id, v_leg, 5, v_result.posting_id, p_promoted_micros - (v_repaid - v_repaid_paid));
  return v_result;
end $$;
--> statement-breakpoint
-- Credit is used: allowance, then promotional by earliest expiry, then purchased oldest first, then overdraft as long as
-- the balance stays at or above minus the limit (0: exactly what the balance covers; null: without limit).
-- The answer says what went below the grants: {"overdraftMicros"}.
-- The hot path: one read, one insert and one update, since nearly every spend has one source. Whether the reference is
-- free is left to its unique index; the moment is free if it is later than every other, which the rows read tell.
create function ledger.spend(
  p_account bigint, p_code text, p_reference text, p_micros bigint, p_overdraft_limit bigint, p_occurred_at timestamptz,
  p_now timestamptz, p_waits boolean default true
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_contra bigint := case p_code when 'usage' then 6 when 'rent' then 7 end;
  v_hash bytea;
  v_result ledger.posting_result;
  -- In spending order, then usage and rent.
  v_ids bigint[];
  v_balances bigint[];
  v_total bigint;
  v_due timestamptz;
  v_since timestamptz;
  v_last timestamptz;
  v_at timestamptz := p_occurred_at;
  v_source bigint;
  v_answer jsonb := '{"overdraftMicros": 0}';
  v_posting bigint;
begin
  if v_contra is null or p_overdraft_limit < 0 or not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now)
  then return ledger.refusal('invalid'); end if;
  v_hash := sha256(convert_to(p_code || '|' || p_micros, 'UTF8'));
  if p_waits is not true and not pg_try_advisory_xact_lock(p_account | 4611686018427387904) then return ledger.refusal('busy'); end if;
  if p_waits and pg_advisory_xact_lock(p_account | 4611686018427387904) is null then return null; end if;
  select array_agg(id), array_agg(balance_micros), sum(balance_micros) filter (where in_wallet) - p_micros, min(expires_at),
    max(below_zero_since), max(last_moment)
  into v_ids, v_balances, v_total, v_due, v_since, v_last
  from (
    select id, balance_micros, in_wallet, expires_at, below_zero_since, last_moment from ledger.ledger_account
    where account_id = p_account and (in_wallet or spend_rank >= 5) order by spend_rank, priority, spend_by, id) as wallet;
  if v_ids is null then return ledger.refusal('unknown_account'); end if;
  if v_due <= p_now then
    perform ledger.expire_due(p_account, p_now);
    return ledger.spend(p_account, p_code, p_reference, p_micros, p_overdraft_limit, p_occurred_at, p_now);
  end if;
  v_source := v_ids[1];
  if v_total < -p_overdraft_limit or v_source <> 1 and v_balances[1] < p_micros then
    v_result := ledger.replay(p_account, p_reference, v_hash);
    if v_result.status is not null then return v_result; end if;
    if v_total < -p_overdraft_limit then return ledger.refusal('insufficient'); end if;
    return ledger.spend_split(p_account, p_code, p_reference, v_hash, p_micros, v_contra, v_total, v_ids, v_balances, p_occurred_at, p_now);
  end if;
  if v_last >= v_at then v_at := ledger.moment_after(p_account, v_at, v_last); end if;
  if v_source = 1 then v_answer := jsonb_build_object('overdraftMicros', p_micros); end if;

  insert into ledger.posting (account_id, code, reference, input_hash, currency, total_micros, balance_micros, answer, occurred_at,
    from_id, to_id, from_balance_micros, to_balance_micros)
  values (p_account, p_code, p_reference, v_hash, 'USD', p_micros, v_total, v_answer, v_at,
    v_source, v_contra, v_balances[1] - p_micros, v_balances[cardinality(v_balances) - 7 + v_contra] + p_micros)
  on conflict (account_id, reference) do nothing returning id into v_posting;
  if v_posting is null then return ledger.replay(p_account, p_reference, v_hash); end if;
  update ledger.ledger_account set balance_micros = balance_micros + case id when v_contra then p_micros else -p_micros end,
    last_moment = case id when v_contra then greatest(last_moment, v_at) else last_moment end
  where account_id = p_account and id in (v_source, v_contra);
  if (v_since is null) = (v_total < 0) then perform ledger.note(p_account, v_total, v_at, greatest(v_at, p_now)); end if;
  return row('posted'::text, v_posting, p_micros, v_total, v_answer);
end $$;
--> statement-breakpoint
-- A spend that one source does not cover: a leg for each, in the order given, the last of them the overdraft.
create function ledger.spend_split(
  p_account bigint, p_code text, p_reference text, p_hash bytea, p_micros bigint, p_contra bigint, p_total bigint, p_ids bigint[],
  p_balances bigint[], p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql as $$
declare
  v_overdraft integer := array_position(p_ids, 1);
  v_left bigint := p_micros;
  v_take bigint;
  v_leg integer := 0;
  v_answer jsonb := jsonb_build_object('overdraftMicros',
    greatest(p_micros - (select coalesce(sum(micros), 0) from unnest(p_balances[:v_overdraft - 1]) as micros), 0));
  v_posting bigint := ledger.record(p_account, p_code, p_reference, p_hash, p_micros, p_total, v_answer, null, p_occurred_at, p_now);
begin
  for i in 1 .. v_overdraft loop
    v_take := case i when v_overdraft then v_left else least(v_left, p_balances[i]) end;
    v_leg := ledger.move(p_account, v_posting, v_leg, p_ids[i], p_contra, v_take);
    v_left := v_left - v_take;
  end loop;
  return row('posted'::text, v_posting, p_micros, p_total, v_answer);
end $$;
--> statement-breakpoint
-- Takes p_micros back from a deposit into p_contra, as legs after p_leg: its own grant first, then other purchased grants,
-- oldest first, never allowance or promotional; the rest becomes overdraft. Answers the number of the last leg.
create function ledger.take_back(
  p_account bigint, p_posting bigint, p_leg integer, p_grant bigint, p_contra bigint, p_micros bigint
) returns integer
language plpgsql as $$
declare
  v_grant record;
  v_left bigint := p_micros;
  v_leg integer := p_leg;
begin
  for v_grant in
    select id, balance_micros from ledger.ledger_account
    where account_id = p_account and in_wallet and (id = p_grant or category = 'purchased')
    order by id <> p_grant, id
  loop
    exit when v_left = 0;
    v_leg := ledger.move(p_account, p_posting, v_leg, v_grant.id, p_contra, least(v_left, v_grant.balance_micros));
    v_left := v_left - least(v_left, v_grant.balance_micros);
  end loop;
  return ledger.move(p_account, p_posting, v_leg, 1, p_contra, v_left);
end $$;
--> statement-breakpoint
-- A payment is taken back by a refund or a lost dispute: at most what it granted, over all its clawbacks. The total may
-- therefore be less than asked for, and zero. The answer: {"askedMicros"}. unknown_target: no such deposit yet.
create function ledger.claw_back(
  p_account bigint, p_code text, p_reference text, p_grant_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_contra bigint := case p_code when 'refund' then 9 when 'dispute' then 10 end;
  v_hash bytea;
  v_result ledger.posting_result;
  v_grant bigint;
  v_micros bigint;
begin
  if v_contra is null or p_grant_reference is null or not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now)
  then return ledger.refusal('invalid'); end if;
  v_hash := sha256(convert_to(concat_ws('|', p_code, p_micros, p_grant_reference), 'UTF8'));
  v_result := ledger.begin_posting(p_account, p_reference, v_hash, p_now);
  if v_result.status is not null then return v_result; end if;

  select grants.id, least(p_micros, grants.total_micros - grants.clawed_micros) into v_grant, v_micros
  from ledger.posting as deposit join ledger.ledger_account as grants
    on grants.account_id = deposit.account_id and grants.id = deposit.id
  where deposit.account_id = p_account and deposit.reference = p_grant_reference and deposit.code <> 'reversal';
  if not found then return ledger.refusal('unknown_target'); end if;
  v_result := row('posted'::text, null, v_micros, ledger.wallet_total(p_account) - v_micros, jsonb_build_object('askedMicros', p_micros));
  v_result.posting_id := ledger.record(p_account, p_code, p_reference, v_hash, v_micros, v_result.balance_micros,
    v_result.answer, v_grant, p_occurred_at, p_now);
  perform ledger.take_back(p_account, v_result.posting_id, 0, v_grant, v_contra, v_micros);
  update ledger.ledger_account set clawed_micros = clawed_micros + v_micros where account_id = p_account and id = v_grant;
  return v_result;
end $$;
--> statement-breakpoint
-- Freezes what is left of a deposit's own grant, up to p_micros: from the wallet to held, until the posting is reversed.
-- insufficient: nothing is left of it. The answer: {"askedMicros"}. unknown_target: no such deposit yet.
create function ledger.freeze(
  p_account bigint, p_reference text, p_grant_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_hash bytea;
  v_result ledger.posting_result;
  v_grant bigint;
  v_micros bigint;
begin
  if p_grant_reference is null or not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now)
  then return ledger.refusal('invalid'); end if;
  v_hash := sha256(convert_to(concat_ws('|', 'hold', p_micros, p_grant_reference), 'UTF8'));
  v_result := ledger.begin_posting(p_account, p_reference, v_hash, p_now);
  if v_result.status is not null then return v_result; end if;

  select grants.id, least(p_micros, grants.balance_micros) into v_grant, v_micros
  from ledger.posting as deposit join ledger.ledger_account as grants
    on grants.account_id = deposit.account_id and grants.id = deposit.id
  where deposit.account_id = p_account and deposit.reference = p_grant_reference and deposit.code <> 'reversal';
  if not found then return ledger.refusal('unknown_target'); end if;
  if v_micros = 0 then return ledger.refusal('insufficient'); end if;
  v_result := row('posted'::text, null, v_micros, ledger.wallet_total(p_account) - v_micros, jsonb_build_object('askedMicros', p_micros));
  v_result.posting_id := ledger.record(p_account, 'hold', p_reference, v_hash, v_micros, v_result.balance_micros,
    v_result.answer, v_grant, p_occurred_at, p_now);
  perform ledger.move(p_account, v_result.posting_id, 0, v_grant, 2, v_micros);
  return v_result;
end $$;
--> statement-breakpoint
-- A payment for a subscription is taken back: from subscriptions first, since it never came into the wallet; what of it repaid
-- overdraft (p_repaid), which subscriptions hold no more, is taken from the wallet like any clawback. At most what was paid,
-- over all that took it back. The answer is claw_back's.
create function ledger.return_subscription(
  p_account bigint, p_code text, p_reference text, p_paid_reference text, p_micros bigint, p_repaid bigint,
  p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql as $$
declare
  v_contra bigint := case p_code when 'refund' then 9 when 'dispute' then 10 end;
  v_hash bytea;
  v_result ledger.posting_result;
  v_target bigint;
  v_left bigint;
  v_micros bigint;
  v_outside bigint;
  v_leg integer;
begin
  if v_contra is null or p_paid_reference is null or not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now)
  then return ledger.refusal('invalid'); end if;
  v_hash := sha256(convert_to(concat_ws('|', p_code, p_micros, p_paid_reference), 'UTF8'));
  v_result := ledger.begin_posting(p_account, p_reference, v_hash, p_now);
  if v_result.status is not null then return v_result; end if;

  select paid.id, paid.total_micros - ledger.returned(p_account, paid.id) into v_target, v_left
  from ledger.posting as paid
  where paid.account_id = p_account and paid.reference = p_paid_reference and paid.code = 'subscription';
  if not found then return ledger.refusal('unknown_target'); end if;
  v_micros := least(p_micros, v_left);
  select least(balance_micros, v_micros, greatest(v_left - p_repaid, 0)) into v_outside
  from ledger.ledger_account where account_id = p_account and id = 4;
  v_result := row('posted'::text, null, v_micros, ledger.wallet_total(p_account) - v_micros + v_outside,
    jsonb_build_object('askedMicros', p_micros));
  v_result.posting_id := ledger.record(p_account, p_code, p_reference, v_hash, v_micros, v_result.balance_micros,
    v_result.answer, v_target, p_occurred_at, p_now);
  v_leg := ledger.move(p_account, v_result.posting_id, 0, 4, v_contra, v_outside);
  perform ledger.take_back(p_account, v_result.posting_id, v_leg, null, v_contra, v_micros - v_outside);
  return v_result;
end $$;
--> statement-breakpoint
-- What refunds and disputes that stand have taken back of a posting.
create function ledger.returned(p_account bigint, p_target bigint) returns bigint
language sql stable as $$
  select coalesce(sum(p.total_micros), 0)::bigint from ledger.posting as p
  where p.account_id = p_account and p.target_id = p_target
    and p.code not in ('usage', 'rent') and p.code in ('refund', 'dispute') and not exists (
    select from ledger.posting as undone where undone.account_id = p_account and undone.reference = 'reversal:' || p.id)
$$;
--> statement-breakpoint
-- Expires the account's due grants now; answers how many. Unneeded for correctness: every posting does it first.
create function ledger.expire_grants(p_account bigint, p_now timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ledger.lock_account(p_account);
  return ledger.expire_due(p_account, p_now);
end $$;
--> statement-breakpoint
-- The balance at p_now, as if every due grant had been expired, and since when it has been below zero. Nulls: no such account.
-- One row always. Everything is named with its schema, so that it needs no search path of its own: without one it is computed
-- in place, and balances are read more often than anything else.
create function ledger.balance(p_account bigint, p_now timestamptz)
returns table (balance_micros bigint, below_zero_since timestamptz)
language sql stable rows 1 as $$
  with source as materialized (
    select a.id, a.balance_micros as micros, a.expires_at, a.below_zero_since
    from ledger.ledger_account as a where a.account_id = p_account and a.in_wallet
  ), wallet as (
    select sum(micros) filter (where expires_at is null or expires_at > p_now)::bigint as micros, max(source.below_zero_since) as since
    from source
  )
  select wallet.micros, case when wallet.micros < 0 then coalesce(wallet.since, (
    select min(due.expires_at) from source as due where due.expires_at <= p_now
      and (select sum(rest.micros) from source as rest where rest.expires_at is null or rest.expires_at > due.expires_at) < 0)) end
  from wallet
$$;
--> statement-breakpoint
-- An invoice of a subscription was paid: from Stripe to subscriptions. It never touches the wallet or the deposits.
create function ledger.pay_subscription(
  p_account bigint, p_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_hash bytea;
  v_result ledger.posting_result;
begin
  if not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now) then return ledger.refusal('invalid'); end if;
  v_hash := sha256(convert_to('subscription|' || p_micros, 'UTF8'));
  v_result := ledger.begin_posting(p_account, p_reference, v_hash, p_now);
  if v_result.status is not null then return v_result; end if;
  v_result := row('posted'::text, null, p_micros, ledger.wallet_total(p_account), '{}');
  v_result.posting_id := ledger.record(p_account, 'subscription', p_reference, v_hash, p_micros, v_result.balance_micros,
    v_result.answer, null, p_occurred_at, p_now);
  perform ledger.move(p_account, v_result.posting_id, 0, 3, 4, p_micros);
  return v_result;
end $$;
--> statement-breakpoint
-- Overdraft was an item of a subscription's paid invoice: from subscriptions to the wallet, never more than subscriptions
-- hold (insufficient). It repays overdraft first; where less is owed by now, the rest becomes a purchased grant.
-- The answer is grant_credit's.
create function ledger.repay(
  p_account bigint, p_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_hash bytea;
  v_result ledger.posting_result;
  v_repaid bigint;
  v_leg integer;
begin
  if not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now) then return ledger.refusal('invalid'); end if;
  v_hash := sha256(convert_to('repayment|' || p_micros, 'UTF8'));
  v_result := ledger.begin_posting(p_account, p_reference, v_hash, p_now);
  if v_result.status is not null then return v_result; end if;
  if (select balance_micros from ledger.ledger_account where account_id = p_account and id = 4) < p_micros then
    return ledger.refusal('insufficient');
  end if;
  select least(-balance_micros, p_micros) into v_repaid from ledger.ledger_account where account_id = p_account and id = 1;
  v_result := row('posted'::text, null, p_micros, ledger.wallet_total(p_account) + p_micros,
    jsonb_build_object('repaidMicros', v_repaid, 'grantedMicros', p_micros - v_repaid));
  v_result.posting_id := ledger.record(p_account, 'repayment', p_reference, v_hash, p_micros, v_result.balance_micros,
    v_result.answer, null, p_occurred_at, p_now);
  perform ledger.add_grant(p_account, v_result.posting_id, 'purchased', 0, null, p_micros, p_micros - v_repaid);
  v_leg := ledger.move(p_account, v_result.posting_id, 0, 4, 1, v_repaid);
  perform ledger.move(p_account, v_result.posting_id, v_leg, 4, v_result.posting_id, p_micros - v_repaid);
  return v_result;
end $$;
--> statement-breakpoint
-- Undoes a posting that took from the wallet (usage, rent, refund, dispute, hold), last leg first: money coming back repays
-- overdraft, then returns to the grant it came from; to `expired` where that grant has expired since, and to a new
-- purchased grant where a later deposit has repaid the overdraft it came from. A grant that another caller, whose clock was
-- ahead, has expired stays expired. What came from subscriptions returns to them.
create function ledger.give_back(
  p_account bigint, p_reference text, p_hash bytea, p_target ledger.posting, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql as $$
declare
  v_result ledger.posting_result;
  v_part record;
  v_overdraft bigint;
  v_repaid bigint;
  v_expired bigint := 0;
  v_anew bigint := 0;
  v_outside bigint := 0;
  v_from bigint[] := '{}';
  v_to bigint[] := '{}';
  v_micros bigint[] := '{}';
  v_leg integer := 0;
begin
  select -balance_micros into v_overdraft from ledger.ledger_account where account_id = p_account and id = 1;
  for v_part in
    select part.from_id, part.to_id, part.amount_micros, origin.expires_at <= p_now or exists (
        select from ledger.posting where account_id = p_account and reference = 'expiry:' || part.from_id) as expired
    from ledger.transfer as part join ledger.ledger_account as origin on origin.account_id = part.account_id and origin.id = part.from_id
    where part.account_id = p_account and part.posting_id = p_target.id order by part.leg desc
  loop
    v_repaid := case when v_part.from_id = 4 then 0 else least(v_overdraft, v_part.amount_micros) end;
    v_overdraft := v_overdraft - v_repaid;
    v_from := v_from || array[v_part.to_id, v_part.to_id];
    v_micros := v_micros || array[v_repaid, v_part.amount_micros - v_repaid];
    if v_part.from_id = 4 then
      v_to := v_to || array[1, 4]::bigint[];
      v_outside := v_outside + v_part.amount_micros;
    elsif v_part.from_id = 1 then
      v_to := v_to || array[1, null]::bigint[];
      v_anew := v_anew + v_part.amount_micros - v_repaid;
    elsif v_part.expired then
      v_to := v_to || array[1, 8]::bigint[];
      v_expired := v_expired + v_part.amount_micros - v_repaid;
    else
      v_to := v_to || array[1, v_part.from_id];
    end if;
  end loop;
  v_result := row('posted'::text, null, p_target.total_micros, ledger.wallet_total(p_account) + p_target.total_micros - v_expired - v_outside,
    jsonb_build_object('expiredMicros', v_expired));
  v_result.posting_id := ledger.record(p_account, 'reversal', p_reference, p_hash, p_target.total_micros, v_result.balance_micros,
    v_result.answer, p_target.id, p_occurred_at, p_now);
  if v_anew > 0 then
    perform ledger.add_grant(p_account, v_result.posting_id, 'purchased', 0, null, v_anew, v_anew);
  end if;
  for i in 1 .. cardinality(v_from) loop
    v_leg := ledger.move(p_account, v_result.posting_id, v_leg, v_from[i], coalesce(v_to[i], v_result.posting_id), v_micros[i]);
  end loop;
  update ledger.ledger_account set clawed_micros = clawed_micros - p_target.total_micros
  where account_id = p_account and id = p_target.target_id and p_target.code <> 'hold';
  return v_result;
end $$;
--> statement-breakpoint
-- Undoes a deposit or an allowance as far as it has not been clawed back: like a clawback, but to where it came from.
create function ledger.take_deposit_back(
  p_account bigint, p_reference text, p_hash bytea, p_target ledger.posting, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql as $$
declare
  v_result ledger.posting_result;
  v_left bigint;
  v_clawed bigint;
  v_paid bigint;
  v_leg integer;
begin
  select total_micros - clawed_micros, clawed_micros into v_left, v_clawed from ledger.ledger_account
  where account_id = p_account and id = p_target.id;
  select coalesce(sum(amount_micros), 0) into v_paid from ledger.transfer
  where account_id = p_account and posting_id = p_target.id and from_id = 3;
  v_paid := greatest(v_paid - v_clawed, 0);
  v_result := row('posted'::text, null, v_left, ledger.wallet_total(p_account) - v_left, '{}');
  v_result.posting_id := ledger.record(p_account, 'reversal', p_reference, p_hash, v_left, v_result.balance_micros,
    v_result.answer, p_target.id, p_occurred_at, p_now);
  v_leg := ledger.take_back(p_account, v_result.posting_id, 0, p_target.id, 3, v_paid);
  v_leg := ledger.take_back(p_account, v_result.posting_id, v_leg, p_target.id, 5, v_left - v_paid);
  update ledger.ledger_account set clawed_micros = total_micros where account_id = p_account and id = p_target.id;
  return v_result;
end $$;
--> statement-breakpoint
-- Corrects a posting by a reversing one, once: its reference is `reversal:` and the id of what it undoes. An expiry and a
-- reversal cannot be reversed, nor a clawback whose deposit was. What is frozen becomes free whatever became of its deposit.
create function ledger.reverse(p_account bigint, p_target_reference text, p_occurred_at timestamptz, p_now timestamptz)
returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_target ledger.posting;
  v_reference text;
  v_hash bytea;
  v_result ledger.posting_result;
begin
  if (isfinite(p_occurred_at) and isfinite(p_now) and p_target_reference is not null) is not true
  then return ledger.refusal('invalid'); end if;
  perform ledger.lock_account(p_account);
  select * into v_target from ledger.posting where account_id = p_account and reference = p_target_reference;
  v_reference := 'reversal:' || v_target.id;
  v_hash := sha256(convert_to(v_reference, 'UTF8'));
  v_result := ledger.begin_posting(p_account, v_reference, v_hash, p_now);
  if v_result.status is not null then return v_result; end if;
  if v_target.id is null then return ledger.refusal('unknown_target'); end if;
  if v_target.code in ('expiry', 'reversal')
    or v_target.code <> 'hold'
      and exists (select from ledger.posting where account_id = p_account and reference = 'reversal:' || v_target.target_id)
  then return ledger.refusal('invalid'); end if;

  if v_target.code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance') then
    return ledger.take_deposit_back(p_account, v_reference, v_hash, v_target, p_occurred_at, p_now);
  elsif v_target.code in ('usage', 'rent', 'refund', 'dispute', 'hold') then
    return ledger.give_back(p_account, v_reference, v_hash, v_target, p_occurred_at, p_now);
  end if;
  v_result := row('posted'::text, null, v_target.total_micros, ledger.wallet_total(p_account), '{}');
  v_result.posting_id := ledger.record(p_account, 'reversal', v_reference, v_hash, v_target.total_micros,
    v_result.balance_micros, v_result.answer, v_target.id, p_occurred_at, p_now);
  perform ledger.move(p_account, v_result.posting_id, 0, 4, 3, v_target.total_micros);
  return v_result;
end $$;
--> statement-breakpoint
-- Many spends in one call and one commit; answers in the order of the items, each item at its own `now`. A refused item fails
-- alone. The accounts are locked in the order of their ids, so two batches cannot lock each other out. Without p_waits no
-- lock is waited for: the items of an account that another transaction has locked are answered busy, and nothing is done.
create function ledger.spend_batch(
  p_accounts bigint[], p_codes text[], p_references text[], p_micros bigint[], p_overdraft_limits bigint[],
  p_occurred_at timestamptz[], p_nows timestamptz[], p_waits boolean
) returns setof ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_busy bigint[] := '{}';
  v_results ledger.posting_result[];
begin
  if p_waits then
    perform pg_advisory_xact_lock(account | 4611686018427387904)
    from (select distinct account from unnest(p_accounts) as account order by account) as named;
  else
    v_busy := array(select account from (select distinct account from unnest(p_accounts) as account) as named
      where not pg_try_advisory_xact_lock(account | 4611686018427387904));
  end if;
  -- Reckoning in memory costs more than it saves on a few.
  if cardinality(p_accounts) > 4 then
    v_results := ledger.spend_plain(p_accounts, p_codes, p_references, p_micros, p_overdraft_limits, p_occurred_at, p_nows, v_busy);
    if array_position(v_results, null) is null then
      return query select * from unnest(v_results);
      return;
    end if;
  end if;
  for i in 1 .. coalesce(cardinality(p_accounts), 0) loop
    if v_results[i] is not null then
      return next v_results[i];
    elsif p_accounts[i] = any (v_busy) then
      return next ledger.refusal('busy');
    else
      return next ledger.spend(p_accounts[i], p_codes[i], p_references[i], p_micros[i], p_overdraft_limits[i], p_occurred_at[i], p_nows[i]);
    end if;
  end loop;
end $$;
--> statement-breakpoint
-- The plain case of spend_batch: all accounts' rows are read once, the postings are reckoned in memory, and all of them are
-- written by four statements at most. Reckons exactly as ledger.spend does. Null where an item must be spent by itself:
-- of the accounts in p_without, of those with odd items, and of those without open books, in which something is due at the
-- latest `now`, or whose items go back in time. The statements are planned once, along the tables' keys, however few rows
-- there were then.
create function ledger.spend_plain(
  p_accounts bigint[], p_codes text[], p_references text[], p_micros bigint[], p_overdraft_limits bigint[],
  p_occurred_at timestamptz[], p_nows timestamptz[], p_without bigint[]
) returns ledger.posting_result[]
language plpgsql set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  -- Accounts with an item that is not acceptable, or whose reference is known or named twice. Asked for as the first of a range,
  -- a reference is looked up by its own index.
  v_odd bigint[] := array(
    select account from unnest(p_accounts, p_codes, p_references, p_micros, p_overdraft_limits, p_occurred_at, p_nows)
      as item (account, code, reference, micros, overdraft_limit, occurred_at, now)
    group by account, reference
    having count(*) > 1
      or not bool_and((ledger.acceptable(reference, micros, occurred_at, now) and code in ('usage', 'rent')
        and coalesce(overdraft_limit, 0) >= 0) is true)
      or (select reference from ledger.posting where account_id = item.account
        and posting.reference >= item.reference and posting.reference <= item.reference order by reference limit 1) is not null);
  -- The account at hand: its items, its sources in spending order, and after them usage and rent.
  v_wallet record;
  v_balances bigint[];
  v_i integer;
  v_micros bigint;
  v_next integer;
  v_contra integer;
  v_total bigint;
  v_since timestamptz;
  v_last timestamptz;
  v_at timestamptz;
  -- The latest moment stored within the millisecond that begins with the item's; looked up once, for all.
  v_crowds timestamptz[];
  v_take bigint;
  v_leg integer;
  -- What is written: postings, the legs of those that have several, balances, and who is below zero now.
  n integer := 0;
  m integer := 0;
  b integer := 0;
  v_reckoned integer[] := '{}';
  v_posted integer[] := '{}';
  v_totals bigint[] := '{}';
  v_overdrafts bigint[] := '{}';
  v_moments timestamptz[] := '{}';
  v_from bigint[] := '{}';
  v_to bigint[] := '{}';
  v_from_balance bigint[] := '{}';
  v_to_balance bigint[] := '{}';
  v_postings bigint[];
  l_posting integer[] := '{}';
  l_leg integer[] := '{}';
  l_from bigint[] := '{}';
  l_to bigint[] := '{}';
  l_micros bigint[] := '{}';
  l_from_balance bigint[] := '{}';
  l_to_balance bigint[] := '{}';
  b_account bigint[] := '{}';
  b_id bigint[] := '{}';
  b_micros bigint[] := '{}';
  b_moment timestamptz[] := '{}';
  z_account bigint[] := '{}';
  z_since timestamptz[] := '{}';
begin
  <<wallets>>
  for v_wallet in
    select named.account, named.items, wallet.ids, wallet.balances, wallet.total, wallet.below_zero_since, wallet.known
    from (
      select account, array_agg(position::integer order by position) as items, max(now) as latest
      from unnest(p_accounts, p_nows) with ordinality as item (account, now, position)
      where account <> all (v_odd || p_without) group by account) as named,
    lateral (
      select array_agg(id) as ids, array_agg(balance_micros) as balances, sum(balance_micros) filter (where in_wallet) as total,
        max(below_zero_since) as below_zero_since, max(last_moment) as known, min(expires_at) as due
      from (
        select id, balance_micros, in_wallet, below_zero_since, last_moment, expires_at from ledger.ledger_account
        where account_id = named.account and (in_wallet or spend_rank >= 5) order by spend_rank, priority, spend_by, id) as source
    ) as wallet
    where wallet.ids is not null and (wallet.due <= named.latest) is not true
    order by named.account
  loop
    for j in 2 .. cardinality(v_wallet.items) loop
      continue wallets when p_occurred_at[v_wallet.items[j]] < p_occurred_at[v_wallet.items[j - 1]];
    end loop;
    v_balances := v_wallet.balances;
    v_total := v_wallet.total;
    v_since := v_wallet.below_zero_since;
    v_next := 1;
    v_last := null;
    v_reckoned := v_reckoned || v_wallet.items;
    foreach v_i in array v_wallet.items loop
      v_micros := p_micros[v_i];
      continue when v_total - v_micros < -p_overdraft_limits[v_i];

      -- Free: later than what this batch gave the account, and found free among what is stored where that is later still.
      v_at := greatest(p_occurred_at[v_i], v_last + interval '1 microsecond');
      if v_at <= v_wallet.known then
        if v_crowds is null then v_crowds := ledger.crowds(p_accounts, p_occurred_at); end if;
        v_at := greatest(v_at, v_crowds[v_i] + interval '1 microsecond');
        if v_at >= p_occurred_at[v_i] + interval '1 millisecond' then
          v_at := ledger.moment_after(v_wallet.account, v_at, v_wallet.known);
        end if;
      end if;
      v_last := v_at;
      n := n + 1;
      v_total := v_total - v_micros;
      v_posted[n] := v_i;
      v_moments[n] := v_at;
      v_totals[n] := v_total;
      v_overdrafts[n] := 0;
      -- Spends only fall: the first posting below zero is where the wallet crossed it.
      if v_total < 0 and v_since is null then
        v_since := greatest(v_at, p_nows[v_i]);
        z_account := z_account || v_wallet.account;
        z_since := z_since || v_since;
      end if;
      v_contra := cardinality(v_balances) - case p_codes[v_i] when 'usage' then 1 else 0 end;
      while v_wallet.ids[v_next] <> 1 and v_balances[v_next] = 0 loop v_next := v_next + 1; end loop;
      if v_wallet.ids[v_next] = 1 or v_balances[v_next] >= v_micros then
        if v_wallet.ids[v_next] = 1 then v_overdrafts[n] := v_micros; end if;
        v_balances[v_next] := v_balances[v_next] - v_micros;
        v_balances[v_contra] := v_balances[v_contra] + v_micros;
        v_from[n] := v_wallet.ids[v_next];
        v_to[n] := v_wallet.ids[v_contra];
        v_from_balance[n] := v_balances[v_next];
        v_to_balance[n] := v_balances[v_contra];
      else
        -- Subscripts reach as far as something was assigned, and a posting without a transfer of its own has nulls.
        v_from[n] := null;
        v_to[n] := null;
        v_from_balance[n] := null;
        v_to_balance[n] := null;
        v_leg := 0;
        while v_micros > 0 loop
          v_take := case v_wallet.ids[v_next] when 1 then v_micros else least(v_micros, v_balances[v_next]) end;
          if v_wallet.ids[v_next] = 1 then v_overdrafts[n] := v_take; end if;
          v_leg := v_leg + 1;
          m := m + 1;
          v_balances[v_next] := v_balances[v_next] - v_take;
          v_balances[v_contra] := v_balances[v_contra] + v_take;
          l_posting[m] := n;
          l_leg[m] := v_leg;
          l_from[m] := v_wallet.ids[v_next];
          l_to[m] := v_wallet.ids[v_contra];
          l_micros[m] := v_take;
          l_from_balance[m] := v_balances[v_next];
          l_to_balance[m] := v_balances[v_contra];
          v_micros := v_micros - v_take;
          if v_micros > 0 then v_next := v_next + 1; end if;
        end loop;
      end if;
    end loop;
    for j in 1 .. cardinality(v_balances) loop
      if v_balances[j] <> v_wallet.balances[j] then
        b := b + 1;
        b_account[b] := v_wallet.account;
        b_id[b] := v_wallet.ids[j];
        b_micros[b] := v_balances[j] - v_wallet.balances[j];
        b_moment[b] := v_last;
      end if;
    end loop;
  end loop;
  if n > 0 then
    with written as (
      insert into ledger.posting (account_id, code, reference, input_hash, currency, total_micros, balance_micros, answer, occurred_at,
        from_id, to_id, from_balance_micros, to_balance_micros)
      select p_accounts[item], p_codes[item], p_references[item], sha256(convert_to(p_codes[item] || '|' || p_micros[item], 'UTF8')),
        'USD', p_micros[item], total, jsonb_build_object('overdraftMicros', overdraft), moment, from_id, to_id, from_balance, to_balance
      from unnest(v_posted, v_totals, v_overdrafts, v_moments, v_from, v_to, v_from_balance, v_to_balance) with ordinality
        as plan (item, total, overdraft, moment, from_id, to_id, from_balance, to_balance, place)
      order by place
      returning id
    )
    select array_agg(id order by id) into v_postings from written;
    update ledger.ledger_account as a
    set balance_micros = a.balance_micros + moved.micros,
      last_moment = case when a.id in (6, 7) then greatest(a.last_moment, moved.moment) else a.last_moment end
    from unnest(b_account, b_id, b_micros, b_moment) as moved (account, id, micros, moment)
    where a.account_id = moved.account and a.id = moved.id;
  end if;
  if m > 0 then
    insert into ledger.leg
      (account_id, posting_id, leg, from_id, to_id, amount_micros, currency, from_balance_micros, to_balance_micros)
    select p_accounts[v_posted[place]], v_postings[place], number, from_id, to_id, micros, 'USD', from_balance, to_balance
    from unnest(l_posting, l_leg, l_from, l_to, l_micros, l_from_balance, l_to_balance)
      as plan (place, number, from_id, to_id, micros, from_balance, to_balance);
  end if;
  if cardinality(z_account) > 0 then
    update ledger.ledger_account as a set below_zero_since = crossed.since
    from unnest(z_account, z_since) as crossed (account, since) where a.account_id = crossed.account and a.id = 1;
  end if;
  return array(
    select case when place is not null then row('posted'::text, v_postings[place], p_micros[item], v_totals[place],
        jsonb_build_object('overdraftMicros', v_overdrafts[place]))::ledger.posting_result
      when reckoned.item is not null then ledger.refusal('insufficient') end
    from generate_series(1, cardinality(p_accounts)) as item
      left join unnest(v_reckoned) as reckoned (item) using (item)
      left join unnest(v_posted) with ordinality as plan (item, place) using (item)
    order by item);
end $$;
--> statement-breakpoint
-- Expires what is due in up to p_limit accounts, one account at a time in the order of due dates; answers how many grants.
create function ledger.expire_due_grants(p_now timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_account bigint;
  v_count integer := 0;
begin
  for v_account in
    select due.account_id from (select account_id, expires_at from ledger.ledger_account where in_wallet and expires_at <= p_now
      order by expires_at limit p_limit) as due group by due.account_id order by due.account_id
  loop
    v_count := v_count + ledger.expire_grants(v_account, p_now);
  end loop;
  return v_count;
end $$;
--> statement-breakpoint
-- Every law of the books that a constraint cannot hold, as rows that break it. Empty: the books are right.
create view ledger.violations with (security_invoker = true) as
  select 'account_sum_not_zero' as law, account_id, null::bigint as row_id, sum(balance_micros)::text as detail
  from ledger.ledger_account group by account_id having sum(balance_micros) <> 0
  union all
  select 'chart_incomplete', account_id, null, count(*) filter (where kind <> 'grant') || ' of 10'
  from ledger.ledger_account group by account_id having count(*) filter (where kind <> 'grant') <> 10
  union all
  select 'balance_is_not_sum_of_transfers', a.account_id, a.id, a.balance_micros || ' but ' || coalesce(moved.micros, 0)
  from ledger.ledger_account as a left join (
    select account_id, id, sum(micros) as micros from (
      select account_id, from_id as id, -amount_micros as micros from ledger.transfer
      union all select account_id, to_id, amount_micros from ledger.transfer) as side group by account_id, id
  ) as moved on moved.account_id = a.account_id and moved.id = a.id
  where a.balance_micros <> coalesce(moved.micros, 0)
  union all
  select 'running_balance_broken', account_id, posting_id, 'leg ' || leg || ' of ' || id
  from (select account_id, posting_id, leg, id, after,
      coalesce(lag(after) over (partition by account_id, id order by posting_id, leg), 0) + micros as expected
    from (select account_id, posting_id, leg, from_id as id, -amount_micros as micros, from_balance_micros as after from ledger.transfer
      union all select account_id, posting_id, leg, to_id, amount_micros, to_balance_micros from ledger.transfer) as side) as chain
  where after is distinct from expected
  union all
  select 'total_is_not_sum_of_legs', p.account_id, p.id, p.total_micros || ' but ' || coalesce(sum(t.amount_micros), 0)
  from ledger.posting as p left join ledger.transfer as t on t.account_id = p.account_id and t.posting_id = p.id
  group by p.account_id, p.id having p.total_micros <> coalesce(sum(t.amount_micros), 0)
  union all
  select 'legs_not_counted_from_one', account_id, posting_id, max(leg) || ' of ' || count(*)
  from ledger.transfer group by account_id, posting_id having max(leg) <> count(*)
  union all
  select 'clawed_is_not_what_was_taken', g.account_id, g.id, g.clawed_micros || ' but ' || coalesce(taken.micros, 0)
  from ledger.ledger_account as g left join (
    select p.account_id, p.target_id, sum(p.total_micros) as micros
    from ledger.posting as p left join ledger.posting as d on d.account_id = p.account_id and d.id = p.target_id
    where (p.code in ('refund', 'dispute') or p.code = 'reversal' and d.code <> 'reversal')
      and not exists (select from ledger.posting as undone where undone.account_id = p.account_id and undone.code = 'reversal'
        and undone.target_id = p.id)
    group by p.account_id, p.target_id
  ) as taken on taken.account_id = g.account_id and taken.target_id = g.id
  where g.kind = 'grant' and g.clawed_micros <> coalesce(taken.micros, 0)
  union all
  select 'held_is_not_what_is_frozen', h.account_id, h.id, h.balance_micros || ' but ' || coalesce(frozen.micros, 0)
  from ledger.ledger_account as h left join (
    select p.account_id, sum(p.total_micros) as micros from ledger.posting as p
    where p.code = 'hold' and not exists (select from ledger.posting as undone where undone.account_id = p.account_id
      and undone.reference = 'reversal:' || p.id)
    group by p.account_id
  ) as frozen using (account_id)
  where h.kind = 'held' and h.balance_micros <> coalesce(frozen.micros, 0)
  union all
  select 'below_zero_since_wrong', o.account_id, o.id, coalesce(o.below_zero_since::text, 'null') || ' at ' || o.balance_micros + coalesce(g.micros, 0)
  from ledger.ledger_account as o left join (
    select account_id, sum(balance_micros) as micros from ledger.ledger_account where in_wallet and id <> 1 group by account_id) as g using (account_id)
  where o.kind = 'overdraft' and (o.below_zero_since is not null) <> (o.balance_micros + coalesce(g.micros, 0) < 0)
  union all
  select 'last_balance_wrong', p.account_id, p.id, p.balance_micros || ' but ' || wallet.micros
  from (select distinct on (account_id) account_id, id, balance_micros from ledger.posting order by account_id, id desc) as p
  join (select account_id, sum(balance_micros) as micros from ledger.ledger_account where in_wallet group by account_id) as wallet
    using (account_id)
  where p.balance_micros <> wallet.micros
  union all
  select 'wallet_flag_wrong', account_id, id, kind || ' ' || balance_micros from ledger.ledger_account
  where in_wallet <> (kind = 'overdraft' or kind = 'grant' and balance_micros > 0)
  union all
  select 'currency_differs', p.account_id, p.id, p.currency || ' but ' || o.currency
  from ledger.posting as p join ledger.ledger_account as o on o.account_id = p.account_id and o.id = 1
  where p.currency <> o.currency
    or exists (select from ledger.transfer as t where t.account_id = p.account_id and t.posting_id = p.id and t.currency <> o.currency)
  union all
  select 'last_moment_wrong', o.account_id, null, coalesce(noted.moment::text, 'null') || ' but ' || latest.moment
  from ledger.ledger_account as o
  join lateral (select max(last_moment) as moment from ledger.ledger_account as a where a.account_id = o.account_id) as noted on true
  join lateral (select greatest(
      (select max(occurred_at) from ledger.posting as p where p.account_id = o.account_id),
      (select max(placed_at) from public.usage_event as u where u.account_id = o.account_id)) as moment) as latest on true
  where o.id = 1 and noted.moment is distinct from latest.moment
  union all
  select 'target_not_fitting', p.account_id, p.id, p.code || ' of ' || coalesce(p.target_id::text, 'nothing') from ledger.posting as p
  where (p.code in ('refund', 'dispute', 'hold', 'expiry', 'reversal')) <> (p.target_id is not null)
    or p.total_micros = 0 and p.code not in ('refund', 'dispute', 'reversal')
  union all
  select 'target_unknown', p.account_id, p.id, p.target_id::text from ledger.posting as p
  where p.target_id is not null
    and not exists (select from ledger.posting as t where t.account_id = p.account_id and t.id = p.target_id and t.id < p.id)
  union all
  select 'transfer_not_fitting', p.account_id, p.id, p.code || ' over ' || p.total_micros from ledger.posting as p
  where num_nulls(p.from_id, p.to_id, p.from_balance_micros, p.to_balance_micros) not in (0, 4)
    or p.from_id is not null and (p.code not in ('usage', 'rent') or p.total_micros = 0
      or exists (select from ledger.leg as l where l.account_id = p.account_id and l.posting_id = p.id))
  union all
  select 'side_unknown', t.account_id, t.posting_id, t.from_id || ' to ' || t.to_id
  from ledger.transfer as t
  where not exists (select from ledger.ledger_account as a where a.account_id = t.account_id and a.id = t.from_id)
    or not exists (select from ledger.ledger_account as a where a.account_id = t.account_id and a.id = t.to_id)
    or not exists (select from ledger.posting as p where p.account_id = t.account_id and p.id = t.posting_id);
--> statement-breakpoint
revoke all on all functions in schema ledger from public;
--> statement-breakpoint
grant usage on schema ledger to talktime_app, talktime_readonly;
--> statement-breakpoint
grant select on all tables in schema ledger to talktime_app, talktime_readonly;
--> statement-breakpoint
grant execute on function ledger.balance to talktime_app, talktime_readonly;
--> statement-breakpoint
grant execute on function ledger.open, ledger.grant_credit, ledger.spend, ledger.claw_back, ledger.freeze, ledger.expire_grants,
  ledger.reverse, ledger.pay_subscription, ledger.repay, ledger.spend_batch, ledger.expire_due_grants to talktime_app;
