-- Buying with a saved payment method, without a browser. A purchase and its order are made in one call before Stripe is asked;
-- every later step is one call too, may be repeated, and changes nothing once the purchase has its end.

-- Begins a purchase, taken by whoever calls (due_at: until then it is theirs). Under the account's lock, so that two at once
-- see each other. Status: begun, replayed (purchase_id is what the key stands for), mismatch (the key came with another
-- request), pending (without a key, while purchase_id has no known end), waiting (purchase_id waits for the customer, and is to
-- be closed first), no_customer, subscribed, unknown_account. Only begun wrote anything. Idempotent in p_id.
create function begin_purchase(
  p_account bigint, p_id text, p_amount_micros bigint, p_method text, p_livemode boolean, p_requested_by text,
  p_key text, p_hash bytea, p_lease interval, p_now timestamptz,
  out status text, out purchase_id text, out customer_id text
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_known idempotency_record;
begin
  select a.stripe_customer_id into customer_id from account a where a.id = p_account for no key update;
  if not found then status := 'unknown_account'; return; end if;
  select r.* into v_known from idempotency_record r
    where r.account_id = p_account and r.key = p_key and r.created_at >= clock_timestamp() - interval '24 hours';
  if found and v_known.subject_id <> p_id then
    status := case when v_known.request_hash = p_hash then 'replayed' else 'mismatch' end;
    purchase_id := v_known.subject_id;
    return;
  end if;
  purchase_id := p_id;
  status := 'begun';
  if exists (select from purchase p where p.id = p_id) then return; end if;

  if account_is_subscribed(p_account, p_now) then status := 'subscribed'; return; end if;
  if customer_id is null then status := 'no_customer'; return; end if;
  if p_key is null then
    select p.id into purchase_id from purchase p
      where p.account_id = p_account
        and (p.state = 'unknown' or (p.state in ('created', 'charging') and p.due_at <= clock_timestamp()))
      order by p.created_at limit 1;
    if found then status := 'pending'; return; end if;
  end if;
  select p.id into purchase_id from purchase p
    where p.account_id = p_account and p.state = 'requires_action' and p."trigger" = 'manual' order by p.created_at limit 1;
  if found then status := 'waiting'; return; end if;

  purchase_id := p_id;
  insert into credit_order (id, account_id, stripe_customer_id, livemode, requested_by, created_at)
    values (p_id, p_account, customer_id, p_livemode, p_requested_by, p_now);
  insert into purchase (id, account_id, "trigger", amount_micros, payment_method_id, state, attempts, due_at, created_at)
    values (p_id, p_account, 'manual', p_amount_micros, p_method, 'charging', 1, clock_timestamp() + p_lease, p_now);
  if p_key is not null then
    insert into idempotency_record as r (account_id, key, request_hash, subject_id)
      values (p_account, p_key, p_hash, p_id)
      on conflict on constraint idempotency_record_account_id_key_pk do update
        set request_hash = p_hash, subject_id = p_id, answer = null, leased_until = null, created_at = clock_timestamp()
        where r.created_at < clock_timestamp() - interval '24 hours';
    -- Another deed took the key in this very moment: the caller's repeat meets it.
    if not found then raise serialization_failure using message = 'the key was taken meanwhile'; end if;
  end if;
end
$$;
--> statement-breakpoint
-- Takes up a purchase that nobody is at: one that was only claimed, one whose holder was gone for its lease, or one without a
-- known end. p_account null: of any account. No row: there is none, it has its end, it waits for the customer, or its holder is at it.
create function take_purchase(p_id text, p_account bigint, p_lease interval)
returns table (
  account_id bigint, customer_id text, amount_micros bigint, payment_method_id text, method_known boolean, attempt integer,
  created_at timestamptz
) language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update purchase p
    set state = case p.state when 'created' then 'charging' else p.state end, attempts = p.attempts + 1,
        due_at = clock_timestamp() + p_lease
    from credit_order o
    where p.id = p_id and o.id = p.id and p.account_id = coalesce(p_account, p.account_id)
      and (p.state = 'unknown' or (p.state in ('created', 'charging') and p.due_at <= clock_timestamp()))
    returning p.account_id, o.stripe_customer_id, p.amount_micros, p.payment_method_id, p.method_type is not null, p.attempts,
      p.created_at
$$;
--> statement-breakpoint
-- Keeps which method is charged and what it looks like, once: whoever takes the purchase up later charges the same.
-- Answers the method that is kept; null where the purchase has had its end meanwhile, so that nothing is to be charged.
create function name_purchase_method(p_id text, p_method text, p_type text, p_brand text, p_last4 text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update purchase set payment_method_id = p_method, method_type = p_type, method_brand = p_brand, method_last4 = p_last4
    where id = p_id and method_type is null and state in ('created', 'charging', 'unknown');
  return (select payment_method_id from purchase where id = p_id and state in ('created', 'charging', 'unknown', 'requires_action'));
end
$$;
--> statement-breakpoint
-- What came of it is not known: it is taken up again at p_due, by whoever comes.
create function leave_purchase(p_id text, p_retry_after interval) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update purchase
    set state = case state when 'requires_action' then state else 'unknown' end, due_at = clock_timestamp() + p_retry_after
    where id = p_id and state in ('created', 'charging', 'unknown', 'requires_action')
$$;
--> statement-breakpoint
-- The bank wants the customer: a link by which they confirm the purchase in a browser goes out, by mail too, once. False
-- where one is out already, or the purchase has its end.
create function require_confirmation(
  p_id text, p_invoice text, p_link_hash bytea, p_expires_at timestamptz, p_url text, p_now timestamptz
) returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_purchase purchase;
begin
  update purchase
    set state = 'requires_action', stripe_invoice_id = p_invoice, link_hash = p_link_hash, link_expires_at = p_expires_at,
        due_at = clock_timestamp()
    where id = p_id and (state in ('created', 'charging', 'unknown') or link_hash = p_link_hash)
    returning * into v_purchase;
  if not found then return false; end if;
  update idempotency_record set answer = jsonb_build_object('url', p_url)
    where account_id = v_purchase.account_id and subject_id = p_id;
  perform queue_mail(v_purchase.account_id, 'confirm-purchase:' || p_id, 'confirm-purchase',
    jsonb_build_object(
      'accountName', (select name from account where id = v_purchase.account_id),
      'amountMicros', v_purchase.amount_micros::text, 'brand', v_purchase.method_brand, 'last4', v_purchase.method_last4,
      'automatic', v_purchase."trigger" <> 'manual', 'url', p_url,
      'expiresAt', to_char(p_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
    null, p_now);
  return true;
end
$$;
--> statement-breakpoint
-- Ends a purchase that was not paid and never will be. p_attempt: only for whoever still holds it; null: in any case.
-- p_frees_key: nothing was asked of Stripe, so that a retry with the caller's key begins anew. False where it had its end, or
-- another holds it, or, if the key is to be freed, another has looked the method up by now, who asks Stripe.
create function fail_purchase(
  p_id text, p_failure_code text, p_decline_code text, p_attempt integer, p_frees_key boolean, p_now timestamptz
) returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_account bigint;
begin
  -- In the order in which settle_top_up takes them.
  perform from credit_order where id = p_id for no key update;
  update purchase p
    set state = 'failed', failure_code = p_failure_code, decline_code = p_decline_code, settled_at = p_now
    where p.id = p_id and p.state in ('created', 'charging', 'unknown', 'requires_action')
      and p.attempts = coalesce(p_attempt, p.attempts) and not (p_frees_key and p.method_type is not null)
    returning p.account_id into v_account;
  if not found then return false; end if;
  update credit_order set state = 'expired', recheck_at = null where id = p_id and state in ('created', 'open');
  if p_frees_key then
    delete from idempotency_record r where r.account_id = v_account and r.subject_id = p_id;
  end if;
  return true;
end
$$;
--> statement-breakpoint
-- The other end: the deposit is booked. What Stripe says was paid outweighs what we thought before.
create function end_purchase(
  p_id text, p_invoice text, p_posting bigint, p_balance_micros bigint, p_total_micros bigint, p_now timestamptz
) returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update purchase
    set state = 'succeeded', stripe_invoice_id = p_invoice, posting_id = p_posting, failure_code = null, decline_code = null,
        balance_before_micros = p_balance_micros - p_total_micros, balance_after_micros = p_balance_micros, settled_at = p_now
    where id = p_id and state <> 'succeeded'
$$;
--> statement-breakpoint
-- What was begun stays, and changes by the functions above only.
revoke insert, update, delete on purchase from talktime_app;
--> statement-breakpoint
revoke execute on function begin_purchase, take_purchase, name_purchase_method, leave_purchase, require_confirmation,
  fail_purchase, end_purchase from public;
--> statement-breakpoint
grant execute on function begin_purchase, take_purchase, name_purchase_method, leave_purchase, require_confirmation,
  fail_purchase, end_purchase to talktime_app;
--> statement-breakpoint
grant select (id, account_id, "trigger", amount_micros, payment_method_id, method_type, method_brand, method_last4, state, failure_code,
  decline_code, stripe_invoice_id, link_expires_at, balance_before_micros, balance_after_micros, posting_id, created_at, settled_at)
  on purchase to talktime_readonly;
