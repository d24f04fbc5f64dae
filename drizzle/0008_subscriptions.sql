-- Readings of subscriptions are numbered before Stripe is asked: one that comes in after a later one is not applied.
create sequence subscription_reading;
--> statement-breakpoint
-- Whether Stripe's state counts as subscribed: past due does, until Stripe ends it; a scheduled end counts from its moment on.
create function is_subscribed(p_subscription subscription, p_now timestamptz) returns boolean
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select p_subscription.ended_at is null and p_subscription.status in ('active', 'past_due', 'trialing')
    and not (p_subscription.cancel_at_period_end and p_subscription.period_end <= p_now)
$$;
--> statement-breakpoint
create function account_is_subscribed(p_account bigint, p_now timestamptz) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((select is_subscribed(s, p_now) from subscription s where s.account_id = p_account), false)
$$;
--> statement-breakpoint
create function covered_numbers(p_account bigint) returns integer
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select count(*)::integer from phone_number where account_id = p_account and released_at is null and mode = 'FIXED'
$$;
--> statement-breakpoint
-- Begins a Checkout for a subscription. Under the account's lock, so that two at once see each other. Status: begun (order_id
-- is to be opened; session_id where it was already), other_open (an order on other terms must be closed first), no_customer,
-- no_numbers, subscribed (all three wrote nothing), or as of claim_checkout_key: replayed, mismatch, in_flight.
create function begin_subscription_checkout(
  p_account bigint, p_order text, p_livemode boolean, p_interval text, p_return_url text, p_redirect text, p_requested_by text,
  p_key text, p_hash bytea, p_lease interval, p_now timestamptz,
  out status text, out order_id text, out session_id text, out customer_id text, out quantity integer, out lease text, out answer jsonb
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_open subscription_order;
begin
  select stripe_customer_id into customer_id from account where id = p_account for no key update;
  if p_key is not null then
    select c.status, c.lease, c.answer into status, lease, answer
      from claim_checkout_key(p_account, p_order, p_key, p_hash, null, null, p_lease) as c;
    if status <> 'begun' then return; end if;
  end if;
  select count(*)::integer into quantity from phone_number n where n.account_id = p_account and n.released_at is null;
  status := case when quantity = 0 then 'no_numbers' when account_is_subscribed(p_account, p_now) then 'subscribed'
    when customer_id is null then 'no_customer' else 'begun' end;
  if status <> 'begun' then
    delete from idempotency_record r where r.account_id = p_account and r.key = p_key and r.leased_until = lease::timestamptz;
    return;
  end if;

  select o.* into v_open from subscription_order o where o.account_id = p_account and o.state in ('created', 'open');
  if not found then
    order_id := p_order;
    insert into subscription_order (id, account_id, stripe_customer_id, livemode, interval, quantity, return_url, redirect,
        requested_by, created_at)
      values (p_order, p_account, customer_id, p_livemode, p_interval, quantity, p_return_url, p_redirect, p_requested_by, p_now);
    return;
  end if;
  order_id := v_open.id;
  session_id := v_open.stripe_session_id;
  if (v_open.stripe_customer_id, v_open.livemode, v_open.interval, v_open.quantity, v_open.return_url, v_open.redirect)
    is distinct from (customer_id, p_livemode, p_interval, quantity, p_return_url, p_redirect)
  then
    status := 'other_open';
    delete from idempotency_record r where r.account_id = p_account and r.key = p_key and r.leased_until = lease::timestamptz;
  end if;
end
$$;
--> statement-breakpoint
-- Keeps the session that was made for an order, and what the caller was told. False: the order was closed meanwhile, and
-- nobody may be given the session.
create function finish_subscription_checkout(
  p_account bigint, p_order text, p_session text, p_key text, p_lease text, p_answer jsonb
) returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update subscription_order o set stripe_session_id = p_session, state = 'open'
    where o.account_id = p_account and o.id = p_order and o.state in ('created', 'open')
      and coalesce(o.stripe_session_id, p_session) = p_session;
  if not found then return false; end if;
  update idempotency_record r set answer = p_answer, leased_until = null
    where r.account_id = p_account and r.key = p_key and r.leased_until = p_lease::timestamptz;
  return true;
end
$$;
--> statement-breakpoint
-- Gives numbers the mode that what is paid gives them. Call with the account's subscription row locked. p_at: since when.
-- A first payment covers the oldest numbers; later a unit goes to a number whose cover was begun, from that moment on, since
-- the payment comes seconds later and its rent would be due meanwhile; and where there are more covered numbers than units,
-- the newest lose their cover.
create function settle_coverage(p_account bigint, p_at timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_subscription subscription;
  v_free integer;
  v_at timestamptz;
begin
  select * into strict v_subscription from subscription where account_id = p_account;
  if v_subscription.ended_at is not null or v_subscription.status not in ('active', 'past_due', 'trialing') then
    update subscription_deed set state = 'failed' where account_id = p_account and state = 'begun' and kind = 'cover';
    if v_subscription.covered_since is null then return; end if;
    v_at := greatest(v_subscription.covered_since, coalesce(v_subscription.ended_at, p_at));
    perform set_number_mode(p_account, n.id, 'PAYG', v_at) from phone_number n
      where n.account_id = p_account and n.released_at is null and n.mode = 'FIXED';
    update subscription set covered_since = null where account_id = p_account;
    perform resume_release(p_account, v_at);
    return;
  end if;
  if v_subscription.units = 0 then return; end if;

  v_free := v_subscription.units - covered_numbers(p_account);
  if v_free < 0 then
    perform set_number_mode(p_account, n.id, 'PAYG', p_at) from (
      select id from phone_number where account_id = p_account and released_at is null and mode = 'FIXED'
        order by created_at desc, id desc limit -v_free) as n;
  elsif v_subscription.covered_since is null then
    perform pause_release(p_account, p_at);
    perform set_number_mode(p_account, n.id, 'FIXED', greatest(p_at, n.created_at)) from (
      select id, created_at from phone_number where account_id = p_account and released_at is null and mode = 'PAYG'
        order by created_at, id limit v_free) as n;
    update subscription set covered_since = p_at where account_id = p_account;
  elsif v_free > 0 then
    perform set_number_mode(p_account, n.id, 'FIXED', n.begun_at) from (
      select p.id, min(d.created_at) as begun_at from phone_number p
        join subscription_deed d on d.account_id = p.account_id and d.number_id = p.id and d.state = 'begun' and d.kind = 'cover'
        where p.account_id = p_account and p.released_at is null and p.mode = 'PAYG'
        group by p.id order by min(d.created_at), p.id limit v_free) as n;
  end if;
end
$$;
--> statement-breakpoint
-- Stores what Stripe says of a subscription, and gives numbers the mode that follows. Outcome: converged (now, or by a later
-- reading), or quarantined with a reason. unsettled_invoice: the latest invoice, where what was paid of it is not known yet.
create function converge_subscription(
  p_ticket bigint, p_subscription text, p_customer text, p_order text, p_status text, p_interval text, p_quantity integer,
  p_period_start timestamptz, p_period_end timestamptz, p_cancels boolean, p_ended_at timestamptz, p_latest_invoice text,
  p_now timestamptz,
  out outcome text, out reason text, out account_id bigint, out unsettled_invoice text
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_known subscription;
  v_over boolean := p_ended_at is not null;
begin
  select s.account_id into account_id from subscription s where s.stripe_subscription_id = p_subscription;
  if account_id is null then
    select a.id into account_id from account a where a.stripe_customer_id = p_customer;
  end if;
  if account_id is null then
    select o.account_id into account_id from subscription_order o where o.id = p_order and o.stripe_customer_id = p_customer;
  end if;
  -- The account's lock, as for beginning a Checkout: there may be no row of the subscription yet.
  perform from account a where a.id = converge_subscription.account_id for no key update;
  select s.* into v_known from subscription s where s.account_id = converge_subscription.account_id for update;

  reason := case
    when account_id is null then 'customer_unknown'
    when v_known.stripe_subscription_id <> p_subscription and not v_over and p_status <> 'incomplete'
      and v_known.ended_at is null and v_known.status in ('active', 'past_due', 'trialing') then 'second_subscription'
  end;
  outcome := case when reason is null then 'converged' else 'quarantined' end;

  if reason is null and not (v_known.stripe_subscription_id is distinct from p_subscription and (v_over or p_status = 'incomplete')) then
    if v_known.account_id is null then
      insert into subscription (account_id, stripe_subscription_id, stripe_customer_id, status, interval, quantity,
          period_start, period_end, cancel_at_period_end, ended_at, latest_invoice_id, read_ticket, recheck_at)
        values (converge_subscription.account_id, p_subscription, p_customer, p_status, p_interval, p_quantity,
          p_period_start, p_period_end, p_cancels, p_ended_at, p_latest_invoice, p_ticket, p_now);
    elsif v_known.stripe_subscription_id <> p_subscription then
      -- The one before ended, or never became active: its numbers have their modes already.
      update subscription s
        set stripe_subscription_id = p_subscription, units = 0, paid_through = null, covered_since = null,
            ends_without_numbers = false, busy_deed = null, busy_until = null, read_ticket = 0, recheck_at = p_now
        where s.account_id = converge_subscription.account_id;
    end if;
    update subscription s
      set stripe_customer_id = p_customer, status = p_status, interval = p_interval, quantity = p_quantity,
          period_start = p_period_start, period_end = p_period_end, cancel_at_period_end = p_cancels, ended_at = p_ended_at,
          ends_without_numbers = s.ends_without_numbers and p_cancels,
          latest_invoice_id = p_latest_invoice, read_ticket = p_ticket,
          -- Never put off by a reading, which is less than a recheck; at once where a whole period went by unheard of.
          recheck_at = case when p_period_start > s.period_end then p_now
            else least(s.recheck_at, next_recheck(p_status, p_period_end, p_now)) end
      where s.account_id = converge_subscription.account_id and s.read_ticket <= p_ticket;
    update subscription_order o set state = 'complete', recheck_at = null
      where o.account_id = converge_subscription.account_id and o.id = p_order and o.state <> 'complete';
    -- An invoice may have been booked before the subscription was known.
    update subscription s set units = paid.units, paid_through = paid.period_end
      from paid_units(converge_subscription.account_id, p_subscription) as paid
      where s.account_id = converge_subscription.account_id and s.stripe_subscription_id = p_subscription and s.units = 0
        and paid.units is not null;
    perform settle_coverage(account_id, p_now);
    select s.latest_invoice_id into unsettled_invoice from subscription s
      where s.account_id = converge_subscription.account_id and s.stripe_subscription_id = p_subscription
        and not exists (select from subscription_invoice i
          where i.account_id = converge_subscription.account_id and i.id = s.latest_invoice_id);
  end if;
end
$$;
--> statement-breakpoint
-- When to read a subscription again without being told: daily, soon after its period has ended, and hourly while Stripe
-- still tries to be paid.
create function next_recheck(p_status text, p_period_end timestamptz, p_now timestamptz) returns timestamptz
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_status in ('active', 'trialing')
    then least(p_now + interval '1 day', greatest(p_period_end + interval '5 minutes', p_now + interval '15 minutes'))
    else p_now + interval '1 hour' end
$$;
--> statement-breakpoint
-- Books a paid invoice of a subscription: what a charge paid goes from Stripe to subscriptions, never to wallet or deposits;
-- overdraft that was an item of it is repaid; and what its line covers becomes cover. The units of the period that the paid
-- invoices reach into follow from all of them, so their order does not matter. p_paid_micros 0: nothing was due.
-- Outcome: booked (now or by an earlier call), or quarantined with a reason.
create function settle_subscription_invoice(
  p_invoice text, p_subscription text, p_customer text, p_interval text, p_quantity integer, p_period_start timestamptz,
  p_period_end timestamptz, p_proration boolean, p_items text[], p_paid_micros bigint, p_paid_at timestamptz, p_now timestamptz,
  p_event_ids text[],
  out outcome text, out reason text, out account_id bigint, out posting_id bigint
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_posted ledger.posting_result;
begin
  perform lock_payment(p_invoice);
  select s.account_id into account_id from subscription s where s.stripe_subscription_id = p_subscription for update;
  if account_id is null then
    select a.id into account_id from account a where a.stripe_customer_id = p_customer;
  end if;
  if account_id is null then reason := 'customer_unknown'; end if;

  if reason is null and p_paid_micros > 0 then
    v_posted := ledger.pay_subscription(account_id, p_invoice, p_paid_micros, p_paid_at, p_now);
    posting_id := v_posted.posting_id;
    if v_posted.status not in ('posted', 'replayed') then reason := 'ledger_' || v_posted.status; end if;
  end if;
  if reason is null then
    insert into subscription_invoice (account_id, id, stripe_subscription_id, interval, quantity, period_start, period_end,
        proration, paid_micros, posting_id, paid_at)
      values (settle_subscription_invoice.account_id, p_invoice, p_subscription, p_interval, p_quantity, p_period_start,
        p_period_end, p_proration, p_paid_micros, settle_subscription_invoice.posting_id, p_paid_at)
      on conflict do nothing;
    update subscription s set units = paid.units, paid_through = paid.period_end
      from paid_units(settle_subscription_invoice.account_id, p_subscription) as paid
      where s.account_id = settle_subscription_invoice.account_id and s.stripe_subscription_id = p_subscription
        and paid.units is not null;
    if found then perform settle_coverage(account_id, p_paid_at); end if;
    -- Last: what could not be repaid is for staff, and no reason to cover nothing.
    reason := repay_collected(account_id, p_invoice, p_items, p_paid_at, p_now);
    select coalesce(settle_subscription_invoice.reason, a.reason) into reason from apply_returns(p_invoice, p_now) as a;
  end if;
  outcome := case when reason is null then 'booked' else 'quarantined' end;
  update stripe_event e
    set state = case when settle_subscription_invoice.reason is null then 'done' else 'quarantined' end,
        reason = settle_subscription_invoice.reason, done_at = clock_timestamp()
    where e.id = any (p_event_ids) and e.state in ('received', 'failed');
end
$$;
--> statement-breakpoint
-- How many units the paid invoices cover in the period that the latest of them reaches into, and when that ends; null
-- where none covers any.
create function paid_units(p_account bigint, p_subscription text, out units integer, out period_end timestamptz)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select max(i.quantity), latest.period_end
    from (select l.period_end from subscription_invoice l
      where l.account_id = p_account and l.stripe_subscription_id = p_subscription and l.quantity > 0
      order by l.period_start desc, l.proration, l.period_end desc limit 1) as latest
    join subscription_invoice i on i.account_id = p_account and i.stripe_subscription_id = p_subscription
      and i.period_end = latest.period_end
    group by latest.period_end
$$;
--> statement-breakpoint
-- Books the overdraft that a paid invoice collected, by the items of it that are ours. Answers why it could not, or null.
create function repay_collected(
  p_account bigint, p_invoice text, p_items text[], p_paid_at timestamptz, p_now timestamptz
) returns text language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_item overdraft_collection;
  v_posted ledger.posting_result;
begin
  for v_item in
    select * from overdraft_collection c
      where c.account_id = p_account and c.stripe_item_id = any (p_items) order by c.id for update
  loop
    v_posted := ledger.repay(p_account, v_item.id, v_item.amount_micros, p_paid_at, p_now);
    if v_posted.status not in ('posted', 'replayed') then return 'ledger_' || v_posted.status; end if;
    update overdraft_collection set state = 'paid', stripe_invoice_id = p_invoice where id = v_item.id;
  end loop;
  return null;
end
$$;
--> statement-breakpoint
-- Begins a deed on the account's subscription: one at a time, each alone until it ends or its lease does. Status: begun,
-- covered (the number has its cover: by this call where a unit was free, by an earlier one, or by nothing for a released
-- number), busy (another deed is under way), not_subscribed, or as of claim_checkout_key: replayed, mismatch, in_flight.
create function begin_subscription_deed(
  p_account bigint, p_deed text, p_kind text, p_number text, p_requested_by text, p_key text, p_hash bytea, p_lease interval,
  p_now timestamptz,
  out status text, out subscription_id text, out lease text, out answer jsonb
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_subscription subscription;
  v_number phone_number;
begin
  select s.* into v_subscription from subscription s where s.account_id = p_account for update;
  if p_key is not null then
    select c.status, c.lease, c.answer into status, lease, answer
      from claim_checkout_key(p_account, p_deed, p_key, p_hash, null, null, p_lease) as c;
    if status <> 'begun' then return; end if;
  end if;
  subscription_id := v_subscription.stripe_subscription_id;
  status := case
    when v_subscription.account_id is null or not is_subscribed(v_subscription, p_now) then 'not_subscribed'
    when v_subscription.busy_deed <> p_deed and v_subscription.busy_until > clock_timestamp() then 'busy'
    else 'begun' end;

  if status = 'begun' and p_kind = 'cover' then
    select n.* into v_number from phone_number n
      where n.account_id = p_account and n.id = p_number and n.released_at is null;
    if not found or v_number.mode = 'FIXED' then
      status := 'covered';
    elsif v_subscription.covered_since is not null and covered_numbers(p_account) < v_subscription.units then
      perform set_number_mode(p_account, p_number, 'FIXED', greatest(p_now, v_number.created_at));
      status := 'covered';
    end if;
  end if;
  if status <> 'begun' then
    delete from idempotency_record r where r.account_id = p_account and r.key = p_key and r.leased_until = lease::timestamptz;
    return;
  end if;
  update subscription s set busy_deed = p_deed, busy_until = clock_timestamp() + p_lease where s.account_id = p_account;
  insert into subscription_deed (id, account_id, kind, number_id, requested_by, created_at)
    values (p_deed, p_account, p_kind, p_number, p_requested_by, p_now) on conflict do nothing;
end
$$;
--> statement-breakpoint
-- Ends a deed and lets the next one begin. p_answer null frees the caller's key: nobody was given an answer.
create function end_subscription_deed(
  p_account bigint, p_deed text, p_state text, p_key text, p_lease text, p_answer jsonb
) returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update subscription s set busy_deed = null, busy_until = null where s.account_id = p_account and s.busy_deed = p_deed;
  update subscription_deed d set state = p_state where d.account_id = p_account and d.id = p_deed and d.state = 'begun';
  if p_answer is null then
    delete from idempotency_record r where r.account_id = p_account and r.key = p_key and r.leased_until = p_lease::timestamptz;
  else
    update idempotency_record r set answer = p_answer, leased_until = null
      where r.account_id = p_account and r.key = p_key and r.leased_until = p_lease::timestamptz;
  end if;
end
$$;
--> statement-breakpoint
-- Gives up deeds begun before p_before of which nothing was heard, after a reading that would have shown them done.
create function give_up_deeds(p_account bigint, p_before timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update subscription_deed set state = 'failed' where account_id = p_account and state = 'begun' and created_at < p_before
$$;
--> statement-breakpoint
-- What the account's wallet owes and its subscription is to collect: only one that is paid and goes on will have a next
-- invoice; and what it collects already.
create function read_overdraft(
  p_account bigint, p_now timestamptz,
  out customer_id text, out subscription_id text, out wanted_micros bigint, out open_id text, out open_micros bigint, out open_item text,
  out ended boolean
) returns setof record language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select s.stripe_customer_id, s.stripe_subscription_id,
      case when s.covered_since is not null and s.status = 'active' and not s.cancel_at_period_end
        then greatest(0, -b.balance_micros) else 0 end,
      c.id, c.amount_micros, c.stripe_item_id, s.ended_at is not null
    from subscription s
    cross join lateral ledger.balance(s.account_id, p_now) as b
    left join overdraft_collection c on c.account_id = s.account_id and c.state in ('begun', 'pending', 'billed')
    where s.account_id = p_account
$$;
--> statement-breakpoint
-- Accounts in which that differs: at once where nothing is collected yet or nothing is to be, later by a dollar or more, and by
-- any amount on the last day before the renewal, so that each call of a number beyond the subscription is no item of its own.
create function overdraft_due(p_now timestamptz, p_limit integer) returns setof bigint
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select s.account_id
    from subscription s
    join ledger.ledger_account o on o.account_id = s.account_id and o.id = 1
    left join overdraft_collection c on c.account_id = s.account_id and c.state in ('begun', 'pending', 'billed')
    cross join lateral (select case when s.covered_since is not null and s.status = 'active' and not s.cancel_at_period_end
      then greatest(0, -o.balance_micros) else 0 end as micros) as wanted
    where (o.balance_micros < 0 or c.id is not null)
      and (c.state is distinct from 'billed' or s.ended_at is not null)
      and (c.id is null and wanted.micros > 0
        or c.state = 'begun'
        or c.id is not null and wanted.micros = 0
        or abs(wanted.micros - c.amount_micros) >= case when s.period_end <= p_now + interval '1 day' then 10000 else 1000000 end)
    order by s.account_id limit p_limit
$$;
--> statement-breakpoint
-- The application begins, converges and ends by the functions above; the rows are theirs.
revoke insert, update, delete on subscription, subscription_invoice, subscription_deed from talktime_app;
--> statement-breakpoint
grant update (recheck_at, ends_without_numbers) on subscription to talktime_app;
--> statement-breakpoint
revoke execute on function is_subscribed, account_is_subscribed, covered_numbers, begin_subscription_checkout,
  finish_subscription_checkout, settle_coverage, converge_subscription, next_recheck, settle_subscription_invoice, paid_units,
  repay_collected, begin_subscription_deed, end_subscription_deed, give_up_deeds, read_overdraft, overdraft_due from public;
--> statement-breakpoint
grant execute on function is_subscribed, account_is_subscribed, covered_numbers to talktime_app, talktime_readonly;
--> statement-breakpoint
grant execute on function begin_subscription_checkout, finish_subscription_checkout, converge_subscription,
  settle_subscription_invoice, begin_subscription_deed, end_subscription_deed, give_up_deeds, read_overdraft, overdraft_due,
  next_recheck to talktime_app;
--> statement-breakpoint
grant usage on sequence subscription_reading to talktime_app;
--> statement-breakpoint
grant select on subscription, subscription_order, subscription_invoice, overdraft_collection to talktime_readonly;
