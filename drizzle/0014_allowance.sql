-- Plans and their monthly credit. Amounts are micro-dollars, times business time. A month begins on its first day at
-- 00:00 UTC.
create function month_of(p_at timestamptz) returns timestamptz
language sql immutable
return date_trunc('month', p_at at time zone 'UTC') at time zone 'UTC';
--> statement-breakpoint
-- Grants the account what its plan is short of for the running month, and nothing where it has had it: once a month,
-- whoever asks and however often; a month that nobody asked in is past. It is spent before anything else and expires with
-- the month. A plan with more, given within the month, adds the difference at once; one with less leaves what was granted.
create function grant_allowance(p_account bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_held account_plan;
  v_monthly bigint;
  v_month timestamptz;
  v_granted bigint;
  v_reference text;
  v_posting ledger.posting_result;
begin
  perform ledger.lock_account(p_account);
  select * into v_held from account_plan where account_id = p_account and plan_id is not null;
  if not found then return; end if;
  select monthly_micros into strict v_monthly from plan where id = v_held.plan_id;
  -- A caller whose clock is behind asks in the month that another has begun.
  v_month := greatest(month_of(p_now), v_held.month);
  v_granted := case when v_held.month = v_month then v_held.granted_micros else 0 end;
  update account_plan set next_grant_at = months_after(v_month, 1) where account_id = p_account;
  if v_monthly <= v_granted then return; end if;

  v_reference := 'allowance:' || to_char(v_month at time zone 'UTC', 'YYYY-MM')
    || case when v_granted = 0 then '' else ':' || v_monthly end;
  v_posting := ledger.grant_credit(p_account, 'allowance', v_reference, 'allowance', 0, 0, v_monthly - v_granted,
    months_after(v_month, 1), greatest(v_month, v_held.assigned_at), p_now);
  if v_posting.status <> 'posted' then
    raise exception 'account %: % not posted: %', p_account, v_reference, v_posting.status;
  end if;
  update account_plan
    set month = v_month, granted_micros = v_monthly,
        consumed_before_micros = case when v_granted = 0 then consumed(p_account) else consumed_before_micros end
          - (v_posting.answer ->> 'repaidMicros')::bigint
    where account_id = p_account;
end
$$;
--> statement-breakpoint
-- All that the account has ever consumed, less what was given back.
create function consumed(p_account bigint) returns bigint
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select sum(balance_micros)::bigint from ledger.ledger_account where account_id = p_account and id in (6, 7)
$$;
--> statement-breakpoint
-- Gives the account a plan, with its allowance for the running month at once, or none (null): then what it has been
-- granted runs to its end. Status: assigned, unknown_plan, unknown_account. Idempotent.
create function assign_plan(p_account bigint, p_plan text, p_actor text, p_staff uuid, p_now timestamptz) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if p_plan is not null and not exists (select from plan where id = p_plan) then return 'unknown_plan'; end if;
  if not exists (select from account where id = p_account) then return 'unknown_account'; end if;
  perform ledger.lock_account(p_account);
  insert into account_plan as held (account_id, plan_id, assigned_at) values (p_account, p_plan, p_now)
    on conflict (account_id) do update set plan_id = excluded.plan_id, assigned_at = excluded.assigned_at, next_grant_at = null
      where held.plan_id is distinct from excluded.plan_id;
  if found then perform audit(p_actor, p_staff, p_account, 'plan.assigned', p_plan, null, null, p_now); end if;
  perform grant_allowance(p_account, p_now);
  return 'assigned';
end
$$;
--> statement-breakpoint
-- Grants what is due to up to p_limit accounts, those first that have waited longest; answers how many it dealt with. Their
-- locks are taken in the order of their ids. Whoever uses credit before this has come to it is granted it first.
create function grant_due_allowances(p_limit integer, p_now timestamptz) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_accounts bigint[];
  v_account bigint;
begin
  select coalesce(array_agg(due.account_id order by due.account_id), '{}') into v_accounts from (
    select account_id from account_plan where next_grant_at <= p_now order by next_grant_at, account_id limit p_limit) as due;
  foreach v_account in array v_accounts loop
    perform grant_allowance(v_account, p_now);
  end loop;
  return cardinality(v_accounts);
end
$$;
--> statement-breakpoint
-- The account's plan and what has become of this month's allowance: what was granted (before the grant: what will be), what
-- was consumed since by whatever was paid with, what is left of it, and the wallet's balance. No row without a plan.
create function read_allowance(p_account bigint, p_now timestamptz)
returns table (plan_name text, limit_micros bigint, used_micros bigint, remaining_micros bigint, balance_micros bigint, renews_at timestamptz)
language sql stable rows 1
begin atomic
  select p.name,
      case when granted then held.granted_micros else p.monthly_micros end,
      case when granted then greatest(consumed(p_account) - held.consumed_before_micros, 0) else 0 end,
      coalesce((
        select sum(a.balance_micros) from ledger.ledger_account a
          where a.account_id = p_account and a.in_wallet and a.category = 'allowance' and a.expires_at > p_now), 0)::bigint,
      b.balance_micros, months_after(month_of(p_now), 1)
    from account_plan held
    join plan p on p.id = held.plan_id
    cross join lateral (select coalesce(held.month = month_of(p_now), false) as granted) as this_month
    cross join lateral ledger.balance(p_account, p_now) as b
    where held.account_id = p_account;
end;
--> statement-breakpoint
-- Whether the account may hold one personal access token more by its plan. Holds the account until the statement's end, so
-- that two who ask at once see each other.
create function has_room_for_token(p_account bigint) returns boolean
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_max integer;
begin
  perform from account where id = p_account for no key update;
  select p.tokens_max into v_max from account_plan held join plan p on p.id = held.plan_id where held.account_id = p_account;
  return v_max is null or v_max > (
    select count(*) from access_token where account_id = p_account and kind = 'personal' and revoked_at is null);
end
$$;
--> statement-breakpoint
-- Every law of the allowance that a constraint cannot hold, as rows that break it.
create view allowance_violation with (security_invoker = true) as
  select 'allowance_not_as_noted' as law, held.account_id, null::bigint as row_id,
      held.granted_micros || ' but ' || coalesce(sum(p.total_micros), 0) as detail
    from account_plan held
    left join ledger.posting p on p.account_id = held.account_id and p.code = 'allowance'
      and p.reference like 'allowance:' || to_char(held.month at time zone 'UTC', 'YYYY-MM') || '%'
    group by held.account_id, held.granted_micros
    having held.granted_micros <> coalesce(sum(p.total_micros), 0)
  union all
  select 'allowance_of_no_plan', p.account_id, p.id, p.reference::text
    from ledger.posting p
    where p.code = 'allowance' and p.reference like 'allowance:%'
      and not exists (select from account_plan held where held.account_id = p.account_id)
  union all
  select 'allowance_outlives_its_month', g.account_id, g.id, g.expires_at::text
    from ledger.posting p join ledger.ledger_account g on g.account_id = p.account_id and g.id = p.id
    where p.code = 'allowance' and p.reference like 'allowance:%'
      and (g.expires_at = months_after(month_of(p.occurred_at), 1)) is not true;
--> statement-breakpoint
-- What an account was granted is written by the functions above alone, and a plan that accounts had stays.
revoke insert, update, delete on account_plan from talktime_app;
--> statement-breakpoint
revoke delete on plan from talktime_app;
--> statement-breakpoint
grant select on plan, account_plan, allowance_violation to talktime_readonly;
--> statement-breakpoint
grant select on allowance_violation to talktime_app;
--> statement-breakpoint
revoke execute on function month_of, grant_allowance, consumed, assign_plan, grant_due_allowances, read_allowance,
  has_room_for_token from public;
--> statement-breakpoint
grant execute on function assign_plan, grant_due_allowances, has_room_for_token to talktime_app;
--> statement-breakpoint
grant execute on function month_of, consumed, read_allowance to talktime_app, talktime_readonly;
