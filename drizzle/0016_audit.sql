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
