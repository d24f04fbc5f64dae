-- What staff search and read. The indexes that only the search needs stand here with it.
-- Words as they are searched for: in lower case, without accents, cut at whatever of ASCII is no letter and no digit.
create function search_words(p_text text) returns text[]
language sql immutable as $$
  select array_remove(regexp_split_to_array(left(regexp_replace(
    lower(normalize(p_text, nfkd)), '[\u0300-\u036f]', '', 'g'), 400),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+'), '')
$$;
--> statement-breakpoint
create function search_vector(p_text text) returns tsvector
language sql immutable as $$
  select array_to_tsvector(public.search_words(p_text))
$$;
--> statement-breakpoint
-- All words of the text, each the beginning of a word; null where it has none.
create function search_query(p_text text) returns tsquery
language sql immutable as $$
  select string_agg('''' || word || ''':*', ' & ')::tsquery from unnest(public.search_words(p_text)) as word
$$;
--> statement-breakpoint
-- A field of the object that an event is about, as text. Null also where the payload, which is kept as it was sent, holds what
-- PostgreSQL takes for no text: an index over it must refuse no event.
create function event_field(p_payload json, variadic p_path text[]) returns text
language plpgsql immutable as $$
begin
  return p_payload #>> ('{data,object}'::text[] || p_path);
exception when others then
  return null;
end
$$;
--> statement-breakpoint
create index account_search on account using gin (search_vector(name || ' ' || slug));
--> statement-breakpoint
create index user_search on "user" using gin (search_vector(coalesce(name, '') || ' ' || email));
--> statement-breakpoint
-- By the last digits, whichever of country and area code are given with them.
create index phone_number_search on phone_number ((reverse(number) collate "C"));
--> statement-breakpoint
create index purchase_card on purchase (method_last4, account_id) where method_last4 is not null;
--> statement-breakpoint
-- Cards that were saved in Checkout are known from the event that told of it.
create index stripe_event_card on stripe_event (event_field(payload, 'card', 'last4'))
  where type = 'payment_method.attached';
--> statement-breakpoint
create index subscription_invoice_id on subscription_invoice (id);
--> statement-breakpoint
create index overdraft_collection_invoice on overdraft_collection (stripe_invoice_id) where stripe_invoice_id is not null;
--> statement-breakpoint
-- Accounts by whatever names them or something of theirs: p_limit of each kind at most, and `more` where one has more.
-- `detail` says what was found, and is null where that is the account itself. Each kind is looked up along an index of its
-- own, and one that the text cannot be is not looked up at all; the settings keep it so whatever a cached plan believes.
create function search_accounts(p_text text, p_limit integer)
returns table (account_id bigint, account_name text, slug text, kind text, detail text, more boolean)
language plpgsql stable set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_query tsquery := case when length(p_text) >= 2 then search_query(p_text) end;
  v_account bigint := case when p_text ~ '^[1-9][0-9]{0,17}$' then p_text::bigint end;
  v_digits text := case when p_text ~ '^[+]?[0-9() ./-]+$' then regexp_replace(p_text, '[^0-9]', '', 'g') end;
  v_ending text := case when length(v_digits) between 4 and 15 then reverse(v_digits) end;
  v_last4 text := case when length(v_digits) = 4 then v_digits end;
  -- As addresses are stored. It is also found by its words, but among all others that have them.
  v_email text := case when normalize(p_text, nfkc) like '%@%' then lower(normalize(p_text, nfkc)) end;
  -- Our own ids and Stripe's begin with a word and an underscore.
  v_id text := case when p_text ~ '^[a-z]{2,5}_[A-Za-z0-9_]{1,250}$' then p_text end;
begin
  return query
    select hit.id, account.name, account.slug, hit.kind, hit.detail, hit.place > p_limit
      from (
        select match.id, match.kind, match.detail, match.rank,
            row_number() over (partition by match.rank order by match.id desc, match.detail) as place
          from (
            select a.id, 'account' as kind, null as detail, 1 as rank from account a where a.id = v_account
            union all
            select a.id, 'slug', null, 2 from account a where a.slug = lower(p_text)
            union all
            select of_id.id, of_id.kind, p_text, 3 from search_by_id(v_id) as of_id
            union all
            (select m.account_id, 'person', coalesce(u.name || ', ', '') || u.email, 4
              from "user" u join member m on m.user_id = u.id where u.email = v_email limit p_limit + 1)
            union all
            (select n.account_id, case when n.released_at is null then 'number' else 'released-number' end, n.number, 5
              from phone_number n
              where reverse(n.number) collate "C" >= v_ending and reverse(n.number) collate "C" < v_ending || ':'
              limit p_limit + 1)
            union all
            (select distinct c.id, 'card', c.brand || ' ' || v_last4, 6 from search_by_card(v_last4) as c limit p_limit + 1)
            union all
            (select a.id, 'name', null, 7 from account a
              where search_vector(a.name || ' ' || a.slug) @@ v_query and a.slug is distinct from lower(p_text)
              limit p_limit + 1)
            union all
            (select m.account_id, 'person', coalesce(u.name || ', ', '') || u.email, 8
              from "user" u join member m on m.user_id = u.id
              where search_vector(coalesce(u.name, '') || ' ' || u.email) @@ v_query and u.email is distinct from v_email
              limit p_limit + 1)
          ) as match (id, kind, detail, rank)
      ) as hit
      join account on account.id = hit.id
      where hit.place <= p_limit + 1
      order by hit.rank, hit.place;
end
$$;
--> statement-breakpoint
-- The account of an order, an invoice, a Checkout, a customer, a refund, a dispute, a subscription or an event. An event of a customer's that is
-- none of ours has none.
create function search_by_id(p_id text) returns table (id bigint, kind text)
language plpgsql stable set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  return query
    select distinct match.account_id, match.kind from (
      select a.id as account_id, 'customer' as kind from account a where a.stripe_customer_id = p_id
      union all select o.account_id, 'order' from credit_order o where o.id = p_id
      union all select s.account_id, 'order' from subscription_order s where s.id = p_id
      union all select o.account_id, 'checkout' from credit_order o where o.stripe_session_id = p_id
      union all select s.account_id, 'checkout' from subscription_order s where s.stripe_session_id = p_id
      union all select o.account_id, 'invoice' from credit_order o where o.stripe_invoice_id = p_id
      union all select b.account_id, 'invoice' from purchase b where b.stripe_invoice_id = p_id
      union all select i.account_id, 'invoice' from subscription_invoice i where i.id = p_id
      union all select c.account_id, 'invoice' from overdraft_collection c where c.stripe_invoice_id = p_id
      union all select r.account_id, 'return' from payment_return r where r.id = p_id and r.account_id is not null
      union all select s.account_id, 'subscription' from subscription s where s.stripe_subscription_id = p_id
      union all select a.id, 'event' from stripe_event e join account a
        on a.stripe_customer_id = coalesce(event_field(e.payload, 'customer'), event_field(e.payload, 'id'))
        where e.id = p_id
    ) as match;
end
$$;
--> statement-breakpoint
-- Accounts with a card that ends so: one that was charged without Checkout, or saved.
create function search_by_card(p_last4 text) returns table (id bigint, brand text)
language plpgsql stable set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  return query
    select b.account_id, initcap(coalesce(b.method_brand, 'card')) from purchase b where b.method_last4 = p_last4
    union
    select a.id, initcap(coalesce(event_field(e.payload, 'card', 'brand'), 'card'))
      from stripe_event e join account a on a.stripe_customer_id = event_field(e.payload, 'customer')
      where e.type = 'payment_method.attached' and event_field(e.payload, 'card', 'last4') = p_last4;
end
$$;
--> statement-breakpoint
revoke execute on function search_accounts, search_by_id, search_by_card from public;
--> statement-breakpoint
grant execute on function search_accounts, search_by_id, search_by_card to talktime_app;
--> statement-breakpoint
-- Postings of an account below an id, the newest first, each with its transfers and what both sides held after them.
create function read_postings(p_account bigint, p_before bigint, p_limit integer)
returns table (id bigint, code text, reference text, target text, total bigint, wallet bigint, occurred_at timestamptz,
  recorded_at timestamptz, transfers json)
language plpgsql stable set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_sort = off as $$
begin
  return query
    select p.id, p.code::text, p.reference::text, aim.code || ' ' || aim.reference, p.total_micros::bigint, p.balance_micros,
        p.occurred_at::timestamptz, p.recorded_at,
        (select coalesce(json_agg(json_build_object(
            'from', json_build_object('kind', giver.kind, 'grantId', case when giver.id >= 1000 then giver.id::text end,
              'balance', t.from_balance_micros::text),
            'to', json_build_object('kind', taker.kind, 'grantId', case when taker.id >= 1000 then taker.id::text end,
              'balance', t.to_balance_micros::text),
            'amount', t.amount_micros::text) order by t.leg), '[]')
          from ledger.transfer t
            join ledger.ledger_account giver on giver.account_id = p_account and giver.id = t.from_id
            join ledger.ledger_account taker on taker.account_id = p_account and taker.id = t.to_id
          where t.account_id = p_account and t.posting_id = p.id)
      from (select * from ledger.posting l where l.account_id = p_account and l.id < p_before
          order by l.id desc limit p_limit) as p
        left join ledger.posting aim on aim.account_id = p_account and aim.id = p.target_id
      order by p.id desc;
end
$$;
--> statement-breakpoint
-- The account, if there is one. Who of the staff opened it is in the audit log, once a day (UTC).
create function open_console_account(p_account bigint, p_staff uuid, p_now timestamptz)
returns table (id bigint, name text, slug text, created_at timestamptz)
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  perform audit('staff:' || p_staff, p_staff, a.id, 'account.opened', a.slug, null, null, p_now,
      format('account.opened:%s:%s:%s', p_staff, a.id, (p_now at time zone 'UTC')::date))
    from account a where a.id = p_account;
  return query select a.id, a.name, a.slug, a.created_at from account a where a.id = p_account;
end
$$;
--> statement-breakpoint
-- What an account has at Stripe, as we know it: of each kind the newest p_limit. Amounts are micro-dollars as text.
create function read_stripe_objects(
  p_account bigint, p_limit integer, out customer_id text, out subscription json, out orders json, out invoices json,
  out collections json, out auto_top_up json
) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select a.stripe_customer_id,
    (select json_build_object('id', s.stripe_subscription_id, 'status', s.status, 'interval', s.interval,
        'quantity', s.quantity, 'units', s.units, 'periodStart', s.period_start, 'periodEnd', s.period_end,
        'cancelAtPeriodEnd', s.cancel_at_period_end, 'endedAt', s.ended_at, 'latestInvoiceId', s.latest_invoice_id)
      from subscription s where s.account_id = p_account),
    (select coalesce(json_agg(json_build_object('id', o.id, 'state', o.state, 'checkoutId', o.stripe_session_id,
        'interval', o.interval, 'quantity', o.quantity, 'createdAt', o.created_at)), '[]')
      from (select * from subscription_order where account_id = p_account order by created_at desc, id limit p_limit) as o),
    (select coalesce(json_agg(json_build_object('id', i.id, 'paid', i.paid_micros::text, 'quantity', i.quantity,
        'periodStart', i.period_start, 'periodEnd', i.period_end, 'paidAt', i.paid_at)), '[]')
      from (select * from subscription_invoice where account_id = p_account order by paid_at desc, id limit p_limit) as i),
    (select coalesce(json_agg(json_build_object('id', c.id, 'state', c.state, 'amount', c.amount_micros::text,
        'invoiceId', c.stripe_invoice_id, 'createdAt', c.created_at)), '[]')
      from (select * from overdraft_collection where account_id = p_account order by created_at desc, id limit p_limit) as c),
    (select json_build_object('enabled', t.enabled, 'scheduled', t.scheduled_enabled, 'stoppedReason', t.stopped_reason,
        'failures', t.consecutive_failures, 'lastAttemptAt', t.last_attempt_at, 'cooldownUntil', t.cooldown_until)
      from auto_top_up t where t.account_id = p_account)
  from account a where a.id = p_account
$$;
--> statement-breakpoint
revoke execute on function read_postings, read_stripe_objects, open_console_account from public;
--> statement-breakpoint
grant execute on function read_postings, read_stripe_objects to talktime_app, talktime_readonly;
--> statement-breakpoint
grant execute on function open_console_account to talktime_app;
--> statement-breakpoint
create index mail_newest on mail (account_id, id desc);
--> statement-breakpoint
create index subscription_order_newest on subscription_order (account_id, created_at desc);
--> statement-breakpoint
create index overdraft_collection_newest on overdraft_collection (account_id, created_at desc);
