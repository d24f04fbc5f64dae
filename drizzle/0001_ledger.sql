-- The books: who may touch them, and the functions that are the only way to write them. Every function posts one
-- business fact in one statement under the account's lock, answers a business outcome as a status, and answers a
-- repeated call from what it stored. Amounts are micro-dollars. `p_now` is business time and decides what has
-- expired; `p_occurred_at` is when the fact happened.
do $$
begin
  if to_regrole('talktime_app') is null then create role talktime_app nologin; end if;
  if to_regrole('talktime_readonly') is null then create role talktime_readonly nologin; end if;
exception when duplicate_object or unique_violation then null; -- another migration made them a moment ago
end $$;
--> statement-breakpoint
-- Room for heap-only updates of balances: the indexed columns of these rows hardly ever change.
alter table ledger.ledger_account set (fillfactor = 70);
--> statement-breakpoint
create function ledger.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'ledger.% is written by the ledger''s functions only: % refused', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation', hint = 'Correct by a reversing posting (ledger.reverse).';
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
-- The functions carry `set ledger.writer = 'on'`. Rows written in any other way are refused, also to the owner.
create trigger posting_by_function before insert on ledger.posting for each row
  when (current_setting('ledger.writer', true) is distinct from 'on') execute function ledger.refuse_change();
--> statement-breakpoint
create trigger transfer_by_function before insert on ledger.transfer for each row
  when (current_setting('ledger.writer', true) is distinct from 'on') execute function ledger.refuse_change();
--> statement-breakpoint
create trigger ledger_account_by_function before insert or update on ledger.ledger_account for each row
  when (current_setting('ledger.writer', true) is distinct from 'on') execute function ledger.refuse_change();
--> statement-breakpoint
-- status: posted, replayed (answered from the stored posting), mismatch (the reference was used for something else),
-- insufficient, unknown_account, unknown_target, already_reversed, invalid. All but the first two wrote nothing.
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
-- Takes the account's one lock, the overdraft row, which every posting of the account takes first. False: no such account.
create function ledger.lock_account(p_account bigint) returns boolean
language plpgsql as $$
begin
  perform from ledger.ledger_account where account_id = p_account and id = 1 for no key update;
  return found;
end $$;
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
-- What the account's holder has: what is left of open grants, and the overdraft. Call after expire_due.
create function ledger.stored_total(p_account bigint) returns bigint
language sql as $$
  select sum(balance_micros)::bigint from ledger.ledger_account where account_id = p_account and (id = 1 or open)
$$;
--> statement-breakpoint
create function ledger.record(
  p_account bigint, p_code text, p_reference text, p_hash bytea, p_total bigint, p_balance bigint, p_answer jsonb,
  p_target bigint, p_at timestamptz
) returns bigint
language plpgsql as $$
declare
  v_posting bigint;
begin
  insert into ledger.posting
    (account_id, code, reference, input_hash, currency, total_micros, balance_micros, answer, target_id, occurred_at)
  values (p_account, p_code, p_reference, p_hash, 'USD', p_total, p_balance, p_answer, p_target, p_at)
  returning id into v_posting;
  update ledger.ledger_account set below_zero_since = case when p_balance < 0 then p_at end
  where account_id = p_account and id = 1 and (below_zero_since is null) = (p_balance < 0);
  return v_posting;
end $$;
--> statement-breakpoint
-- Moves money between two ledger accounts of the account as one leg of a posting. An amount of zero is no leg.
create function ledger.move(p_account bigint, p_posting bigint, p_from bigint, p_to bigint, p_micros bigint) returns void
language plpgsql as $$
begin
  if p_micros = 0 then return; end if;
  with giver as (
    update ledger.ledger_account set balance_micros = balance_micros - p_micros
    where account_id = p_account and id = p_from returning balance_micros, currency
  ), taker as (
    update ledger.ledger_account set balance_micros = balance_micros + p_micros
    where account_id = p_account and id = p_to returning balance_micros
  )
  insert into ledger.transfer
    (account_id, posting_id, leg, from_id, to_id, amount_micros, currency, from_balance_micros, to_balance_micros)
  select p_account, p_posting,
    (select count(*) + 1 from ledger.transfer where account_id = p_account and posting_id = p_posting),
    p_from, p_to, p_micros, giver.currency, giver.balance_micros, taker.balance_micros
  from giver, taker;
  if not found then
    raise exception 'no ledger account % or % in account %', p_from, p_to, p_account using errcode = 'foreign_key_violation';
  end if;
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
    where account_id = p_account and open and expires_at <= p_now order by expires_at, id
  loop
    v_posting := ledger.record(p_account, 'expiry', 'expiry:' || v_grant.id, sha256(convert_to('expiry|' || v_grant.id, 'UTF8')),
      v_grant.balance_micros, ledger.stored_total(p_account) - v_grant.balance_micros, '{}', v_grant.id,
      ledger.free_moment(p_account, v_grant.expires_at));
    perform ledger.move(p_account, v_posting, v_grant.id, 8, v_grant.balance_micros);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
--> statement-breakpoint
create function ledger.add_grant(
  p_account bigint, p_posting bigint, p_category text, p_priority integer, p_expires_at timestamptz, p_total bigint, p_granted bigint
) returns void
language sql as $$
  insert into ledger.ledger_account (account_id, id, kind, currency, granted_by, category, priority, expires_at, total_micros,
    granted_micros, clawed_micros)
  values (p_account, p_posting, 'grant', 'USD', p_posting, p_category, p_priority, p_expires_at, p_total, p_granted, 0)
$$;
--> statement-breakpoint
-- What every caller's reference, amount and moments must satisfy. `expiry:` is the ledger's own.
create function ledger.acceptable(p_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz) returns boolean
language sql immutable as $$
  select coalesce(length(p_reference) between 1 and 255 and not starts_with(p_reference, 'expiry:')
    and p_micros between 1 and 1000000000000 and isfinite(p_occurred_at) and isfinite(p_now), false)
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
  v_total bigint := p_paid_micros + p_promoted_micros;
  v_hash bytea := sha256(convert_to(concat_ws('|', p_code, p_category, p_priority, p_paid_micros, p_promoted_micros,
    extract(epoch from p_expires_at)), 'UTF8'));
  v_result ledger.posting_result;
  v_overdraft bigint;
  v_repaid bigint;
  v_repaid_paid bigint;
  v_at timestamptz;
begin
  if not ledger.acceptable(p_reference, v_total, p_occurred_at, p_now) or p_paid_micros < 0 or p_promoted_micros < 0
    or (p_code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance')) is not true
    or (p_category in ('purchased', 'promotional', 'allowance')) is not true
    or p_priority is null or p_expires_at <= p_occurred_at
  then return ledger.refusal('invalid'); end if;
  if not ledger.lock_account(p_account) then return ledger.refusal('unknown_account'); end if;
  v_result := ledger.replay(p_account, p_reference, v_hash);
  if v_result.status is not null then return v_result; end if;
  perform ledger.expire_due(p_account, p_now);

  select -balance_micros into v_overdraft from ledger.ledger_account where account_id = p_account and id = 1;
  v_repaid := least(v_overdraft, v_total);
  v_repaid_paid := least(v_repaid, p_paid_micros);
  v_at := ledger.free_moment(p_account, p_occurred_at);
  v_result := row('posted'::text, null, v_total, ledger.stored_total(p_account) + v_total,
    jsonb_build_object('repaidMicros', v_repaid, 'grantedMicros', v_total - v_repaid));
  v_result.posting_id := ledger.record(p_account, p_code, p_reference, v_hash, v_total, v_result.balance_micros,
    v_result.answer, null, v_at);
  perform ledger.add_grant(p_account, v_result.posting_id, p_category, p_priority, p_expires_at, v_total, v_total - v_repaid);
  perform ledger.move(p_account, v_result.posting_id, 3, 1, v_repaid_paid);
  perform ledger.move(p_account, v_result.posting_id, 5, 1, v_repaid - v_repaid_paid);
  perform ledger.move(p_account, v_result.posting_id, 3, v_result.posting_id, p_paid_micros - v_repaid_paid);
  perform ledger.move(p_account, v_result.posting_id, 5, v_result.posting_id, p_promoted_micros - (v_repaid - v_repaid_paid));
  if p_expires_at <= p_now then perform ledger.expire_due(p_account, p_now); end if;
  return v_result;
end $$;
--> statement-breakpoint
-- Credit is used: allowance, then promotional by earliest expiry, then purchased oldest first, then overdraft as long as
-- the balance stays at or above minus the limit (0: exactly what the balance covers; null: without limit).
-- The answer says what went below the grants: {"overdraftMicros"}.
create function ledger.spend(
  p_account bigint, p_code text, p_reference text, p_micros bigint, p_overdraft_limit bigint, p_occurred_at timestamptz,
  p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
declare
  v_contra bigint := case p_code when 'usage' then 6 when 'rent' then 7 end;
  v_hash bytea := sha256(convert_to(concat_ws('|', p_code, p_micros), 'UTF8'));
  v_result ledger.posting_result;
  v_left bigint := p_micros;
  v_ids bigint[];
  v_balances bigint[];
  v_take bigint;
begin
  if v_contra is null or p_overdraft_limit < 0 or not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now)
  then return ledger.refusal('invalid'); end if;
  if not ledger.lock_account(p_account) then return ledger.refusal('unknown_account'); end if;
  v_result := ledger.replay(p_account, p_reference, v_hash);
  if v_result.status is not null then return v_result; end if;
  perform ledger.expire_due(p_account, p_now);

  select array_agg(id order by spend_order), array_agg(balance_micros order by spend_order) into v_ids, v_balances
  from (select id, balance_micros, row_number() over (order by
      case category when 'allowance' then 1 when 'promotional' then 2 else 3 end, priority,
      case when category <> 'purchased' then expires_at end, id) as spend_order
    from ledger.ledger_account where account_id = p_account and open) as grants;
  v_result := row('posted'::text, null, p_micros, ledger.stored_total(p_account) - p_micros, null);
  if v_result.balance_micros < -p_overdraft_limit then return ledger.refusal('insufficient'); end if;
  v_result.answer := jsonb_build_object('overdraftMicros',
    greatest(p_micros - coalesce((select sum(b) from unnest(v_balances) as b), 0), 0));
  v_result.posting_id := ledger.record(p_account, p_code, p_reference, v_hash, p_micros, v_result.balance_micros,
    v_result.answer, null, ledger.free_moment(p_account, p_occurred_at));
  for i in 1 .. coalesce(array_length(v_ids, 1), 0) loop
    v_take := least(v_left, v_balances[i]);
    perform ledger.move(p_account, v_result.posting_id, v_ids[i], v_contra, v_take);
    v_left := v_left - v_take;
    exit when v_left = 0;
  end loop;
  perform ledger.move(p_account, v_result.posting_id, 1, v_contra, v_left);
  return v_result;
end $$;
--> statement-breakpoint
-- Takes p_micros back from a deposit into p_contra: its own grant first, then other purchased grants, oldest first, never
-- allowance or promotional; the rest becomes overdraft. Returns what became overdraft.
create function ledger.take_back(p_account bigint, p_posting bigint, p_grant bigint, p_contra bigint, p_micros bigint) returns bigint
language plpgsql as $$
declare
  v_grant record;
  v_left bigint := p_micros;
begin
  for v_grant in
    select id, balance_micros from ledger.ledger_account
    where account_id = p_account and open and (id = p_grant or category = 'purchased')
    order by id <> p_grant, id
  loop
    exit when v_left = 0;
    perform ledger.move(p_account, p_posting, v_grant.id, p_contra, least(v_left, v_grant.balance_micros));
    v_left := v_left - least(v_left, v_grant.balance_micros);
  end loop;
  perform ledger.move(p_account, p_posting, 1, p_contra, v_left);
  return v_left;
end $$;
--> statement-breakpoint
-- A payment is taken back by a refund or a lost dispute: at most what it granted, over all its clawbacks. The total may
-- therefore be less than asked for, and zero. The answer: {"askedMicros"}.
create function ledger.claw_back(
  p_account bigint, p_code text, p_reference text, p_grant_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
declare
  v_contra bigint := case p_code when 'refund' then 9 when 'dispute' then 10 end;
  v_hash bytea := sha256(convert_to(concat_ws('|', p_code, p_micros, p_grant_reference), 'UTF8'));
  v_result ledger.posting_result;
  v_grant ledger.ledger_account;
  v_micros bigint;
begin
  if v_contra is null or not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now) or p_grant_reference is null
  then return ledger.refusal('invalid'); end if;
  if not ledger.lock_account(p_account) then return ledger.refusal('unknown_account'); end if;
  v_result := ledger.replay(p_account, p_reference, v_hash);
  if v_result.status is not null then return v_result; end if;
  perform ledger.expire_due(p_account, p_now);

  select grants.* into v_grant from ledger.posting join ledger.ledger_account as grants on grants.account_id = posting.account_id
    and grants.granted_by = posting.id and grants.id = posting.id
  where posting.account_id = p_account and posting.reference = p_grant_reference;
  if not found then return ledger.refusal('unknown_target'); end if;
  v_micros := least(p_micros, v_grant.total_micros - v_grant.clawed_micros);
  v_result := row('posted'::text, null, v_micros, ledger.stored_total(p_account) - v_micros, jsonb_build_object('askedMicros', p_micros));
  v_result.posting_id := ledger.record(p_account, p_code, p_reference, v_hash, v_micros, v_result.balance_micros,
    v_result.answer, v_grant.id, ledger.free_moment(p_account, p_occurred_at));
  perform ledger.take_back(p_account, v_result.posting_id, v_grant.id, v_contra, v_micros);
  update ledger.ledger_account set clawed_micros = clawed_micros + v_micros where account_id = p_account and id = v_grant.id;
  return v_result;
end $$;
--> statement-breakpoint
-- Expires the account's due grants now; answers how many. Unneeded for correctness: every posting does it first.
create function ledger.expire_grants(p_account bigint, p_now timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
begin
  if not ledger.lock_account(p_account) then return 0; end if;
  return ledger.expire_due(p_account, p_now);
end $$;
--> statement-breakpoint
-- The balance at p_now, as if every due grant had been expired, and since when it has been below zero. Nulls: no such account.
create function ledger.balance(p_account bigint, p_now timestamptz, out balance_micros bigint, out below_zero_since timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with wallet as (
    select overdraft.balance_micros as overdraft, overdraft.below_zero_since,
      coalesce((select sum(grants.balance_micros) from ledger.ledger_account as grants where grants.account_id = p_account
        and grants.open and (grants.expires_at is null or grants.expires_at > p_now)), 0)::bigint as granted
    from ledger.ledger_account as overdraft where overdraft.account_id = p_account and overdraft.id = 1
  )
  select overdraft + granted, case when overdraft + granted < 0 then coalesce(wallet.below_zero_since, (
    select min(due.expires_at) from ledger.ledger_account as due
    where due.account_id = p_account and due.open and due.expires_at <= p_now
      and overdraft + coalesce((select sum(rest.balance_micros) from ledger.ledger_account as rest where rest.account_id = p_account
        and rest.open and (rest.expires_at is null or rest.expires_at > due.expires_at)), 0) < 0)) end
  from wallet
$$;
--> statement-breakpoint
-- An invoice of a subscription was paid: from Stripe to subscriptions. It never touches the wallet or the deposits.
create function ledger.pay_subscription(
  p_account bigint, p_reference text, p_micros bigint, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
declare
  v_hash bytea := sha256(convert_to('subscription|' || p_micros, 'UTF8'));
  v_result ledger.posting_result;
begin
  if not ledger.acceptable(p_reference, p_micros, p_occurred_at, p_now) then return ledger.refusal('invalid'); end if;
  if not ledger.lock_account(p_account) then return ledger.refusal('unknown_account'); end if;
  v_result := ledger.replay(p_account, p_reference, v_hash);
  if v_result.status is not null then return v_result; end if;
  perform ledger.expire_due(p_account, p_now);
  v_result := row('posted'::text, null, p_micros, ledger.stored_total(p_account), '{}');
  v_result.posting_id := ledger.record(p_account, 'subscription', p_reference, v_hash, p_micros, v_result.balance_micros,
    v_result.answer, null, ledger.free_moment(p_account, p_occurred_at));
  perform ledger.move(p_account, v_result.posting_id, 3, 4, p_micros);
  return v_result;
end $$;
--> statement-breakpoint
-- Undoes a posting that took from the wallet (usage, rent, refund, dispute), last leg first: money coming back repays
-- overdraft, then returns to the grant it came from; to `expired` where that grant has expired since, and to a new
-- purchased grant where a later deposit has repaid the overdraft it came from.
create function ledger.give_back(
  p_account bigint, p_reference text, p_hash bytea, p_target ledger.posting, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql as $$
declare
  v_result ledger.posting_result;
  v_leg record;
  v_overdraft bigint;
  v_repaid bigint;
  v_expired bigint := 0;
  v_anew bigint := 0;
  v_from bigint[] := '{}';
  v_to bigint[] := '{}';
  v_micros bigint[] := '{}';
begin
  select -balance_micros into v_overdraft from ledger.ledger_account where account_id = p_account and id = 1;
  for v_leg in
    select transfer.from_id, transfer.to_id, transfer.amount_micros, origin.expires_at
    from ledger.transfer join ledger.ledger_account as origin on origin.account_id = transfer.account_id and origin.id = transfer.from_id
    where transfer.account_id = p_account and transfer.posting_id = p_target.id order by transfer.leg desc
  loop
    v_repaid := least(v_overdraft, v_leg.amount_micros);
    v_overdraft := v_overdraft - v_repaid;
    v_leg.amount_micros := v_leg.amount_micros - v_repaid;
    v_from := v_from || v_leg.to_id || v_leg.to_id;
    v_micros := v_micros || v_repaid || v_leg.amount_micros;
    if v_leg.from_id = 1 then
      v_to := v_to || array[1, null]::bigint[];
      v_anew := v_anew + v_leg.amount_micros;
    elsif v_leg.expires_at <= p_now then
      v_to := v_to || array[1, 8]::bigint[];
      v_expired := v_expired + v_leg.amount_micros;
    else
      v_to := v_to || array[1, v_leg.from_id]::bigint[];
    end if;
  end loop;
  v_result := row('posted'::text, null, p_target.total_micros, ledger.stored_total(p_account) + p_target.total_micros - v_expired,
    jsonb_build_object('expiredMicros', v_expired));
  v_result.posting_id := ledger.record(p_account, 'reversal', p_reference, p_hash, p_target.total_micros, v_result.balance_micros,
    v_result.answer, p_target.id, ledger.free_moment(p_account, p_occurred_at));
  if v_anew > 0 then
    perform ledger.add_grant(p_account, v_result.posting_id, 'purchased', 0, null, v_anew, v_anew);
  end if;
  for i in 1 .. coalesce(array_length(v_from, 1), 0) loop
    perform ledger.move(p_account, v_result.posting_id, v_from[i], coalesce(v_to[i], v_result.posting_id), v_micros[i]);
  end loop;
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
  v_grant ledger.ledger_account;
  v_paid bigint;
  v_left bigint;
begin
  select * into v_grant from ledger.ledger_account where account_id = p_account and id = p_target.id;
  select coalesce(sum(amount_micros), 0) into v_paid from ledger.transfer
  where account_id = p_account and posting_id = p_target.id and from_id = 3;
  v_left := v_grant.total_micros - v_grant.clawed_micros;
  v_paid := greatest(v_paid - v_grant.clawed_micros, 0);
  v_result := row('posted'::text, null, v_left, ledger.stored_total(p_account) - v_left, '{}');
  v_result.posting_id := ledger.record(p_account, 'reversal', p_reference, p_hash, v_left, v_result.balance_micros,
    v_result.answer, p_target.id, ledger.free_moment(p_account, p_occurred_at));
  perform ledger.take_back(p_account, v_result.posting_id, v_grant.id, 3, v_paid);
  perform ledger.take_back(p_account, v_result.posting_id, v_grant.id, 5, v_left - v_paid);
  update ledger.ledger_account set clawed_micros = total_micros where account_id = p_account and id = v_grant.id;
  return v_result;
end $$;
--> statement-breakpoint
-- Corrects a posting by a reversing one, once. An expiry and a reversal cannot be reversed, nor a clawback whose deposit was.
create function ledger.reverse(
  p_account bigint, p_reference text, p_target_reference text, p_occurred_at timestamptz, p_now timestamptz
) returns ledger.posting_result
language plpgsql security definer set search_path = pg_catalog, pg_temp set ledger.writer = 'on' as $$
declare
  v_hash bytea := sha256(convert_to('reversal|' || p_target_reference, 'UTF8'));
  v_result ledger.posting_result;
  v_target ledger.posting;
begin
  if not ledger.acceptable(p_reference, 1, p_occurred_at, p_now) or p_target_reference is null
  then return ledger.refusal('invalid'); end if;
  if not ledger.lock_account(p_account) then return ledger.refusal('unknown_account'); end if;
  v_result := ledger.replay(p_account, p_reference, v_hash);
  if v_result.status is not null then return v_result; end if;
  perform ledger.expire_due(p_account, p_now);

  select * into v_target from ledger.posting where account_id = p_account and reference = p_target_reference;
  if not found then return ledger.refusal('unknown_target'); end if;
  if v_target.code in ('expiry', 'reversal') then return ledger.refusal('invalid'); end if;
  if exists (select from ledger.posting where account_id = p_account and code = 'reversal' and target_id in (v_target.id, v_target.target_id))
  then return ledger.refusal('already_reversed'); end if;
  case
    when v_target.code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance') then
      v_result := ledger.take_deposit_back(p_account, p_reference, v_hash, v_target, p_occurred_at);
    when v_target.code = 'subscription' then
      v_result := row('posted'::text, null, v_target.total_micros, ledger.stored_total(p_account), '{}');
      v_result.posting_id := ledger.record(p_account, 'reversal', p_reference, v_hash, v_target.total_micros,
        v_result.balance_micros, v_result.answer, v_target.id, ledger.free_moment(p_account, p_occurred_at));
      perform ledger.move(p_account, v_result.posting_id, 4, 3, v_target.total_micros);
    else
      v_result := ledger.give_back(p_account, p_reference, v_hash, v_target, p_occurred_at, p_now);
      update ledger.ledger_account set clawed_micros = clawed_micros - v_target.total_micros
      where account_id = p_account and id = v_target.target_id;
  end case;
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
  perform from ledger.ledger_account where account_id = any (p_accounts) and id = 1 order by account_id for no key update;
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
    select due.account_id from (select account_id, expires_at from ledger.ledger_account where open and expires_at <= p_now
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
    select account_id, sum(balance_micros) as micros from ledger.ledger_account where open group by account_id) as g using (account_id)
  where o.kind = 'overdraft' and (o.below_zero_since is not null) <> (o.balance_micros + coalesce(g.micros, 0) < 0)
  union all
  select 'last_balance_wrong', p.account_id, p.id, p.balance_micros || ' but ' || wallet.micros
  from (select distinct on (account_id) account_id, id, balance_micros from ledger.posting order by account_id, id desc) as p
  join (select account_id, sum(balance_micros) as micros from ledger.ledger_account where id = 1 or open group by account_id) as wallet
    using (account_id)
  where p.balance_micros <> wallet.micros;
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
