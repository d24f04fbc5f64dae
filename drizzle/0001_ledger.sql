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
create trigger transfer_append_only before update or delete on ledger.transfer
  for each row execute function ledger.refuse_change();
--> statement-breakpoint
create trigger transfer_no_truncate before truncate on ledger.transfer
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
  spend_rank, spend_by, total_micros, granted_micros on ledger.ledger_account
  for each row execute function ledger.refuse_change();
--> statement-breakpoint
create function ledger.refuse_row(p_table text, p_law text) returns void language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'row of ledger.% breaks the law %', p_table, p_law using
    errcode = case p_law when 'by_function' then 'restrict_violation' when 'reference_known' then 'foreign_key_violation'
      else 'check_violation' end,
    schema = 'ledger', table = p_table, constraint = p_table || '_' || p_law;
end $$;
--> statement-breakpoint
-- The laws of single rows. Each is written as what a lawful row satisfies; null breaks it. The ledger's functions carry
-- `set ledger.writer = 'on'`, so that rows written in any other way are refused, to the owner too.
create function ledger.hold_account_laws() returns trigger language plpgsql as $$
declare
  v_law text := case
    when (current_setting('ledger.writer', true) = 'on') is not true then 'by_function'
    when (case when new.kind in ('overdraft', 'stripe', 'promotions') then new.balance_micros <= 0
      else new.balance_micros >= 0 end) is not true then 'sign'
    when (new.balance_micros between -1000000000000000 and 1000000000000000) is not true then 'bounds'
    when new.kind = 'grant' and (new.balance_micros <= new.granted_micros) is not true then 'granted'
    when new.kind = 'grant' and (new.clawed_micros between 0 and new.total_micros) is not true then 'clawed'
    when new.kind <> 'overdraft' and new.below_zero_since is not null then 'below_zero'
  end;
  v_in_wallet boolean := new.kind = 'overdraft' or new.kind = 'grant' and new.balance_micros > 0;
begin
  if v_law is not null then perform ledger.refuse_row('ledger_account', v_law); end if;
  if new.in_wallet is distinct from v_in_wallet then new.in_wallet := v_in_wallet; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger ledger_account_lawful before insert or update on ledger.ledger_account
  for each row execute function ledger.hold_account_laws();
--> statement-breakpoint
create function ledger.hold_chart_laws() returns trigger language plpgsql as $$
declare
  v_law text := case
    when (new.id = case new.kind when 'overdraft' then 1 when 'held' then 2 when 'stripe' then 3 when 'subscriptions' then 4
      when 'promotions' then 5 when 'usage' then 6 when 'rent' then 7 when 'expired' then 8 when 'refunds' then 9
      when 'disputes' then 10 when 'grant' then greatest(new.id, 1000) end) is not true then 'chart'
    when (new.currency = 'USD') is not true then 'currency'
    when new.balance_micros <> 0 or new.clawed_micros <> 0 then 'opening'
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
  new.spend_rank := case when new.kind = 'overdraft' then 4 when new.category = 'allowance' then 1
    when new.category = 'promotional' then 2 when new.category = 'purchased' then 3 end;
  new.spend_by := case when new.spend_rank in (1, 2) then coalesce(new.expires_at, 'infinity') when new.spend_rank = 3 then 'infinity' end;
  return new;
end $$;
--> statement-breakpoint
create trigger ledger_account_chart before insert on ledger.ledger_account
  for each row execute function ledger.hold_chart_laws();
--> statement-breakpoint
create function ledger.hold_posting_laws() returns trigger language plpgsql as $$
declare
  v_law text := case
    when (current_setting('ledger.writer', true) = 'on') is not true then 'by_function'
    when (new.code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance', 'usage', 'rent', 'refund', 'dispute',
      'expiry', 'subscription', 'reversal')) is not true then 'code'
    when (length(new.reference) between 1 and 255) is not true then 'reference_length'
    when (octet_length(new.input_hash) = 32) is not true then 'input_hash'
    when (new.currency = 'USD') is not true then 'currency'
    when (new.total_micros between case when new.code in ('refund', 'dispute', 'reversal') then 0 else 1 end and 1000000000000)
      is not true then 'total'
    when (new.balance_micros between -1000000000000000 and 1000000000000000) is not true then 'balance'
    when (new.code in ('refund', 'dispute', 'expiry', 'reversal')) <> (new.target_id is not null) then 'target'
    when isfinite(new.occurred_at) is not true then 'moment'
  end;
begin
  if v_law is not null then perform ledger.refuse_row('posting', v_law); end if;
  if new.target_id is not null
    and not exists (select from ledger.posting where account_id = new.account_id and id = new.target_id)
  then perform ledger.refuse_row('posting', 'reference_known'); end if;
  return new;
end $$;
--> statement-breakpoint
create trigger posting_lawful before insert on ledger.posting for each row execute function ledger.hold_posting_laws();
--> statement-breakpoint
-- Both sides and the posting are of the transfer's account and both sides of its currency; the balances after it are
-- those the rows hold, never what the writer says.
create function ledger.hold_transfer_laws() returns trigger language plpgsql as $$
declare
  v_law text := case
    when (current_setting('ledger.writer', true) = 'on') is not true then 'by_function'
    when (new.amount_micros between 1 and 1000000000000) is not true then 'amount'
    when (new.from_id <> new.to_id) is not true then 'sides'
    when (new.leg >= 1) is not true then 'leg'
  end;
begin
  if v_law is not null then perform ledger.refuse_row('transfer', v_law); end if;
  select giver.balance_micros, taker.balance_micros into new.from_balance_micros, new.to_balance_micros
  from ledger.ledger_account as giver, ledger.ledger_account as taker
  where giver.account_id = new.account_id and giver.id = new.from_id and giver.currency = new.currency
    and taker.account_id = new.account_id and taker.id = new.to_id and taker.currency = new.currency
    and exists (select from ledger.posting where account_id = new.account_id and id = new.posting_id);
  if not found then perform ledger.refuse_row('transfer', 'reference_known'); end if;
  return new;
end $$;
--> statement-breakpoint
create trigger transfer_lawful before insert on ledger.transfer for each row execute function ledger.hold_transfer_laws();
--> statement-breakpoint
-- status: posted, replayed (answered from the stored posting), mismatch (the reference was used for something else),
-- insufficient, unknown_account, unknown_target, invalid. All but the first two wrote nothing.
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
language sql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
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
  return row('replayed'::text, v_posting.id, v_posting.total_micros, v_posting.balance_micros, v_posting.answer);
end $$;
--> statement-breakpoint
-- p_at, or the next microsecond after the postings that crowd the same millisecond. Call under the account's lock.
create function ledger.free_moment(p_account bigint, p_at timestamptz) returns timestamptz
language plpgsql as $$
declare
  v_at timestamptz := p_at;
  v_next timestamptz;
begin
  loop
    select max(occurred_at) + interval '1 microsecond' into v_next from ledger.posting
    where account_id = p_account and occurred_at >= v_at and occurred_at < v_at + interval '1 millisecond';
    if v_next is null then return v_at; end if;
    if v_next < v_at + interval '1 millisecond' then return v_next; end if;
    v_at := v_next;
  end loop;
end $$;
--> statement-breakpoint
-- What the account's holder has: the overdraft, and what is left of grants not expired yet. Null: no such account.
create function ledger.wallet_total(p_account bigint) returns bigint
language sql as $$
  select sum(balance_micros)::bigint from ledger.ledger_account where account_id = p_account and in_wallet
$$;
--> statement-breakpoint
-- Writes a posting and keeps below_zero_since; the caller then moves p_total by its legs, which bring the wallet to p_balance.
create function ledger.record(
  p_account bigint, p_code text, p_reference text, p_hash bytea, p_total bigint, p_balance bigint, p_answer jsonb,
  p_target bigint, p_occurred_at timestamptz
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
  update ledger.ledger_account set below_zero_since = case when p_balance < 0 then v_at end
  where account_id = p_account and id = 1 and (below_zero_since is null) = (p_balance < 0);
  return v_posting;
end $$;
--> statement-breakpoint
-- Moves money between two ledger accounts of the account as the leg after p_leg; answers its number. Zero is no leg.
create function ledger.move(p_account bigint, p_posting bigint, p_leg integer, p_from bigint, p_to bigint, p_micros bigint)
returns integer language plpgsql as $$
begin
  if p_micros = 0 then return p_leg; end if;
  update ledger.ledger_account set balance_micros = balance_micros + case id when p_to then p_micros else -p_micros end
  where account_id = p_account and id in (p_from, p_to);
  insert into ledger.transfer (account_id, posting_id, leg, from_id, to_id, amount_micros, currency)
  values (p_account, p_posting, p_leg + 1, p_from, p_to, p_micros, 'USD');
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
      v_grant.balance_micros, ledger.wallet_total(p_account) - v_grant.balance_micros, '{}', v_grant.id, v_grant.expires_at);
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
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
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
    v_result.answer, null, p_occurred_at);
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
-- The hot path: one read, one insert, and for each leg two updates and an insert. That the reference and the moment are
-- free is left to the unique indexes; only where one of them objects is it looked into.
create function ledger.spend(
  p_account bigint, p_code text, p_reference text, p_micros bigint, p_overdraft_limit bigint, p_occurred_at timestamptz,
  p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
declare
  v_contra bigint := case p_code when 'usage' then 6 when 'rent' then 7 end;
  v_hash bytea;
  v_result ledger.posting_result;
  v_source record;
  v_total bigint;
  v_since timestamptz;
  v_left bigint := p_micros;
  v_take bigint;
  v_sources bigint[] := '{}';
  v_takes bigint[] := '{}';
  v_answer jsonb := '{"overdraftMicros": 0}';
  v_posting bigint;
  v_leg integer := 0;
begin
  if v_contra is null or p_overdraft_limit < 0 or not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now)
  then return ledger.refusal('invalid'); end if;
  v_hash := sha256(convert_to(p_code || '|' || p_micros, 'UTF8'));
  perform pg_advisory_xact_lock(p_account | 4611686018427387904);
  for v_source in
    select id, balance_micros, expires_at, below_zero_since from ledger.ledger_account
    where account_id = p_account and in_wallet order by spend_rank, priority, spend_by, id
  loop
    if v_source.expires_at <= p_now then
      perform ledger.expire_due(p_account, p_now);
      return ledger.spend(p_account, p_code, p_reference, p_micros, p_overdraft_limit, p_occurred_at, p_now);
    end if;
    v_total := coalesce(v_total, -p_micros) + v_source.balance_micros;
    v_since := v_source.below_zero_since;
    continue when v_left = 0;
    v_take := case when v_source.id = 1 then v_left else least(v_left, v_source.balance_micros) end;
    v_sources := v_sources || v_source.id;
    v_takes := v_takes || v_take;
    v_left := v_left - v_take;
    if v_source.id = 1 then v_answer := jsonb_build_object('overdraftMicros', v_take); end if;
  end loop;
  if v_total is null then return ledger.refusal('unknown_account'); end if;
  if v_total < -p_overdraft_limit then
    v_result := ledger.replay(p_account, p_reference, v_hash);
    if v_result.status is null then return ledger.refusal('insufficient'); end if;
    return v_result;
  end if;

  insert into ledger.posting (account_id, code, reference, input_hash, currency, total_micros, balance_micros, answer, occurred_at)
  values (p_account, p_code, p_reference, v_hash, 'USD', p_micros, v_total, v_answer, p_occurred_at)
  on conflict do nothing returning id into v_posting;
  if v_posting is null then
    v_result := ledger.replay(p_account, p_reference, v_hash);
    if v_result.status is not null then return v_result; end if;
    insert into ledger.posting (account_id, code, reference, input_hash, currency, total_micros, balance_micros, answer, occurred_at)
    values (p_account, p_code, p_reference, v_hash, 'USD', p_micros, v_total, v_answer, ledger.free_moment(p_account, p_occurred_at))
    returning id into v_posting;
  end if;
  for i in 1 .. array_length(v_sources, 1) loop
    v_leg := ledger.move(p_account, v_posting, v_leg, v_sources[i], v_contra, v_takes[i]);
  end loop;
  if (v_since is null) = (v_total < 0) then
    update ledger.ledger_account set below_zero_since = (select occurred_at from ledger.posting
      where account_id = p_account and id = v_posting and v_total < 0)
    where account_id = p_account and id = 1;
  end if;
  return row('posted'::text, v_posting, p_micros, v_total, v_answer);
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
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
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
    v_result.answer, v_grant, p_occurred_at);
  perform ledger.take_back(p_account, v_result.posting_id, 0, v_grant, v_contra, v_micros);
  update ledger.ledger_account set clawed_micros = clawed_micros + v_micros where account_id = p_account and id = v_grant;
  return v_result;
end $$;
--> statement-breakpoint
-- Expires the account's due grants now; answers how many. Unneeded for correctness: every posting does it first.
create function ledger.expire_grants(p_account bigint, p_now timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
begin
  perform ledger.lock_account(p_account);
  return ledger.expire_due(p_account, p_now);
end $$;
--> statement-breakpoint
-- The balance at p_now, as if every due grant had been expired, and since when it has been below zero. Nulls: no such account.
create function ledger.balance(p_account bigint, p_now timestamptz, out balance_micros bigint, out below_zero_since timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
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
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
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
    v_result.answer, null, p_occurred_at);
  perform ledger.move(p_account, v_result.posting_id, 0, 3, 4, p_micros);
  return v_result;
end $$;
--> statement-breakpoint
-- Undoes a posting that took from the wallet (usage, rent, refund, dispute), last leg first: money coming back repays
-- overdraft, then returns to the grant it came from; to `expired` where that grant has expired since, and to a new
-- purchased grant where a later deposit has repaid the overdraft it came from. A grant that another caller, whose clock was
-- ahead, has expired stays expired.
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
    v_repaid := least(v_overdraft, v_part.amount_micros);
    v_overdraft := v_overdraft - v_repaid;
    v_from := v_from || array[v_part.to_id, v_part.to_id];
    v_micros := v_micros || array[v_repaid, v_part.amount_micros - v_repaid];
    if v_part.from_id = 1 then
      v_to := v_to || array[1, null]::bigint[];
      v_anew := v_anew + v_part.amount_micros - v_repaid;
    elsif v_part.expired then
      v_to := v_to || array[1, 8]::bigint[];
      v_expired := v_expired + v_part.amount_micros - v_repaid;
    else
      v_to := v_to || array[1, v_part.from_id];
    end if;
  end loop;
  v_result := row('posted'::text, null, p_target.total_micros, ledger.wallet_total(p_account) + p_target.total_micros - v_expired,
    jsonb_build_object('expiredMicros', v_expired));
  v_result.posting_id := ledger.record(p_account, 'reversal', p_reference, p_hash, p_target.total_micros, v_result.balance_micros,
    v_result.answer, p_target.id, p_occurred_at);
  if v_anew > 0 then
    perform ledger.add_grant(p_account, v_result.posting_id, 'purchased', 0, null, v_anew, v_anew);
  end if;
  for i in 1 .. cardinality(v_from) loop
    v_leg := ledger.move(p_account, v_result.posting_id, v_leg, v_from[i], coalesce(v_to[i], v_result.posting_id), v_micros[i]);
  end loop;
  update ledger.ledger_account set clawed_micros = clawed_micros - p_target.total_micros
  where account_id = p_account and id = p_target.target_id;
  return v_result;
end $$;
--> statement-breakpoint
-- Undoes a deposit or an allowance as far as it has not been clawed back: like a clawback, but to where it came from.
create function ledger.take_deposit_back(
  p_account bigint, p_reference text, p_hash bytea, p_target ledger.posting, p_occurred_at timestamptz
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
    v_result.answer, p_target.id, p_occurred_at);
  v_leg := ledger.take_back(p_account, v_result.posting_id, 0, p_target.id, 3, v_paid);
  v_leg := ledger.take_back(p_account, v_result.posting_id, v_leg, p_target.id, 5, v_left - v_paid);
  update ledger.ledger_account set clawed_micros = total_micros where account_id = p_account and id = p_target.id;
  return v_result;
end $$;
--> statement-breakpoint
-- Corrects a posting by a reversing one, once: its reference is `reversal:` and the id of what it undoes. An expiry and a
-- reversal cannot be reversed, nor a clawback whose deposit was.
create function ledger.reverse(p_account bigint, p_target_reference text, p_occurred_at timestamptz, p_now timestamptz)
returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
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
    or exists (select from ledger.posting where account_id = p_account and reference = 'reversal:' || v_target.target_id)
  then return ledger.refusal('invalid'); end if;

  if v_target.code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance') then
    return ledger.take_deposit_back(p_account, v_reference, v_hash, v_target, p_occurred_at);
  elsif v_target.code in ('usage', 'rent', 'refund', 'dispute') then
    return ledger.give_back(p_account, v_reference, v_hash, v_target, p_occurred_at, p_now);
  end if;
  v_result := row('posted'::text, null, v_target.total_micros, ledger.wallet_total(p_account), '{}');
  v_result.posting_id := ledger.record(p_account, 'reversal', v_reference, v_hash, v_target.total_micros,
    v_result.balance_micros, v_result.answer, v_target.id, p_occurred_at);
  perform ledger.move(p_account, v_result.posting_id, 0, 4, 3, v_target.total_micros);
  return v_result;
end $$;
--> statement-breakpoint
-- Many spends in one call and one commit; answers in the order of the items. A refused item fails alone. The accounts are
-- locked in the order of their ids, so two batches cannot lock each other out.
create function ledger.spend_batch(
  p_accounts bigint[], p_codes text[], p_references text[], p_micros bigint[], p_overdraft_limits bigint[],
  p_occurred_at timestamptz[], p_now timestamptz
) returns setof ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
begin
  perform ledger.lock_account(account) from (select distinct account from unnest(p_accounts) as account order by account) as ordered;
  for i in 1 .. coalesce(array_length(p_accounts, 1), 0) loop
    return next ledger.spend(p_accounts[i], p_codes[i], p_references[i], p_micros[i], p_overdraft_limits[i], p_occurred_at[i], p_now);
  end loop;
end $$;
--> statement-breakpoint
-- Expires what is due in up to p_limit accounts, one account at a time in the order of due dates; answers how many grants.
create function ledger.expire_due_grants(p_now timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
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
  where after <> expected
  union all
  select 'total_is_not_sum_of_legs', p.account_id, p.id, p.total_micros || ' but ' || coalesce(sum(t.amount_micros), 0)
  from ledger.posting as p left join ledger.transfer as t on t.account_id = p.account_id and t.posting_id = p.id
  group by p.account_id, p.id having p.total_micros <> coalesce(sum(t.amount_micros), 0)
  union all
  select 'legs_not_counted_from_one', account_id, posting_id, max(leg) || ' of ' || count(*)
  from ledger.transfer group by account_id, posting_id having max(leg) <> count(*)
  union all
  select 'clawed_is_not_what_was_taken', g.account_id, g.id, g.clawed_micros || ' but ' || coalesce(taken.micros, 0)
  from ledger.ledger_account as g left join lateral (
    select sum(p.total_micros) as micros from ledger.posting as p
    where p.account_id = g.account_id and p.target_id = g.id and (p.code in ('refund', 'dispute') or p.code = 'reversal' and
        exists (select from ledger.posting as d where d.account_id = g.account_id and d.id = g.id and d.code <> 'reversal'))
      and not exists (select from ledger.posting as undone where undone.account_id = p.account_id and undone.code = 'reversal'
        and undone.target_id = p.id)
  ) as taken on true
  where g.kind = 'grant' and g.clawed_micros <> coalesce(taken.micros, 0)
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
grant execute on function ledger.open, ledger.grant_credit, ledger.spend, ledger.claw_back, ledger.expire_grants, ledger.reverse,
  ledger.pay_subscription, ledger.spend_batch, ledger.expire_due_grants to talktime_app;
