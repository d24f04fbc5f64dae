-- Who did what, append-only: also for the tables' owner, as in the ledger.
create function refuse_audit_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'audit_event is only added to, by the function audit: % refused', lower(tg_op)
    using errcode = 'restrict_violation', constraint = tg_name;
end $$;
--> statement-breakpoint
create trigger audit_event_append_only before update or delete on audit_event
  for each row execute function refuse_audit_change();
--> statement-breakpoint
create trigger audit_event_no_truncate before truncate on audit_event
  for each statement execute function refuse_audit_change();
--> statement-breakpoint
-- Writes down one act, within the call that does it; p_action is one of lib/core/audit/actions.ts, p_staff the person of
-- the operator's who acts as such. With a p_key the same act is written once, however often the call is repeated; a deed
-- that is idempotent by itself needs none. Callers are written in plpgsql, since this function is made after most of them.
create function audit(
  p_actor text, p_staff uuid, p_account bigint, p_action text, p_target text, p_reason text, p_details jsonb,
  p_now timestamptz, p_key text default null
) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into audit_event (occurred_at, actor, staff_user_id, account_id, action, target, reason, details, key)
    values (p_now, p_actor, p_staff, p_account, p_action, p_target, p_reason, coalesce(p_details, '{}'), p_key)
    on conflict (key) where key is not null do nothing
$$;
--> statement-breakpoint
revoke all on function audit from public;
--> statement-breakpoint
grant execute on function audit to talktime_app;
--> statement-breakpoint
revoke insert, update, delete on audit_event from talktime_app;
--> statement-breakpoint
-- What was done to an organisation and its members, as its members read it.
create view membership_event as
  select id, account_id, replace(split_part(action, '.', 2), '-', '_') as kind, actor, target as subject,
      details ->> 'detail' as detail, occurred_at as at
    from audit_event
    where action in ('organisation.created', 'organisation.changed', 'member.invited', 'member.invitation-revoked',
      'member.joined', 'member.role-changed', 'member.removed', 'member.left');
--> statement-breakpoint
revoke insert, update, delete on membership_event from talktime_app;
--> statement-breakpoint
grant select on membership_event to talktime_readonly;
--> statement-breakpoint
-- Staff are appointed by whoever runs the database: no page and no API can. It is written down all the same, with the role
-- that did it, in real time.
create function note_staff() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' and not new.is_staff then return new; end if;
  if tg_op = 'UPDATE' and new.is_staff = old.is_staff then return new; end if;
  perform audit('database:' || session_user, null, null, case when new.is_staff then 'staff.appointed' else 'staff.dismissed' end,
    new.email, null, jsonb_build_object('person', new.id), clock_timestamp());
  return new;
end
$$;
--> statement-breakpoint
create trigger user_staff_noted after insert or update of is_staff on "user" for each row execute function note_staff();
--> statement-breakpoint
-- Someone could not sign in with this e-mail address. An address that nobody has is not written down: people type passwords
-- into the wrong field. So that nobody fills the log, no more are written than the buckets hold.
create function note_failed_sign_in(p_email text, p_now timestamptz) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  v_person "user";
begin
  select * into v_person from "user" where email = p_email;
  if take_from_bucket('log-failed:' || coalesce(v_person.id::text, 'nobody'), 1, 20) is not null
    or take_from_bucket('log-failed', 60, 300) is not null then return; end if;
  perform audit('nobody', null, null, 'person.sign-in-failed', v_person.email, null, null, p_now);
end
$$;
--> statement-breakpoint
revoke execute on function note_staff, note_failed_sign_in from public;
--> statement-breakpoint
grant execute on function note_failed_sign_in to talktime_app;
