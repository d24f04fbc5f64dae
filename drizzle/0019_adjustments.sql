-- Money by hand: grants, corrections, and who approved them. Amounts are micro-dollars, times business time. What one staff
-- person moves by themselves is limited; above that a second one decides. Who asks and who decides are told apart here too,
-- whatever the code above says.
create type adjustment_answer as (
  -- made | pending | declined | withdrawn | lapsed: the state that it is in. Or why nothing was done: mismatch (the id is
  -- another's), not_staff, own_account, same_person, requester_barred (who asked is no staff any more, or a member by now),
  -- absent (no such account, posting or adjustment), decided (otherwise, before), not_correctable (a posting of a kind that is
  -- not undone by hand), already_reversed, already_asked (a reversal of that posting waits), expired (the granted credit would
  -- be by now).
  status text,
  posting_id bigint
);
--> statement-breakpoint
-- Posts it: a grant under its own id, from promotions; a reversal under that of its target. Rent that is given back stays
-- rent of its month, so that it does not become due anew. Statuses: posted, or one of adjustment_answer.
create function post_adjustment(
  p_id text, p_account bigint, p_kind text, p_category text, p_micros bigint, p_expires_at timestamptz, p_target bigint,
  p_now timestamptz
) returns adjustment_answer
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  v_target ledger.posting;
  v_result ledger.posting_result;
begin
  if p_kind = 'grant' then
    if p_expires_at <= p_now then return row('expired', null)::adjustment_answer; end if;
    v_result := ledger.grant_credit(p_account, 'deposit_manual', 'manual:' || p_id, p_category, 0, 0, p_micros, p_expires_at,
      p_now, p_now);
  else
    select * into v_target from ledger.posting where account_id = p_account and id = p_target;
    if has_expired(p_account, p_target, p_now) then return row('not_correctable', null)::adjustment_answer; end if;
    v_result := ledger.reverse(p_account, v_target.reference, p_now, p_now);
    if v_result.status = 'replayed' then return row('already_reversed', null)::adjustment_answer; end if;
    if v_target.code = 'rent' then
      update rent_period set reversed_at = p_now, corrected = true
        where account_id = p_account and reference = v_target.reference;
    end if;
  end if;
  if v_result.status <> 'posted' then
    raise exception 'account %: adjustment % not posted: %', p_account, p_id, v_result.status;
  end if;
  return row('posted', v_result.posting_id)::adjustment_answer;
end
$$;
--> statement-breakpoint
-- Whether any of the credit that a posting granted has expired, or is due to.
create function has_expired(p_account bigint, p_posting bigint, p_now timestamptz) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from ledger.posting where account_id = p_account and reference = 'expiry:' || p_posting)
    or exists (select from ledger.ledger_account
      where account_id = p_account and id = p_posting and in_wallet and expires_at <= p_now)
$$;
--> statement-breakpoint
-- What may be undone by hand: what Talktime itself booked. Card deposits, refunds, disputes and subscriptions follow what
-- Stripe says, and an expiry or a reversal is final: nor is credit undone that has expired in part, since what nobody could
-- use would be taken from what was paid. Null where it may; micros: what is left of it to undo.
create function refuse_correction(
  p_account bigint, p_target bigint, p_now timestamptz, out refusal text, out micros bigint
)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  v_target ledger.posting;
begin
  select * into v_target from ledger.posting where account_id = p_account and id = p_target;
  micros := v_target.total_micros - coalesce(
    (select clawed_micros from ledger.ledger_account where account_id = p_account and id = p_target), 0);
  refusal := case
    when v_target.id is null then 'absent'
    when v_target.code not in ('usage', 'rent', 'deposit_welcome', 'deposit_manual', 'allowance') then 'not_correctable'
    when exists (select from ledger.posting where account_id = p_account and reference = 'reversal:' || p_target)
      then 'already_reversed'
    when micros = 0 or has_expired(p_account, p_target, p_now) then 'not_correctable'
  end;
end
$$;
--> statement-breakpoint
-- Whether this person needs a second one: what they moved in the account by themselves within a day counts together, so that
-- an amount above the limit is not given in parts.
create function needs_second_person(p_account bigint, p_staff uuid, p_micros bigint, p_limit bigint, p_now timestamptz)
returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p_micros + coalesce(sum(amount_micros), 0) > p_limit from adjustment
    where requested_by = p_staff and account_id = p_account and requested_at > p_now - interval '1 day'
      and state = 'made' and not needs_approval
$$;
--> statement-breakpoint
-- Null where this person may move money of that account by hand: staff, and no member of it.
create function refuse_adjuster(p_account bigint, p_staff uuid) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select case
    when not exists (select from "user" where id = p_staff and is_staff) then 'not_staff'
    when exists (select from member where account_id = p_account and user_id = p_staff) then 'own_account'
  end
$$;
--> statement-breakpoint
-- What it would do if it were made now, found by making it and taking it back: the same statements reckon both. The answer:
-- {"status", "totalMicros", "beforeMicros", "afterMicros", "needsApproval", "moves": [{"from", "to", "micros"}]}, where either
-- side is {"kind", "id", "category", "expiresAt"} of a ledger account. All but the status are missing unless it is `posted`.
create function preview_adjustment(
  p_account bigint, p_kind text, p_category text, p_micros bigint, p_expires_at timestamptz, p_target bigint, p_staff uuid,
  p_limit bigint, p_now timestamptz
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_refusal text;
  v_micros bigint := p_micros;
  v_answer adjustment_answer;
  v_effect jsonb;
begin
  if not exists (select from account where id = p_account) then return '{"status": "absent"}'; end if;
  v_refusal := refuse_adjuster(p_account, p_staff);
  if v_refusal is null and p_kind = 'reversal' then select * into v_refusal, v_micros from refuse_correction(p_account, p_target, p_now); end if;
  if v_refusal is not null then return jsonb_build_object('status', v_refusal); end if;
  begin
    v_answer := post_adjustment('preview', p_account, p_kind, p_category, v_micros, p_expires_at, p_target, p_now);
    v_effect := jsonb_build_object('status', v_answer.status) || coalesce((
      select jsonb_build_object(
          'totalMicros', p.total_micros::text, 'afterMicros', p.balance_micros::text,
          'moves', coalesce((
            select jsonb_agg(jsonb_build_object('from', side_json(p_account, t.from_id), 'to', side_json(p_account, t.to_id),
                'micros', t.amount_micros::text) order by t.leg)
              from ledger.transfer t where t.account_id = p.account_id and t.posting_id = p.id), '[]'))
        from ledger.posting p where p.account_id = p_account and p.id = v_answer.posting_id), '{}');
    raise exception using errcode = 'TT001';
  exception when sqlstate 'TT001' then null;
  end;
  return v_effect || jsonb_build_object(
    'beforeMicros', (ledger.balance(p_account, p_now)).balance_micros::text,
    'needsApproval', needs_second_person(p_account, p_staff, v_micros, p_limit, p_now));
end
$$;
--> statement-breakpoint
create function side_json(p_account bigint, p_id bigint) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_build_object('kind', kind, 'id', id::text, 'category', category, 'expiresAt', expires_at)
    from ledger.ledger_account where account_id = p_account and id = p_id
$$;
--> statement-breakpoint
-- Makes it at once, or has it wait for a second person for seven days. The same id with the same content is answered with
-- the state that it is in.
create function request_adjustment(
  p_id text, p_account bigint, p_kind text, p_category text, p_micros bigint, p_expires_at timestamptz, p_target bigint,
  p_reason text, p_staff uuid, p_limit bigint, p_now timestamptz
) returns adjustment_answer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_known adjustment;
  v_refusal text;
  v_micros bigint := p_micros;
  v_waits boolean;
  v_answer adjustment_answer;
begin
  perform lock_organisation(p_account);
  if not exists (select from account where id = p_account) then return row('absent', null)::adjustment_answer; end if;
  select * into v_known from adjustment where id = p_id;
  if found then
    if (v_known.account_id, v_known.kind, v_known.category, v_known.expires_at, v_known.target_id, v_known.reason,
        v_known.requested_by) is distinct from (p_account, p_kind, p_category, p_expires_at, p_target, p_reason, p_staff)
      or p_kind = 'grant' and v_known.amount_micros <> p_micros
    then return row('mismatch', null)::adjustment_answer; end if;
    return row(v_known.state, v_known.posting_id)::adjustment_answer;
  end if;
  v_refusal := refuse_adjuster(p_account, p_staff);
  if v_refusal is not null then return row(v_refusal, null)::adjustment_answer; end if;
  update adjustment set state = 'lapsed' where account_id = p_account and state = 'pending' and lapses_at <= p_now;
  if p_kind = 'reversal' then
    select * into v_refusal, v_micros from refuse_correction(p_account, p_target, p_now);
    if v_refusal is null and exists (
      select from adjustment where account_id = p_account and target_id = p_target and state = 'pending')
    then v_refusal := 'already_asked'; end if;
  elsif p_expires_at <= p_now then
    v_refusal := 'expired';
  end if;
  if v_refusal is not null then return row(v_refusal, null)::adjustment_answer; end if;

  v_waits := needs_second_person(p_account, p_staff, v_micros, p_limit, p_now);
  if not v_waits then
    v_answer := post_adjustment(p_id, p_account, p_kind, p_category, v_micros, p_expires_at, p_target, p_now);
    if v_answer.status <> 'posted' then return v_answer; end if;
  end if;
  insert into adjustment (id, account_id, kind, category, amount_micros, expires_at, target_id, reason, requested_by,
      requested_at, needs_approval, state, lapses_at, posting_id)
    values (p_id, p_account, p_kind, p_category, v_micros, p_expires_at, p_target, p_reason, p_staff, p_now, v_waits,
      case when v_waits then 'pending' else 'made' end, case when v_waits then p_now + interval '7 days' end,
      v_answer.posting_id)
    returning * into v_known;
  perform audit_adjustment(v_known, case when v_waits then 'adjustment.requested' else 'adjustment.made' end, p_staff, p_reason, p_now);
  return row(v_known.state, v_known.posting_id)::adjustment_answer;
end
$$;
--> statement-breakpoint
-- The second person's word, once: made in this call, or declined. Whoever asked may only take it back (withdrawn). The same
-- person's same word is answered again with the state.
create function decide_adjustment(p_id text, p_approves boolean, p_note text, p_staff uuid, p_now timestamptz)
returns adjustment_answer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_known adjustment;
  v_refusal text;
  v_state text;
  v_answer adjustment_answer;
begin
  select * into v_known from adjustment where id = p_id;
  if not found then return row('absent', null)::adjustment_answer; end if;
  perform lock_organisation(v_known.account_id);
  select * into v_known from adjustment where id = p_id;
  if v_known.state = 'pending' and v_known.lapses_at <= p_now then
    update adjustment set state = 'lapsed' where id = p_id;
    v_known.state := 'lapsed';
  end if;
  if v_known.state <> 'pending' then
    return row(case when v_known.state = 'lapsed' or v_known.decided_by = p_staff and p_approves = (v_known.state = 'made')
      then v_known.state else 'decided' end, v_known.posting_id)::adjustment_answer;
  end if;
  v_refusal := coalesce(
    case when p_approves and p_staff = v_known.requested_by then 'same_person' end,
    refuse_adjuster(v_known.account_id, p_staff),
    case when p_approves and refuse_adjuster(v_known.account_id, v_known.requested_by) is not null then 'requester_barred' end);
  if v_refusal is not null then return row(v_refusal, null)::adjustment_answer; end if;

  v_state := case when p_approves then 'made' when p_staff = v_known.requested_by then 'withdrawn' else 'declined' end;
  if p_approves then
    v_answer := post_adjustment(p_id, v_known.account_id, v_known.kind, v_known.category, v_known.amount_micros,
      v_known.expires_at, v_known.target_id, p_now);
    if v_answer.status <> 'posted' then return v_answer; end if;
  end if;
  update adjustment set state = v_state, decided_by = p_staff, decided_at = p_now, note = p_note, posting_id = v_answer.posting_id
    where id = p_id returning * into v_known;
  perform audit_adjustment(v_known, case v_state when 'made' then 'adjustment.approved' when 'withdrawn' then 'adjustment.withdrawn'
    else 'adjustment.declined' end, p_staff, p_note, p_now);
  return row(v_state, v_known.posting_id)::adjustment_answer;
end
$$;
--> statement-breakpoint
create function audit_adjustment(p_adjustment adjustment, p_action text, p_staff uuid, p_reason text, p_now timestamptz) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  perform audit('staff:' || p_staff, p_staff, p_adjustment.account_id, p_action, p_adjustment.id, p_reason,
    jsonb_strip_nulls(jsonb_build_object('kind', p_adjustment.kind, 'micros', p_adjustment.amount_micros::text,
      'category', p_adjustment.category, 'expiresAt', p_adjustment.expires_at, 'target', p_adjustment.target_id::text,
      'posting', p_adjustment.posting_id::text)), p_now);
end
$$;
--> statement-breakpoint
-- Adjustments: the one with this id, or else those of an account, newest first; without either all of those that need a
-- second person: those that wait, who waits longest first, or those that wait no more. p_reader is who looks.
create function read_adjustments(
  p_id text, p_account bigint, p_waiting boolean, p_reader uuid, p_limit integer, p_now timestamptz
)
returns table (
  id text, account_id bigint, account_name text, kind text, category text, amount_micros bigint, expires_at timestamptz,
  target_id bigint, target_code text, reason text, requested_by text, is_own boolean, requested_at timestamptz,
  needs_approval boolean, state text, lapses_at timestamptz, decided_by text, decided_at timestamptz, note text, posting_id bigint,
  requester_barred boolean
) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select a.id, a.account_id, owner.name, a.kind, a.category, a.amount_micros, a.expires_at, a.target_id, target.code::text, a.reason,
      asking.email, a.requested_by = p_reader, a.requested_at, a.needs_approval,
      case when a.state = 'pending' and a.lapses_at <= p_now then 'lapsed' else a.state end,
      a.lapses_at, deciding.email, a.decided_at, a.note, a.posting_id,
      a.state = 'pending' and refuse_adjuster(a.account_id, a.requested_by) is not null
    from (
      (select * from adjustment where id = p_id)
      union all
      (select * from adjustment
        where p_id is null and account_id = p_account order by requested_at desc, id desc limit p_limit)
      union all
      (select * from adjustment
        where p_id is null and p_account is null and p_waiting and needs_approval and state = 'pending' and lapses_at > p_now
        order by requested_at, id limit p_limit)
      union all
      (select * from adjustment
        where p_id is null and p_account is null and not p_waiting and needs_approval and (state <> 'pending' or lapses_at <= p_now)
        order by requested_at desc, id desc limit p_limit)) as a
    join account as owner on owner.id = a.account_id
    join "user" as asking on asking.id = a.requested_by
    left join "user" as deciding on deciding.id = a.decided_by
    left join ledger.posting as target on target.account_id = a.account_id and target.id = a.target_id
    order by case when p_account is null and p_waiting then a.requested_at end, a.requested_at desc, a.id desc
$$;
--> statement-breakpoint
-- Postings of an account that can be undone by hand, before p_before (null: from the newest), latest booked first. Usage is
-- named by its fare, rent by its number.
create function read_correctable(p_account bigint, p_before bigint, p_limit integer)
returns table (id bigint, code text, reference text, subject text, total_micros bigint, occurred_at timestamptz)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p.id, p.code::text, p.reference::text, coalesce(event.fare_name, rented.number), p.total_micros::bigint,
      p.occurred_at::timestamptz
    from ledger.posting p
    left join usage_event event on p.code = 'usage' and event.account_id = p_account and event.id = substr(p.reference, 7)
    left join phone_number rented on p.code = 'rent' and rented.account_id = p_account
      and rented.id = split_part(p.reference, ':', 2)
    where p.account_id = p_account and p.id < coalesce(p_before, 9223372036854775807)
      and p.code in ('usage', 'rent', 'deposit_welcome', 'deposit_manual', 'allowance')
      and not exists (select from ledger.posting r where r.account_id = p_account and r.reference = 'reversal:' || p.id)
      and not exists (select from ledger.posting e where e.account_id = p_account and e.reference = 'expiry:' || p.id)
      and not exists (
        select from ledger.ledger_account g where g.account_id = p_account and g.id = p.id and g.clawed_micros = g.total_micros)
    order by p.id desc limit p_limit
$$;
--> statement-breakpoint
-- Every law of adjustments that a constraint cannot hold, as rows that break it.
create view adjustment_violation with (security_invoker = true) as
  select 'adjustment_not_posted' as law, a.account_id, a.posting_id as row_id, a.id as detail
    from adjustment a
    where a.state = 'made' and not exists (
      select from ledger.posting p where p.account_id = a.account_id and p.id = a.posting_id and case a.kind
        when 'grant' then p.code = 'deposit_manual' and p.reference = 'manual:' || a.id and p.total_micros = a.amount_micros
        else p.code = 'reversal' and p.target_id = a.target_id end)
  union all
  select 'grant_of_no_adjustment', p.account_id, p.id, p.reference::text
    from ledger.posting p
    where p.code = 'deposit_manual' and p.reference like 'manual:%'
      and not exists (select from adjustment a where a.account_id = p.account_id and a.posting_id = p.id and a.state = 'made');
--> statement-breakpoint
revoke insert, update, delete on adjustment from talktime_app;
--> statement-breakpoint
grant select on adjustment, adjustment_violation to talktime_readonly;
--> statement-breakpoint
revoke execute on function post_adjustment, has_expired, refuse_correction, needs_second_person, refuse_adjuster, preview_adjustment, side_json,
  request_adjustment, decide_adjustment, audit_adjustment, read_adjustments, read_correctable from public;
--> statement-breakpoint
grant execute on function preview_adjustment, request_adjustment, decide_adjustment, read_adjustments, refuse_adjuster, read_correctable
  to talktime_app;
