-- Staff look into an account: read-only, for a reason, for thirty minutes at most, and leaving behind what they looked at.
-- Real time throughout, as sessions are.
alter table session add constraint session_impersonation foreign key (impersonation_id) references impersonation (id);
--> statement-breakpoint
-- Why this person may not look into the account (now, or any more): null where they may.
-- not_staff | shut_out: its owner lets nobody in | of_staff: one of its members is staff, themselves or a colleague
create function impersonation_bar(p_account bigint, p_staff uuid) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select case
    when not exists (select from "user" where id = p_staff and is_staff) then 'not_staff'
    when not exists (select from account where id = p_account and admits_staff) then 'shut_out'
    when exists (
      select from member join "user" as person on person.id = member.user_id
        where member.account_id = p_account and person.is_staff)
    then 'of_staff'
  end
$$;
--> statement-breakpoint
-- Writes down the end of a look, once: after its time, that this was what ended it. p_now is business time; what ends by
-- itself has none, so the audit log is given the real one.
create function end_impersonation(p_id bigint, p_by text, p_now timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_look impersonation;
begin
  update impersonation set ended_at = least(clock_timestamp(), expires_at),
      ended_by = case when expires_at <= clock_timestamp() then 'expired' else p_by end
    where id = p_id and ended_at is null returning * into v_look;
  if not found then return; end if;
  perform audit(case when v_look.ended_by in ('stopped', 'signed_out') then 'staff:' || v_look.staff_user_id else 'system' end,
    v_look.staff_user_id, v_look.account_id, 'impersonation.ended', p_id::text, v_look.reason,
    jsonb_build_object('by', v_look.ended_by), coalesce(p_now, clock_timestamp()));
end
$$;
--> statement-breakpoint
-- Who asks with a session that stands for a look: p_staff as `identify_session` knows them. What bars a look ends it with
-- the next request, and the session shows nothing any more until its person goes back (`stop_impersonation`): what was
-- meant for the customer's account must not happen to one of theirs.
create function identify_impersonator(p_staff identification, p_id bigint, p_slug text) returns identification
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_answer identification := p_staff;
  v_look impersonation;
  v_slug text;
  v_bar text;
begin
  select * into v_look from impersonation where id = p_id;
  v_bar := case when v_look.expires_at <= clock_timestamp() then 'expired'
    else impersonation_bar(v_look.account_id, v_look.staff_user_id) end;
  if v_look.ended_at is not null or v_bar is not null then
    if v_look.ended_at is null then perform end_impersonation(p_id, v_bar, null); end if;
    v_answer.status := 'lapsed';
    v_answer.account_id := null;
    v_answer.role := null;
    return v_answer;
  end if;
  select id, name, slug into v_answer.account_id, v_answer.account_name, v_slug from account where id = v_look.account_id;
  if v_slug <> p_slug then
    v_answer.status := 'absent';
    return v_answer;
  end if;
  v_answer.status := 'ok';
  v_answer.role := 'impersonator';
  v_answer.impersonation := jsonb_build_object('id', p_id, 'reason', v_look.reason,
    'secondsLeft', ceil(extract(epoch from v_look.expires_at - clock_timestamp()))::integer);
  return v_answer;
end
$$;
--> statement-breakpoint
create type impersonation_answer as (
  -- started | nested | signed_out | absent, or a bar
  status text,
  -- The end of the session's absolute lifetime, which is that of its cookie; null unless started.
  expires timestamptz
);
--> statement-breakpoint
-- Turns a session of staff into a look. It goes on under another token: whoever knew the old one looks at nothing.
-- Whoever pays for the account and wants to hear of it is sent a mail. Called again with the same tokens, also while the
-- first call lasts, it changes nothing.
create function start_impersonation(
  p_hash bytea, p_next_hash bytea, p_staff uuid, p_account bigint, p_reason text, p_now timestamptz
) returns impersonation_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_answer impersonation_answer;
  v_session session;
  v_look impersonation;
  v_started_at constant timestamptz := clock_timestamp();
begin
  select * into v_session from session
    where session_token = encode(p_hash, 'hex') and user_id = p_staff and expires > clock_timestamp() for update;
  if not found then
    select 'started', expires into v_answer from session
      where session_token = encode(p_next_hash, 'hex') and user_id = p_staff and impersonation_id is not null;
    v_answer.status := coalesce(v_answer.status, 'signed_out');
    return v_answer;
  end if;
  -- Before its owner has shut the door, or after: not in between.
  perform from account where id = p_account for share;
  v_answer.status := case when not found then 'absent'
    when v_session.impersonation_id is not null then 'nested'
    else coalesce(impersonation_bar(p_account, p_staff), 'started') end;
  if v_answer.status <> 'started' then return v_answer; end if;

  insert into impersonation (account_id, staff_user_id, reason, started_at, expires_at)
    values (p_account, p_staff, p_reason, v_started_at, least(v_session.expires, v_started_at + interval '30 minutes'))
    returning * into v_look;
  update session set session_token = encode(p_next_hash, 'hex'), impersonation_id = v_look.id
    where session_token = v_session.session_token;
  perform audit('staff:' || p_staff, p_staff, p_account, 'impersonation.started', v_look.id::text, p_reason, null, p_now);
  perform queue_alert(p_account, 'staff-access', 'staff-access:' || v_look.id, 'staff-access',
      jsonb_build_object('staff', coalesce(name, email), 'reason', p_reason,
        'startedAt', to_char(v_look.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), p_now)
    from "user" where id = p_staff;
  v_answer.expires := v_session.expires;
  return v_answer;
end
$$;
--> statement-breakpoint
create type stopped_impersonation as (
  -- The account that was looked into; null for who is not staff any more, and where it was told before.
  account_id bigint,
  -- Of the session, as at the start; null where it stands for no look.
  expires timestamptz
);
--> statement-breakpoint
-- Gives a session back to its person, whether its look lasts or is over, under another token. Called again with the same
-- tokens, also while the first call lasts, it changes nothing.
create function stop_impersonation(p_hash bytea, p_next_hash bytea, p_now timestamptz) returns stopped_impersonation
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_answer stopped_impersonation;
  v_look bigint;
begin
  select impersonation_id into v_look from session
    where session_token = encode(p_hash, 'hex') and impersonation_id is not null for update;
  if not found then
    select null, expires into v_answer from session
      where session_token = encode(p_next_hash, 'hex') and impersonation_id is null;
    return v_answer;
  end if;
  perform end_impersonation(v_look, 'stopped', p_now);
  update session set session_token = encode(p_next_hash, 'hex'), impersonation_id = null
    where session_token = encode(p_hash, 'hex') returning expires into v_answer.expires;
  select look.account_id into v_answer.account_id
    from impersonation as look join "user" as person on person.id = look.staff_user_id and person.is_staff
    where look.id = v_look;
  return v_answer;
end
$$;
--> statement-breakpoint
-- With the session ends what it stood for, whoever deletes it.
create function end_impersonation_of_session() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  perform end_impersonation(old.impersonation_id, 'signed_out', null);
  return null;
end
$$;
--> statement-breakpoint
create trigger session_impersonation after delete on session
  for each row when (old.impersonation_id is not null) execute function end_impersonation_of_session();
--> statement-breakpoint
-- Lets staff in from now on, or nobody any more: looks that last end now.
create function admit_staff(p_account bigint, p_admits boolean, p_actor text, p_now timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  update account set admits_staff = p_admits where id = p_account and admits_staff <> p_admits;
  if not found then return; end if;
  perform audit(p_actor, null, p_account, case when p_admits then 'staff-access.allowed' else 'staff-access.refused' end,
    null, null, null, p_now);
  if not p_admits then
    perform end_impersonation(id, 'shut_out', p_now) from impersonation where account_id = p_account and ended_at is null;
  end if;
end
$$;
--> statement-breakpoint
-- What was looked at stays, and of a look only its end is written.
revoke update, delete on impersonation, access_view from talktime_app;
--> statement-breakpoint
grant update (ended_at, ended_by) on impersonation to talktime_app;
--> statement-breakpoint
grant select on impersonation, access_view to talktime_readonly;
--> statement-breakpoint
revoke execute on function impersonation_bar, end_impersonation, identify_impersonator, start_impersonation,
  stop_impersonation, end_impersonation_of_session, admit_staff
  from public;
--> statement-breakpoint
grant execute on function impersonation_bar, end_impersonation, identify_impersonator, start_impersonation,
  stop_impersonation, admit_staff
  to talktime_app;
