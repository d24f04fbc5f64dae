-- The books compared with the provider. What the books have of each invoice: `account_id` is whose it is, null where it is
-- nobody's of ours; `booked_micros` what they say that a charge paid, null where they have nothing, or have it reversed. What an order cost
-- beyond its credit entered no wallet and counts as paid all the same. `heard`: an event told of it; `waiting_events` are
-- those that still wait for it. p_accounts names the account where the caller knows it; an order's id in an invoice counts
-- only where the customer is the order's.
create function read_booked_invoices(
  p_ids text[], p_accounts text[], p_customers text[], p_subscriptions text[], p_orders text[]
) returns table (id text, account_id bigint, booked_micros bigint, heard boolean, waiting_events text[])
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select given.id, whose.account_id, booked.micros,
      exists (select from stripe_event e where e.subject = 'invoice:' || given.id),
      array(select e.id from stripe_event e where e.subject = 'invoice:' || given.id and e.state in ('received', 'failed'))
    from unnest(p_ids, p_accounts, p_customers, p_subscriptions, p_orders)
      as given (id, account, customer, subscription, order_id)
    cross join lateral (select coalesce(
      given.account::bigint,
      (select o.account_id from credit_order o where o.stripe_invoice_id = given.id),
      (select o.account_id from credit_order o where o.id = given.order_id and o.stripe_customer_id = given.customer),
      (select s.account_id from subscription s where s.stripe_subscription_id = given.subscription),
      (select a.id from account a where a.stripe_customer_id = given.customer)) as account_id) as whose
    left join lateral (
      select (sum(paid.micros)
          + coalesce((select greatest(o.due_micros - o.credit_micros, 0) from credit_order o
              where o.stripe_invoice_id = given.id and o.credit_micros is not null), 0))::bigint as micros
        from ledger.posting p
        cross join lateral (
          select coalesce(sum(t.amount_micros), 0) as micros from ledger.transfer t
            where t.account_id = p.account_id and t.posting_id = p.id and t.from_id = 3) as paid
        where p.account_id = whose.account_id and p.reference = given.id and p.code in ('deposit_card', 'subscription')
          and not exists (select from ledger.posting r where r.account_id = p.account_id and r.reference = 'reversal:' || p.id)
        having count(*) > 0
    ) as booked on true
$$;
--> statement-breakpoint
-- What the books have of the provider's invoices from p_since on and before p_until, in the order of account and moment:
-- the next p_limit after the moment p_moment of the account p_account. Read along the index of what was not spent.
create function list_booked_invoices(
  p_since timestamptz, p_until timestamptz, p_account bigint, p_moment timestamptz, p_limit integer
) returns table (account_id bigint, occurred_at timestamptz, reference text)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p.account_id, p.occurred_at, p.reference from ledger.posting p
    where p.code not in ('usage', 'rent') and p.code in ('deposit_card', 'subscription')
      and p.occurred_at >= p_since and p.occurred_at < p_until
      and (p.account_id, p.occurred_at) > (p_account, p_moment)
    order by p.account_id, p.occurred_at limit p_limit
$$;
--> statement-breakpoint
-- Begins a comparison, asked for before or not. What was begun long ago and never ended was cut off, and what is older than a
-- quarter of a year is forgotten; differences stay. Idempotent in p_id.
create function begin_reconciliation(p_id text, p_since timestamptz, p_until timestamptz, p_requested_by text)
returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from reconciliation where requested_at < clock_timestamp() - interval '90 days';
  update reconciliation set state = 'failed', error = 'cut off', finished_at = clock_timestamp()
    where state = 'running' and started_at < clock_timestamp() - interval '30 minutes' and id <> p_id;
  insert into reconciliation as run (id, since, until, state, requested_by, started_at)
    values (p_id, p_since, p_until, 'running', p_requested_by, clock_timestamp())
    on conflict (id) do update set state = 'running', started_at = clock_timestamp(), finished_at = null, error = null
      where run.state <> 'done';
end
$$;
--> statement-breakpoint
-- Ends a comparison. Where it begins no later than the ones before have come to, or, the first of all, no later than the
-- first order, it moves on how far all is compared.
create function finish_reconciliation(
  p_id text, p_compared integer, p_found integer, p_repaired integer, p_unheard integer, p_error text
) returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_run reconciliation;
begin
  update reconciliation r
    set state = case when p_error is null then 'done' else 'failed' end, finished_at = clock_timestamp(), error = p_error,
        compared = p_compared, found = p_found, repaired = p_repaired, unheard = p_unheard
    where r.id = p_id and r.state <> 'done' returning * into v_run;
  if v_run.state = 'done' then
    insert into reconciliation_state as known (matched_until)
      select v_run.until
        where exists (select from reconciliation_state)
          or v_run.since <= least((select min(o.created_at) from credit_order o), (select min(o.created_at) from subscription_order o))
      on conflict (id) do update set matched_until = greatest(known.matched_until, excluded.matched_until)
        where v_run.since <= known.matched_until;
  end if;
end
$$;
--> statement-breakpoint
-- Writes down that an object differs; p_kind null: that it agrees, again or at last (p_repaired: since it was put right,
-- which the audit log is told). What staff accepted as it is, they are not told of again: of money that nothing of ours asked
-- for, also not that the books miss it, which is how each look at it begins where the customer is ours.
create function note_difference(
  p_object text, p_object_id text, p_account bigint, p_kind text, p_provider_micros bigint, p_booked_micros bigint,
  p_reason text, p_repaired boolean, p_now timestamptz
) returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_closed reconciliation_difference;
begin
  if p_kind is null then
    update reconciliation_difference d
      set resolved_at = clock_timestamp(), resolution = case when p_repaired then 'repaired' else 'agrees' end
      where d.object = p_object and d.object_id = p_object_id and d.resolved_at is null
      returning * into v_closed;
    if v_closed.resolution = 'repaired' then
      perform audit('system', null, v_closed.account_id, 'reconciliation.repaired', p_object_id, null,
        jsonb_build_object('kind', v_closed.kind, 'object', p_object), p_now, 'repaired:' || v_closed.id);
    end if;
    return;
  end if;
  update reconciliation_difference d set last_seen_at = clock_timestamp()
    where d.object = p_object and d.object_id = p_object_id and d.resolution = 'accepted'
      and (d.kind = p_kind or d.kind = 'not_ours' and p_kind = 'missing_in_books')
      and d.provider_micros is not distinct from p_provider_micros and d.booked_micros is not distinct from p_booked_micros;
  if found then return; end if;
  insert into reconciliation_difference as known
      (kind, object, object_id, account_id, provider_micros, booked_micros, reason)
    values (p_kind, p_object, p_object_id, p_account, p_provider_micros, p_booked_micros, p_reason)
    on conflict (object, object_id) where resolved_at is null do update
      set kind = excluded.kind, account_id = excluded.account_id, provider_micros = excluded.provider_micros,
          booked_micros = excluded.booked_micros, last_seen_at = clock_timestamp(),
          -- Why it stands so is found out once.
          reason = coalesce(excluded.reason, case known.kind when excluded.kind then known.reason end);
end
$$;
--> statement-breakpoint
-- Has the worker compare a span at once. Idempotent in p_id.
create function ask_reconciliation(
  p_id text, p_since timestamptz, p_until timestamptz, p_actor text, p_staff uuid, p_now timestamptz
) returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into reconciliation (id, since, until, state, requested_by) values (p_id, p_since, p_until, 'asked', p_actor)
    on conflict do nothing;
  update recurring_job set due_at = least(due_at, clock_timestamp()) where name = 'reconcile-books';
  perform audit(p_actor, p_staff, null, 'reconciliation.run', p_id, null,
    jsonb_build_object('since', p_since, 'until', p_until), p_now, p_id);
end
$$;
--> statement-breakpoint
-- Closes a difference as it is, with the reason. False where it is none, or closed already.
create function accept_difference(p_id bigint, p_note text, p_actor text, p_staff uuid, p_now timestamptz)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_accepted reconciliation_difference;
begin
  update reconciliation_difference d
    set resolved_at = clock_timestamp(), resolution = 'accepted', resolved_by = p_actor, note = p_note
    where d.id = p_id and d.resolved_at is null returning * into v_accepted;
  if v_accepted.id is null then
    -- A repeat of the same call finds what it has done.
    return exists (select from reconciliation_difference d
      where d.id = p_id and d.resolution = 'accepted' and d.resolved_by = p_actor and d.note = p_note);
  end if;
  perform audit(p_actor, p_staff, v_accepted.account_id, 'reconciliation.accepted', v_accepted.object_id, p_note,
    jsonb_build_object('kind', v_accepted.kind, 'object', v_accepted.object), p_now, 'accepted:' || p_id);
  return true;
end
$$;
--> statement-breakpoint
-- For an account's own page: how far the books are compared, and how many of its own payments differ.
create function read_matched(p_account bigint, out matched_until timestamptz, out differences integer)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select (select s.matched_until from reconciliation_state s),
    (select count(*)::integer from reconciliation_difference d
      where d.account_id = p_account and d.resolved_at is null and d.kind <> 'not_ours')
$$;
--> statement-breakpoint
-- What was found stays: the application writes of it by the functions above alone.
revoke insert, update, delete on reconciliation, reconciliation_state, reconciliation_difference from talktime_app;
--> statement-breakpoint
revoke execute on function read_booked_invoices, list_booked_invoices, begin_reconciliation, finish_reconciliation,
  note_difference, ask_reconciliation, accept_difference, read_matched from public;
--> statement-breakpoint
grant execute on function read_booked_invoices, list_booked_invoices, begin_reconciliation, finish_reconciliation,
  note_difference, ask_reconciliation, accept_difference to talktime_app;
--> statement-breakpoint
grant execute on function read_matched to talktime_app, talktime_readonly;
--> statement-breakpoint
-- What events have led to, as far as the books and our own rows know it: whose they are, the order they belong to, and the
-- posting that was made of what they are about. Null where there is none.
create function read_event_effects(p_ids text[]) returns table (
  event_id text, account_id bigint, account_name text, order_id text, order_state text, posting_code text,
  posted_micros bigint, posted_at timestamptz
) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select e.id, a.id, a.name, o.id, o.state, p.code, p.total_micros, p.occurred_at
    from stripe_event e
    cross join lateral (select split_part(e.subject, ':', 1) as kind, split_part(e.subject, ':', 2) as id) as object
    left join lateral (
      select c.* from credit_order c where object.kind = 'invoice' and c.stripe_invoice_id = object.id
      union all
      select c.* from credit_order c where object.kind = 'checkout' and c.stripe_session_id = object.id
      limit 1) as o on true
    left join payment_return back on object.kind = 'returns' and back.id = e.payload #>> '{data,object,id}'
    left join account a on a.id = coalesce(
      o.account_id,
      (select s.account_id from subscription s where object.kind = 'subscription' and s.stripe_subscription_id = object.id),
      (select s.account_id from subscription_order s where object.kind = 'checkout' and s.stripe_session_id = object.id),
      back.account_id,
      (select c.id from account c where c.stripe_customer_id = case object.kind when 'customer' then object.id
        else e.payload #>> '{data,object,customer}' end))
    left join ledger.posting p on p.account_id = a.id and p.reference = coalesce(
      o.stripe_invoice_id, back.claw_reference, back.hold_reference, object.id)
    where e.id = any (p_ids)
$$;
--> statement-breakpoint
-- Puts events back as if they had just arrived, and wakes the worker; what still waits untried stays as it is. Written to
-- the audit log once for each and p_key. Answers the ids of those that were put back.
create function replay_events(
  p_ids text[], p_actor text, p_staff uuid, p_reason text, p_now timestamptz, p_key text
) returns text[] language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_id text;
  v_state text;
  v_replayed text[] := '{}';
begin
  for v_id, v_state in
    select e.id, e.state from stripe_event e where e.id = any (p_ids) and e.state <> 'received' order by e.id for update
  loop
    update stripe_event e
      set state = 'received', attempts = 0, failures = 0, reason = null, done_at = null, due_at = clock_timestamp(),
          received_at = clock_timestamp()
      where e.id = v_id;
    perform audit(p_actor, p_staff, null, 'event.replayed', v_id, p_reason, jsonb_build_object('was', v_state), p_now,
      p_key || ':' || v_id);
    v_replayed := v_replayed || v_id;
  end loop;
  if cardinality(v_replayed) > 0 then perform pg_notify('stripe_event', ''); end if;
  return v_replayed;
end
$$;
--> statement-breakpoint
revoke execute on function read_event_effects, replay_events from public;
--> statement-breakpoint
grant execute on function read_event_effects, replay_events to talktime_app;
--> statement-breakpoint
-- Has the worker prove the books at once. Idempotent in p_id; one that is asked for and not begun is enough.
create function ask_books_check(p_id text, p_actor text, p_staff uuid, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from books_check where state = 'asked') then
    insert into books_check (id, state, requested_by) values (p_id, 'asked', p_actor) on conflict do nothing;
  end if;
  update recurring_job set due_at = least(due_at, clock_timestamp()) where name = 'check-books';
  perform audit(p_actor, p_staff, null, 'invariants.run', p_id, null, null, p_now, p_id);
end
$$;
--> statement-breakpoint
-- Begins a proof: the one that was asked for, or else p_id. What was begun long ago and never ended was cut off, and what is
-- older than a quarter of a year is forgotten.
create function begin_books_check(p_id text, p_actor text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_id text;
begin
  delete from books_check where requested_at < clock_timestamp() - interval '90 days';
  update books_check set state = 'failed', error = 'cut off', finished_at = clock_timestamp()
    where state = 'running' and started_at < clock_timestamp() - interval '30 minutes';
  select coalesce((select id from books_check where state = 'asked' order by requested_at limit 1), p_id) into v_id;
  insert into books_check as run (id, state, requested_by, started_at) values (v_id, 'running', p_actor, clock_timestamp())
    on conflict (id) do update set state = 'running', started_at = clock_timestamp();
  return v_id;
end
$$;
--> statement-breakpoint
-- Ends a proof. p_violations: an array of {law, accountId, rowId, detail}. Idempotent.
create function finish_books_check(p_id text, p_violations jsonb, p_error text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into books_violation (check_id, number, law, account_id, row_id, detail)
    select p_id, said.n, said.row ->> 'law', (said.row ->> 'accountId')::bigint, (said.row ->> 'rowId')::bigint,
        said.row ->> 'detail'
      from jsonb_array_elements(p_violations) with ordinality as said (row, n)
    on conflict do nothing;
  update books_check
    set state = case when p_error is null then 'done' else 'failed' end, error = p_error, finished_at = clock_timestamp()
    where id = p_id and state = 'running';
end
$$;
--> statement-breakpoint
revoke insert, update, delete on books_check, books_violation from talktime_app;
--> statement-breakpoint
revoke execute on function ask_books_check, begin_books_check, finish_books_check from public;
--> statement-breakpoint
grant execute on function ask_books_check, begin_books_check, finish_books_check to talktime_app;
