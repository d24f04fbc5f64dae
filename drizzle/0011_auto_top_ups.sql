-- Topping up by itself: settings, ceilings, claims. Amounts are micro-dollars, times business time, days and months UTC.

-- What each ceiling counts: every attempt holds its place from the moment it is claimed, whatever becomes of it; `charged`
-- and `count` are without those that failed.
create function auto_top_up_ceilings(
  p_account bigint, p_now timestamptz,
  out today_held bigint, out today_charged bigint, out today_count integer, out month_held bigint, out month_charged bigint
) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(sum(p.amount_micros) filter (where today), 0)::bigint,
      coalesce(sum(p.amount_micros) filter (where today and p.state <> 'failed'), 0)::bigint,
      (count(*) filter (where today and p.state <> 'failed'))::integer,
      coalesce(sum(p.amount_micros), 0)::bigint,
      coalesce(sum(p.amount_micros) filter (where p.state <> 'failed'), 0)::bigint
    from purchase p cross join lateral (select p.created_at >= date_trunc('day', p_now, 'UTC') as today) as since
    where p.account_id = p_account and p.trigger <> 'manual' and p.created_at >= date_trunc('month', p_now, 'UTC')
$$;
--> statement-breakpoint
-- The first such day of a month after the given day.
create function next_scheduled_day(p_day_of_month integer, p_after date) returns date
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when extract(day from p_after) < p_day_of_month then this_month else (this_month + interval '1 month')::date end
    from (select make_date(extract(year from p_after)::integer, extract(month from p_after)::integer, p_day_of_month) as this_month) as m
$$;
--> statement-breakpoint
-- Everything the settings page shows that is ours, in one round trip; one row whether or not anything was ever set.
create function read_auto_top_up(p_account bigint, p_now timestamptz) returns table (
  enabled boolean, threshold_micros bigint, amount_micros bigint, scheduled_enabled boolean, scheduled_micros bigint,
  day_of_month integer, payment_method_id text, monthly_cap_micros bigint, quantity integer, next_scheduled_on text,
  stopped_reason text, last_failure text, cooldown_until timestamptz, version integer, updated_at timestamptz,
  in_flight boolean, paused boolean, last_topped_up_at timestamptz,
  today_held bigint, today_charged bigint, today_count integer, month_held bigint, month_charged bigint
) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(a.enabled, false), a.threshold_micros, a.amount_micros, coalesce(a.scheduled_enabled, false), a.scheduled_micros,
      a.day_of_month, a.payment_method_id, a.monthly_cap_micros, a.quantity, a.next_scheduled_on::text,
      a.stopped_reason,
      (select coalesce(p.decline_code, p.failure_code) from purchase p
        where p.account_id = p_account and p.trigger <> 'manual' and p.state = 'failed' order by p.created_at desc, p.id desc limit 1),
      nullif(greatest(a.cooldown_until, p_now), p_now),
      coalesce(a.version, 0), a.updated_at,
      exists (select from purchase p where p.account_id = p_account and p.trigger <> 'manual'
        and p.state in ('created', 'charging', 'requires_action', 'unknown')),
      account_is_subscribed(p_account, p_now),
      (select max(p.settled_at) from purchase p where p.account_id = p_account and p.trigger <> 'manual' and p.state = 'succeeded'),
      c.*
    from auto_top_up_ceilings(p_account, p_now) as c left join auto_top_up a on a.account_id = p_account
$$;
--> statement-breakpoint
-- Stores settings that were decided on the version p_version (0: none yet); false where they have changed since. p_afresh: it
-- was switched on, or pays with something else, so that what failed before is no reason to stop. An attempt a while ago (15
-- minutes) is no reason to wait either: the long pause after one that failed is for who changes nothing. What was tried just
-- now is, whatever is switched off and on: a card cannot be tried out by that.
create function write_auto_top_up(
  p_account bigint, p_version integer, p_enabled boolean, p_threshold bigint, p_amount bigint, p_scheduled_enabled boolean,
  p_scheduled bigint, p_day_of_month integer, p_method text, p_monthly_cap bigint, p_quantity integer, p_next_on date,
  p_afresh boolean, p_actor text, p_now timestamptz
) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_was_on boolean := (select enabled from auto_top_up where account_id = p_account);
begin
  if p_version = 0 then
    insert into auto_top_up (account_id, version, updated_at) values (p_account, 0, p_now) on conflict do nothing;
  end if;
  update auto_top_up a
    set enabled = p_enabled, threshold_micros = p_threshold, amount_micros = p_amount, scheduled_enabled = p_scheduled_enabled,
      scheduled_micros = p_scheduled, day_of_month = p_day_of_month, payment_method_id = p_method,
      monthly_cap_micros = p_monthly_cap, quantity = p_quantity, next_scheduled_on = p_next_on,
      consecutive_failures = case when p_afresh then 0 else a.consecutive_failures end,
      stopped_reason = case when not p_afresh then a.stopped_reason end,
      cooldown_until = case when a.last_attempt_at is not null
        then least(a.cooldown_until, a.last_attempt_at + interval '15 minutes') end,
      version = a.version + 1, updated_at = p_now
    where a.account_id = p_account and a.version = p_version;
  if not found then return false; end if;
  perform audit(p_actor, null, p_account,
    case when v_was_on and not p_enabled then 'auto-top-up.disabled' else 'auto-top-up.changed' end, null, null,
    jsonb_strip_nulls(jsonb_build_object('enabled', p_enabled, 'thresholdMicros', p_threshold::text,
      'amountMicros', p_amount::text, 'scheduled', p_scheduled_enabled, 'scheduledMicros', p_scheduled::text,
      'dayOfMonth', p_day_of_month, 'paymentMethod', p_method, 'monthlyCapMicros', p_monthly_cap::text, 'quantity', p_quantity)),
    p_now);
  return true;
end
$$;
--> statement-breakpoint
-- What was charged or tried, and what was left out, newest first: a page of it, and how many there are. Amounts as text.
create function list_auto_top_ups(p_account bigint, p_limit integer, p_offset integer, out total bigint, out events json)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with event as (
    select p.id, p.amount_micros, p.trigger,
        case when p.state in ('succeeded', 'failed', 'requires_action') then p.state else 'pending' end as state,
        p.payment_method_id, p.method_brand, p.method_last4, p.balance_before_micros, p.balance_after_micros,
        case p.state when 'failed' then coalesce(p.decline_code, p.failure_code) end as failure_reason, p.created_at
      from purchase p where p.account_id = p_account and p.trigger <> 'manual'
    union all
    select concat_ws('_', 'skip', to_char(k.day, 'YYYYMMDD'), k.trigger, k.reason), k.amount_micros, k.trigger, 'failed',
        k.payment_method_id, null, null, null, null, k.reason, k.created_at
      from auto_top_up_skip k where k.account_id = p_account
  ), page as (select * from event order by created_at desc, id desc limit p_limit offset p_offset)
  select (select count(*) from event),
    (select coalesce(json_agg(json_build_object(
        'id', e.id, 'amountMicros', e.amount_micros::text, 'trigger', e.trigger, 'state', e.state,
        'paymentMethodId', e.payment_method_id, 'brand', e.method_brand, 'last4', e.method_last4,
        'balanceBeforeMicros', e.balance_before_micros::text, 'balanceAfterMicros', e.balance_after_micros::text,
        'failureReason', e.failure_reason, 'createdAt', e.created_at) order by e.created_at desc, e.id desc), '[]') from page e)
$$;
--> statement-breakpoint
-- Whose balance is below their threshold or whose scheduled day has come, and who waits for nothing: a first look, along the
-- accounts that have it on; whether there is to be a charge is decided when it is claimed. A schedule comes first. What costs
-- more than a look at the wallet is asked only of those few whose wallet is low.
create function list_due_auto_top_ups(p_after bigint, p_limit integer, p_now timestamptz)
returns table (account_id bigint, trigger text)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with low as materialized (
    select a.account_id, scheduled from auto_top_up a
        cross join lateral (select coalesce(a.next_scheduled_on <= (p_now at time zone 'UTC')::date, false) as scheduled) as due
      where a.enabled and a.account_id > p_after and (a.cooldown_until is null or a.cooldown_until <= p_now)
        and (scheduled or a.threshold_micros > (
          select sum(w.balance_micros) from ledger.ledger_account w where w.account_id = a.account_id and w.in_wallet))
  )
  select low.account_id, case when low.scheduled then 'scheduled' else 'threshold' end
    from low
    where not exists (select from purchase p where p.account_id = low.account_id
        and p.state in ('created', 'charging', 'requires_action', 'unknown') and p.trigger <> 'manual')
      and not account_is_subscribed(low.account_id, p_now)
    order by low.account_id limit p_limit
$$;
--> statement-breakpoint
-- Leaves out a top-up that a ceiling has no room for: its history says so, once a day. It is looked at again in a quarter of an
-- hour, or when the day is over; a schedule goes on to its next month.
create function skip_auto_top_up(p_settings auto_top_up, p_trigger text, p_reason text, p_amount bigint, p_now timestamptz)
returns void language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_today constant date := (p_now at time zone 'UTC')::date;
begin
  insert into auto_top_up_skip (account_id, day, trigger, reason, amount_micros, payment_method_id, created_at)
    values (p_settings.account_id, v_today, p_trigger, p_reason, p_amount, p_settings.payment_method_id, p_now)
    on conflict do nothing;
  update auto_top_up a
    set cooldown_until = case p_trigger when 'threshold'
          then least(p_now + interval '15 minutes', date_trunc('day', p_now, 'UTC') + interval '1 day') else a.cooldown_until end,
        next_scheduled_on = case p_trigger when 'scheduled' then next_scheduled_day(a.day_of_month, v_today)
          else a.next_scheduled_on end
    where a.account_id = p_settings.account_id;
end
$$;
--> statement-breakpoint
-- Switches it off by itself, for a reason that its page says; what is set stays. Everyone who may pay is told, once.
create function stop_auto_top_up(p_account bigint, p_reason text, p_now timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_stopped auto_top_up;
begin
  update auto_top_up a
    set enabled = false, stopped_reason = p_reason, next_scheduled_on = null, version = a.version + 1, updated_at = p_now
    where a.account_id = p_account and a.enabled
    returning a.* into v_stopped;
  if not found then return; end if;
  perform queue_mail(p_account, 'auto-top-up-stopped:' || v_stopped.version, 'auto-top-up-stopped',
      jsonb_build_object('accountName', a.name, 'reason', p_reason, 'amountMicros', v_stopped.amount_micros::text), null, p_now)
    from account a where a.id = p_account;
end
$$;
--> statement-breakpoint
-- A charge of its own has come to its end, whoever found that out: part of the call that wrote it. One that succeeded leaves a
-- pause of two minutes, within which a bank would take the next for a slip; one that failed leaves the hour that its claim set,
-- and the third in a row, or one for want of anything to charge, switches it off. That the provider could not be asked, or
-- never answered, is not the card's fault and does not count; a scheduled day on which that was so is due again, unless the
-- settings have changed since.
create function note_auto_top_up_end() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_away constant boolean := coalesce(new.failure_code in ('payment_provider_unavailable', 'too_late'), false);
  v_failures integer;
begin
  if new.state = 'succeeded' then
    update auto_top_up a
      set consecutive_failures = 0,
          cooldown_until = case a.last_attempt_at when new.created_at then new.created_at + interval '2 minutes' else a.cooldown_until end
      where a.account_id = new.account_id;
    return null;
  end if;
  update auto_top_up a
    set consecutive_failures = a.consecutive_failures + case when v_away then 0 else 1 end,
        -- Days are 28 at most: a month before the next one is the day that this charge was for.
        next_scheduled_on = case when v_away and new.trigger = 'scheduled' and a.updated_at <= new.created_at
          then (a.next_scheduled_on - interval '1 month')::date else a.next_scheduled_on end
    where a.account_id = new.account_id
    returning a.consecutive_failures into v_failures;
  if new.failure_code in ('payment_method_missing', 'payment_method_not_found') then
    -- No card was tried, so there is nothing to wait for once one is there.
    update auto_top_up a set last_attempt_at = null, cooldown_until = null where a.account_id = new.account_id;
    perform stop_auto_top_up(new.account_id, 'payment_method_missing', new.settled_at);
  elsif v_failures >= 3 then
    perform stop_auto_top_up(new.account_id, 'charges_failed', new.settled_at);
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger purchase_ends_auto_top_up after update of state on purchase for each row
  when (new.trigger <> 'manual' and new.state in ('succeeded', 'failed') and old.state is distinct from new.state)
  execute function note_auto_top_up_end();
--> statement-breakpoint
-- Who stands in the way of a charge: a purchase without a known end; of the customer's own, one that waits for them does not.
create function purchase_in_flight(p_account bigint) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p.id from purchase p
    where p.account_id = p_account
      and (p.state in ('created', 'charging', 'unknown') or p.state = 'requires_action' and p.trigger <> 'manual')
    order by p.created_at limit 1
$$;
--> statement-breakpoint
-- The one place where a charge by itself is decided on, under the account's lock and that of its settings: whoever comes second
-- sees what the first one claimed. `claimed`: the order and the purchase p_purchase stand, and hold their place under the
-- ceilings whatever becomes of them; until an hour has passed there is no other, unless this one succeeds
-- (note_auto_top_up_end). Everything else wrote no purchase: not_configured, off, subscribed, in_flight (purchase_id has no known
-- end yet), disputed (a payment is, or is reported as fraud), cooling, enough (the balance is not below the threshold), not_due, missed (the day was more than three days ago: the
-- next one counts), daily_limit_exceeded, monthly_cap_exceeded, no_customer (nothing was ever saved to charge: it is switched
-- off). p_trigger `test` is the customer's own deed: it looks at no threshold, switch or pause; after three that failed within
-- an hour it is too_often: a card is not tried out by it. Its p_key may say that it was done before: replayed (purchase_id), or
-- with another request, mismatch.
create function claim_auto_top_up(
  p_account bigint, p_purchase text, p_trigger text, p_livemode boolean, p_requested_by text, p_daily_limit bigint,
  p_key text, p_hash bytea, p_now timestamptz, out status text, out purchase_id text
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_today constant date := (p_now at time zone 'UTC')::date;
  v_settings auto_top_up;
  v_customer text;
  v_amount bigint;
  v_ceilings record;
  v_known idempotency_record;
begin
  -- As for a purchase that somebody asks for, and in the same order.
  select a.stripe_customer_id into v_customer from account a where a.id = p_account for no key update;
  select r.* into v_known from idempotency_record r
    where r.account_id = p_account and r.key = p_key and r.created_at >= clock_timestamp() - interval '24 hours';
  if found and v_known.subject_id <> p_purchase then
    status := case when v_known.request_hash = p_hash then 'replayed' else 'mismatch' end;
    purchase_id := v_known.subject_id;
    return;
  end if;
  -- A repeat of this very call finds what it claimed.
  purchase_id := p_purchase;
  if exists (select from purchase p where p.id = p_purchase) then status := 'claimed'; return; end if;

  select * into v_settings from auto_top_up a where a.account_id = p_account for no key update;
  v_amount := case p_trigger when 'scheduled' then v_settings.scheduled_micros else v_settings.amount_micros end;
  if v_amount is null then status := 'not_configured'; return; end if;
  -- Looked at before the balance: what ends in between has raised it.
  purchase_id := purchase_in_flight(p_account);
  status := case
    when p_trigger <> 'test' and not v_settings.enabled then 'off'
    when account_is_subscribed(p_account, p_now) then 'subscribed'
    when exists (select from payment_return r where r.account_id = p_account and r.effect = 'holds') then 'disputed'
    when purchase_id is not null then 'in_flight'
    when p_trigger <> 'test' and v_settings.cooldown_until > p_now then 'cooling'
    when p_trigger = 'scheduled' and (v_settings.next_scheduled_on <= v_today) is not true then 'not_due'
    when p_trigger = 'test' and 3 <= (select count(*) from purchase p where p.account_id = p_account and p.trigger <> 'manual'
      and p.state = 'failed' and p.created_at > p_now - interval '1 hour') then 'too_often'
    when p_trigger = 'threshold' and (select b.balance_micros < v_settings.threshold_micros
      from ledger.balance(p_account, p_now) as b) is not true then 'enough'
    -- A month's allowance is part of the balance: in the moments before it is granted nothing is bought in its place.
    when p_trigger = 'threshold' and exists (
      select from account_plan held where held.account_id = p_account and held.next_grant_at <= p_now) then 'enough'
  end;
  if status is not null then return; end if;
  if p_trigger = 'scheduled' and v_settings.next_scheduled_on < v_today - 3 then
    status := 'missed';
    update auto_top_up a set next_scheduled_on = next_scheduled_day(a.day_of_month, v_today) where a.account_id = p_account;
    return;
  end if;

  select * into v_ceilings from auto_top_up_ceilings(p_account, p_now);
  status := case
    when v_ceilings.today_held + v_amount > p_daily_limit then 'daily_limit_exceeded'
    when v_ceilings.month_held + v_amount > v_settings.monthly_cap_micros then 'monthly_cap_exceeded'
    when v_customer is null then 'no_customer'
  end;
  if status is not null then
    if p_trigger = 'test' then return; end if;
    if status = 'no_customer' then perform stop_auto_top_up(p_account, 'payment_method_missing', p_now);
    else perform skip_auto_top_up(v_settings, p_trigger, status, v_amount, p_now); end if;
    return;
  end if;

  insert into credit_order (id, account_id, stripe_customer_id, livemode, requested_by, created_at)
    values (p_purchase, p_account, v_customer, p_livemode, p_requested_by, p_now);
  insert into purchase (id, account_id, trigger, amount_micros, payment_method_id, created_at)
    values (p_purchase, p_account, p_trigger, v_amount, v_settings.payment_method_id, p_now);
  if p_key is not null then
    insert into idempotency_record as r (account_id, key, request_hash, subject_id)
      values (p_account, p_key, p_hash, p_purchase)
      on conflict on constraint idempotency_record_account_id_key_pk do update
        set request_hash = p_hash, subject_id = p_purchase, answer = null, leased_until = null, created_at = clock_timestamp()
        where r.created_at < clock_timestamp() - interval '24 hours';
    -- Another deed took the key in this very moment: the repeat of this call meets it.
    if not found then raise serialization_failure using message = 'the key was taken meanwhile'; end if;
  end if;
  update auto_top_up a
    set last_attempt_at = p_now, cooldown_until = p_now + interval '1 hour',
        next_scheduled_on = case p_trigger when 'scheduled' then next_scheduled_day(a.day_of_month, v_today)
          else a.next_scheduled_on end
    where a.account_id = p_account;
  purchase_id := p_purchase;
  status := 'claimed';
end
$$;
--> statement-breakpoint
-- What was left out stays; settings are changed by these functions alone, so that no pause and no count is lost.
revoke insert, update, delete on auto_top_up, auto_top_up_skip from talktime_app;
--> statement-breakpoint
revoke execute on function auto_top_up_ceilings, next_scheduled_day, read_auto_top_up, write_auto_top_up, list_auto_top_ups,
  list_due_auto_top_ups, skip_auto_top_up, stop_auto_top_up, note_auto_top_up_end, purchase_in_flight, claim_auto_top_up
  from public;
--> statement-breakpoint
grant execute on function auto_top_up_ceilings, read_auto_top_up, list_auto_top_ups to talktime_app, talktime_readonly;
--> statement-breakpoint
grant execute on function write_auto_top_up, list_due_auto_top_ups, claim_auto_top_up to talktime_app;
--> statement-breakpoint
grant select on auto_top_up, auto_top_up_skip to talktime_readonly;
