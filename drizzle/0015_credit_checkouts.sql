-- What an order grants is in the books as the order says. Empty: it is.
create view credit_order_violation with (security_invoker = true) as
  select 'paid_order_not_booked' as law, o.account_id, null::bigint as row_id, o.id as detail
  from credit_order o
  where o.state = 'paid' and not exists (
    select from ledger.posting p
    where p.account_id = o.account_id and p.reference = o.stripe_invoice_id and p.code = 'deposit_card')
  union all
  select 'order_grants_another_amount', o.account_id, p.id, o.id || ': ' || p.total_micros
  from credit_order o join ledger.posting p
    on p.account_id = o.account_id and p.reference = o.stripe_invoice_id and p.code = 'deposit_card'
  where o.state = 'paid' and p.total_micros <> coalesce(o.credit_micros, o.due_micros, p.total_micros)
  union all
  select 'order_books_another_payment', o.account_id, p.id, o.id || ': ' || paid.micros
  from credit_order o join ledger.posting p
    on p.account_id = o.account_id and p.reference = o.stripe_invoice_id and p.code = 'deposit_card'
  cross join lateral (
    select coalesce(sum(t.amount_micros), 0) as micros from ledger.transfer t
    where t.account_id = p.account_id and t.posting_id = p.id and t.from_id = 3) as paid
  where o.state = 'paid' and paid.micros <> least(p.total_micros, coalesce(o.due_micros, p.total_micros));
--> statement-breakpoint
grant select on credit_order_violation to talktime_app, talktime_readonly;
--> statement-breakpoint
-- What the wallet holds, the balance below which it counts as low (the account's own alert, else where automatic top-up
-- begins; null: neither was set), and whether it is topped up by itself. Amounts are micro-dollars in text, here and in
-- all answers that are JSON.
create function read_credit_balance(p_account bigint, p_now timestamptz) returns json
language sql stable
begin atomic
  select json_build_object(
      'balance', b.balance_micros::text,
      'threshold', coalesce(alert.threshold_micros, automatic.threshold_micros)::text,
      'automatic', coalesce(automatic.enabled, false))
    from ledger.balance(p_account, p_now) as b
      left join low_balance_alert alert on alert.account_id = p_account
      left join auto_top_up automatic on automatic.account_id = p_account;
end;
--> statement-breakpoint
-- A posting under a name that is a UUID (version 8), and no running number for everyone to read. One expression without
-- settings of its own, so that it is computed in place: called as a function it took two thirds of a page's time.
create function credit_transaction_id(p_account bigint, p_posting bigint) returns uuid
language sql immutable as $$
  select overlay(overlay(md5('credit transaction|' || p_account::text || '|' || p_posting::text)
    placing '8' from 13) placing '8' from 17)::uuid
$$;
--> statement-breakpoint
-- Whether a card deposit was made by automatic top-up.
create function bought_automatically(p_account bigint, p_invoice text) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from credit_order o join purchase b on b.id = o.id
      where o.account_id = p_account and o.stripe_invoice_id = p_invoice and b."trigger" <> 'manual')
$$;
--> statement-breakpoint
-- The newest postings of these codes, newest first, with what each did to the wallet. p_automatic takes of card deposits
-- only those made by automatic top-up, or only the others; null: all. Read along the indexes and no further than p_limit,
-- as in read_activity. Each is an array (id, time, code, automatic, change, fare, number): to name 350 values took a third of
-- the call.
create function read_credit_transactions(p_account bigint, p_codes text[], p_automatic boolean, p_limit integer)
returns json language plpgsql stable set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(
        credit_transaction_id(p_account, item.id), date_trunc('second', item.at at time zone 'UTC'), item.code,
        item.code = 'deposit_card' and bought_automatically(p_account, item.reference),
        case
          when item.code in ('usage', 'rent', 'hold', 'expiry') then -item.total_micros
          when item.code in ('reversal', 'refund', 'dispute') then item.balance_micros - coalesce(earlier.balance_micros, 0)
          else item.total_micros
        end::text,
        event.fare_name, coalesce(event.number, rented.number)) order by item.at desc), '[]')
      from (
        (select p.occurred_at as at, p.id, p.code::text, p.reference::text, p.total_micros::bigint, p.balance_micros
          from ledger.posting p
          where p_codes && '{usage,rent}' and p.code in ('usage', 'rent') and p.account_id = p_account
          order by p.occurred_at desc limit p_limit)
        union all
        (select p.occurred_at, p.id, p.code::text, p.reference::text, p.total_micros::bigint, p.balance_micros
          from ledger.posting p
          where p.code not in ('usage', 'rent') and p.code::text = any (p_codes) and p.account_id = p_account
            and (p_automatic is null or p.code <> 'deposit_card'
              or bought_automatically(p_account, p.reference) = p_automatic)
          order by p.occurred_at desc limit p_limit)
        order by 1 desc limit p_limit
      ) as item
      left join lateral (
        select u.fare_name, u.number from usage_event u
          where item.code = 'usage' and u.account_id = p_account and u.id = substr(item.reference, 7) limit 1
      ) as event on true
      left join lateral (
        select n.number from phone_number n
          where item.code = 'rent' and n.account_id = p_account and n.id = split_part(item.reference, ':', 2) limit 1
      ) as rented on true
      left join lateral (
        select b.balance_micros from ledger.posting b
          where item.code in ('reversal', 'refund', 'dispute') and b.account_id = p_account and b.id < item.id order by b.id desc limit 1
      ) as earlier on true);
end
$$;
--> statement-breakpoint
-- What the wallet paid for usage and rent from p_from to p_to, both included: whole days as they were added up, the hours at
-- both ends by their postings, and no usage after p_now. Rent that was given back is left out.
create function read_credit_usage(p_account bigint, p_from timestamptz, p_to timestamptz, p_now timestamptz) returns bigint
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  -- The first day that is whole, and the first after it that is not.
  v_first date := (p_from at time zone 'UTC' + interval '1 day' - interval '1 microsecond')::date;
  v_end date := case when p_to >= p_now then 'infinity' else (p_to at time zone 'UTC')::date end;
  v_micros bigint;
begin
  if p_to < p_from then return 0; end if;
  select coalesce(sum(r.amount_micros), 0) into v_micros from rent_period r
    where r.account_id = p_account and r.posting_id is not null and r.reversed_at is null
      and r.starts_at >= p_from and r.starts_at <= p_to;
  if v_first >= v_end then return v_micros + read_posted_usage(p_account, p_from, p_to); end if;
  return v_micros
    + (select coalesce(sum(d.amount_micros), 0)::bigint from usage_day d
        where d.account_id = p_account and d.attribution = 'wallet' and d.day >= v_first and d.day < v_end)
    + read_posted_usage(p_account, p_from, v_first at time zone 'UTC' - interval '1 microsecond')
    + case when v_end = 'infinity' then 0 else read_posted_usage(p_account, v_end at time zone 'UTC', p_to) end;
end
$$;
--> statement-breakpoint
create function read_posted_usage(p_account bigint, p_from timestamptz, p_to timestamptz) returns bigint
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(sum(p.total_micros), 0)::bigint from ledger.posting p
    where p.account_id = p_account and p.code = 'usage' and p.occurred_at >= p_from and p.occurred_at <= p_to
$$;
--> statement-breakpoint
-- The account to an API that counts a monthly allowance: what the wallet holds, what the plan gives this month, what was
-- consumed of it or beyond it, and when it is renewed. Without a plan: a limit of zero, what was consumed since the first of
-- the month, and no renewal.
create function credit_status(
  p_account bigint, p_now timestamptz,
  out balance_micros bigint, out limit_micros bigint, out used_micros bigint, out renews_at timestamptz
) language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  select a.balance_micros, a.limit_micros, a.used_micros, a.renews_at into balance_micros, limit_micros, used_micros, renews_at
    from read_allowance(p_account, p_now) as a;
  if found then return; end if;
  limit_micros := 0;
  used_micros := read_credit_usage(p_account, month_of(p_now), p_now, p_now);
  select b.balance_micros into balance_micros from ledger.balance(p_account, p_now) as b;
end
$$;
--> statement-breakpoint
create function read_credit_status(p_account bigint, p_now timestamptz) returns json
language sql stable
begin atomic
  select json_build_object('balance', s.balance_micros::text, 'limit', s.limit_micros::text, 'used', s.used_micros::text,
      'renewsAt', s.renews_at)
    from credit_status(p_account, p_now) as s;
end;
--> statement-breakpoint
-- A page of what consumed credit, newest first: usage that the wallet paid, and rent. `total` counts all of it, as it was
-- added up by day. Each source is read along its index and no further than the page.
create function read_consumption(p_account bigint, p_now timestamptz, p_offset bigint, p_limit integer) returns json
language plpgsql stable set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set enable_bitmapscan = off set enable_seqscan = off as $$
declare
  v_total bigint;
  v_items json := '[]';
begin
  select coalesce((select sum(d.events) from usage_day d where d.account_id = p_account and d.attribution = 'wallet'), 0)
      + (select count(*) from rent_period r
          where r.account_id = p_account and r.posting_id is not null and r.reversed_at is null)
    into v_total;
  if p_offset < v_total then
    select json_agg(json_build_object(
        'id', page.id, 'service', page.service, 'name', page.name, 'micros', page.micros::text, 'number', page.number,
        'destination', page.destination, 'quantity', page.quantity, 'billedQuantity', page.billed_quantity,
        'at', date_trunc('second', page.at at time zone 'UTC')) order by page.at desc, page.id desc)
      into v_items
      from (
        (select u.occurred_at as at, u.id, coalesce(u.kind, 'other') as service, u.fare_name as name, u.amount_micros as micros,
            u.number, u.destination, u.quantity, u.billed_quantity
          from usage_event u where u.account_id = p_account and u.attribution = 'wallet'
          order by u.occurred_at desc, u.id desc limit p_offset + p_limit)
        union all
        (select r.starts_at, r.reference, 'rent', 'Number rent', r.amount_micros, n.number, null, null, 1
          from rent_period r left join phone_number n on n.account_id = r.account_id and n.id = r.number_id
          where r.account_id = p_account and r.posting_id is not null and r.reversed_at is null
          order by r.starts_at desc, r.reference desc limit p_offset + p_limit)
        order by 1 desc, 2 desc offset p_offset limit p_limit
      ) as page;
  end if;
  return (
    select json_build_object('items', v_items, 'total', v_total, 'limit', s.limit_micros::text, 'used', s.used_micros::text)
      from credit_status(p_account, p_now) as s);
end
$$;
--> statement-breakpoint
revoke execute on function read_credit_balance, credit_transaction_id, bought_automatically, read_credit_transactions, read_credit_usage,
  read_posted_usage, credit_status, read_credit_status, read_consumption from public;
--> statement-breakpoint
grant execute on function read_credit_balance, credit_transaction_id, bought_automatically, read_credit_transactions, read_credit_usage,
  read_posted_usage, credit_status, read_credit_status, read_consumption to talktime_app, talktime_readonly;
