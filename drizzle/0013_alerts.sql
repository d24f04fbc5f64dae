-- What a customer is told of by itself, once each: a low balance, a payment that failed, a card that expires, a renewal.
-- Each mail is queued in the call that finds the reason, under a key of its own. Amounts are micro-dollars, times
-- business time.

-- Queues a mail to every owner and billing member who has not muted its kind; answers how many, none of which was queued
-- before.
create function queue_alert(
  p_account bigint, p_kind text, p_key text, p_template text, p_data jsonb, p_now timestamptz
) returns integer
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  with queued as (
    insert into mail (account_id, key, recipient, template, data, queued_at)
      select a.id, p_key, person.email, p_template, jsonb_build_object('accountName', a.name) || p_data, p_now
        from account a
        join member m on m.account_id = a.id
        join "user" person on person.id = m.user_id
        left join alert_preference said on said.account_id = m.account_id and said.user_id = m.user_id
        where a.id = p_account and m.role in ('owner', 'billing') and not p_kind = any (coalesce(said.muted, '{}'))
      on conflict on constraint mail_once do nothing
      returning 1)
  select count(*)::integer from queued
$$;
--> statement-breakpoint
-- Looks at up to p_limit accounts after p_after that want to be told of a low balance, and tells those whose balance fell
-- below: once, until it was at or above in between. Nothing changes while a subscription pays, nor until a month's
-- allowance is granted. last_account: the last one
-- looked at, null where none was left.
create function tell_low_balances(
  p_after bigint, p_limit integer, p_now timestamptz, out last_account bigint, out accounts integer, out told integer
) language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  with looked as (
    select l.account_id, l.threshold_micros, b.balance_micros,
        not release_is_paused(l.account_id) and not exists (
          select from account_plan held where held.account_id = l.account_id and held.next_grant_at <= p_now) as counts
      from low_balance_alert l cross join lateral ledger.balance(l.account_id, p_now) as b
      where l.account_id > p_after order by l.account_id limit p_limit
  ), turned as (
    update low_balance_alert l
      set told_at = case when looked.balance_micros < looked.threshold_micros then p_now end
      from looked
      where l.account_id = looked.account_id and l.threshold_micros = looked.threshold_micros and looked.counts
        and (looked.balance_micros < looked.threshold_micros) <> (l.told_at is not null)
      returning l.account_id, l.told_at, looked.balance_micros, looked.threshold_micros
  )
  select (select max(account_id) from looked), (select count(*) from looked)::integer,
    (select count(queue_alert(account_id, 'low-balance', 'low-balance:' || to_char(told_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), 'low-balance',
        jsonb_build_object('balanceMicros', balance_micros::text, 'thresholdMicros', threshold_micros::text), p_now))
      from turned where told_at is not null)::integer
$$;
--> statement-breakpoint
create index subscription_past_due on subscription (account_id) where ended_at is null and status = 'past_due';
--> statement-breakpoint
create index subscription_renewal on subscription (period_end) where ended_at is null;
--> statement-breakpoint
-- Tells of subscriptions whose renewal was not paid, once an invoice; answers how many mails it queued.
create function tell_failed_renewals(p_now timestamptz) returns integer
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(sum(queue_alert(s.account_id, 'failed-payment', 'failed-renewal:' || s.latest_invoice_id, 'failed-renewal',
      jsonb_build_object('quantity', s.quantity), p_now)), 0)::integer
    from subscription s where s.ended_at is null and s.status = 'past_due' and s.latest_invoice_id is not null
      and not exists (
        select from mail m where m.account_id = s.account_id and m.key = 'failed-renewal:' || s.latest_invoice_id)
$$;
--> statement-breakpoint
-- The subscriptions that renew within p_lead_monthly or p_lead_annual and of which nobody was told yet, with the key of
-- the mail that will.
create function renewals_to_tell(p_lead_monthly interval, p_lead_annual interval, p_now timestamptz)
returns table (account_id bigint, "interval" text, quantity integer, period_end timestamptz, key text)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select s.account_id, s.interval, s.quantity, s.period_end, next.key
    from subscription s
    cross join lateral (
      select 'renewal:' || s.stripe_subscription_id || ':' || to_char(s.period_end at time zone 'UTC', 'YYYY-MM-DD') as key
    ) as next
    where s.ended_at is null and s.status = 'active' and not s.cancel_at_period_end and s.covered_since is not null
      and s.period_end > p_now and s.period_end <= p_now + greatest(p_lead_monthly, p_lead_annual)
      and s.period_end <= p_now + case s.interval when 'annual' then p_lead_annual else p_lead_monthly end
      and not exists (select from mail m where m.account_id = s.account_id and m.key = next.key)
$$;
--> statement-breakpoint
-- Tells of them, once a renewal, at today's prices; answers how many mails it queued.
create function tell_renewals(
  p_lead_monthly interval, p_lead_annual interval, p_monthly_micros bigint, p_annual_micros bigint, p_now timestamptz
) returns integer
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(sum(queue_alert(r.account_id, 'renewal', r.key, 'renewal',
      jsonb_build_object('quantity', r.quantity, 'interval', r.interval,
        'priceMicros', case r.interval when 'annual' then p_annual_micros else p_monthly_micros end::text,
        'renewsAt', to_char(r.period_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), p_now)), 0)::integer
    from renewals_to_tell(p_lead_monthly, p_lead_annual, p_now) as r
$$;
--> statement-breakpoint
-- A customer's cards are looked at for the first time as soon as there is a customer.
create function plan_card_check() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into card_check (account_id, due_at) values (new.id, '-infinity')
    on conflict (account_id) do update set due_at = excluded.due_at;
  return null;
end
$$;
--> statement-breakpoint
create trigger account_card_check after update of stripe_customer_id on account
  for each row when (new.stripe_customer_id is distinct from old.stripe_customer_id and new.stripe_customer_id is not null)
  execute function plan_card_check();
--> statement-breakpoint
-- A purchase without a browser has failed: whoever pays for the account is told, unless a person at the dashboard made it,
-- who has seen it, or nothing came of it but a moment's trouble. As long as none succeeds, at most once a day: a program
-- that tries on is no news.
create function tell_failed_purchase() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  v_at timestamptz := coalesce(new.settled_at, new.created_at);
begin
  perform queue_alert(new.account_id, 'failed-payment', 'failed-purchase:' || new.id, 'failed-purchase',
      jsonb_build_object('amountMicros', new.amount_micros::text, 'trigger', new.trigger, 'brand', new.method_brand,
        'last4', new.method_last4, 'declineCode', coalesce(new.decline_code, new.failure_code)), v_at)
    from credit_order o
    where o.id = new.id and o.requested_by not like 'user:%'
      and new.failure_code not in ('payment_provider_unavailable', 'replaced', 'too_late', 'invoice_closed')
      and not exists (
        select from mail m where m.account_id = new.account_id and m.key like 'failed-purchase:%'
          and m.queued_at > v_at - interval '24 hours'
          and not exists (
            select from purchase p where p.account_id = new.account_id and p.state = 'succeeded' and p.settled_at > m.queued_at));
  return null;
end
$$;
--> statement-breakpoint
create trigger purchase_failed after update of state on purchase
  for each row when (new.state = 'failed' and old.state <> 'failed')
  execute function tell_failed_purchase();
--> statement-breakpoint
grant select on alert_preference, low_balance_alert to talktime_readonly;
--> statement-breakpoint
revoke execute on function queue_alert, tell_low_balances, tell_failed_renewals, renewals_to_tell, tell_renewals,
  plan_card_check, tell_failed_purchase
  from public;
--> statement-breakpoint
grant execute on function queue_alert, tell_low_balances, tell_failed_renewals, renewals_to_tell, tell_renewals
  to talktime_app;
