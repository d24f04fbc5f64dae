-- What takes card payments back: refunds, disputes, warnings of fraud. Stripe is read again and the books follow, in any
-- order and any number of times: a payment's returns share what it granted, in one order whoever comes first, and each
-- return's share is clawed back, or frozen while its dispute is open, or neither. Amounts are micro-dollars, times business
-- time; `p_ticket` numbers the readings, which begin with it.
create sequence payment_reading;
--> statement-breakpoint
-- Whoever books a payment and whoever books what takes it back wait for each other: the one that comes second sees the first.
-- Taken before an account's lock, and one only by a call.
create function lock_payment(p_invoice text) returns void
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  select pg_advisory_xact_lock(20018, hashtext(p_invoice))
$$;
--> statement-breakpoint
-- The booked payment of an invoice: its posting, what a charge paid for it, and what credit it granted; for a subscription,
-- which grants none, what was paid. No row: it is not booked.
create function booked_payment(p_invoice text)
returns table (account_id bigint, posting_id bigint, code text, paid_micros bigint, granted_micros bigint, is_reversed boolean)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select p.account_id, p.id, p.code::text, coalesce(found.due_micros, p.total_micros), p.total_micros::bigint,
      exists (select from ledger.posting r where r.account_id = p.account_id and r.reference = 'reversal:' || p.id)
    from (
      select o.account_id, o.due_micros from credit_order o where o.stripe_invoice_id = p_invoice
      union all
      select i.account_id, null from subscription_invoice i where i.id = p_invoice
      limit 1
    ) as found
    join ledger.posting p on p.account_id = found.account_id and p.reference = p_invoice
      and p.code in ('deposit_card', 'subscription')
$$;
--> statement-breakpoint
-- What each return takes of the credit granted: the cumulative amount, at most what was paid, in proportion and rounded down,
-- less the same of those before it. Refunds come before disputes and those before warnings, the oldest first, so that a
-- refund and a dispute of the same money take it once, and the last cent is taken with the last cent paid.
create function share_returns(p_invoice text, p_paid bigint, p_granted bigint)
returns table (id text, share_micros bigint)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select r.id, floor(p_granted::numeric * least(r.upto, p_paid) / p_paid)::bigint
      - floor(p_granted::numeric * least(r.upto - r.micros, p_paid) / p_paid)::bigint
    from (
      select counted.id, counted.micros, sum(counted.micros) over (
          order by counted.effect = 'holds', array_position(array['refund', 'dispute', 'warning'], counted.kind), counted.created_at, counted.id
        ) as upto
      from (
        select n.*, case n.effect when 'none' then 0 else n.amount_micros end as micros
          from payment_return n where n.stripe_invoice_id = p_invoice
      ) as counted
    ) as r
$$;
--> statement-breakpoint
-- Brings the books to what the stored returns of a payment take of it, and tells of what has changed. outcome: nothing (none is stored), parked (the payment is not booked yet: whoever books it calls
-- this), applied, or quarantined with a reason. What is to be given back is given before anything is taken.
create function apply_returns(p_invoice text, p_now timestamptz, out outcome text, out reason text, out account_id bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_payment record;
  v_return payment_return;
  v_hold bigint;
  v_claw bigint;
  v_posted ledger.posting_result;
begin
  perform lock_payment(p_invoice);
  outcome := 'nothing';
  if not exists (select from payment_return r where r.stripe_invoice_id = p_invoice) then return; end if;
  outcome := 'parked';
  select * into v_payment from booked_payment(p_invoice);
  if not found then return; end if;
  account_id := v_payment.account_id;
  perform ledger.lock_account(account_id);
  -- Staff may have corrected it while this call waited.
  select * into v_payment from booked_payment(p_invoice);

  update payment_return r
    set account_id = v_payment.account_id,
        -- A deposit that staff took back has nothing left to take: what was taken before stays so.
        share_micros = case when v_payment.is_reversed then case r.effect when 'claws' then r.clawed_micros else 0 end
          else share.share_micros end
    from share_returns(p_invoice, v_payment.paid_micros, v_payment.granted_micros) as share
    where r.id = share.id;

  for v_return in
    select * from payment_return r where r.stripe_invoice_id = p_invoice order by r.created_at desc, r.id desc
  loop
    v_hold := case v_return.effect when 'holds' then v_return.share_micros else 0 end;
    v_claw := case v_return.effect when 'claws' then v_return.share_micros else 0 end;
    if v_return.held_share_micros <> v_hold then
      if v_return.hold_reference is not null then
        v_posted := ledger.reverse(account_id, v_return.hold_reference, p_now, p_now);
        if v_posted.status not in ('posted', 'replayed') then reason := 'ledger_' || v_posted.status; end if;
      end if;
      update payment_return r set held_share_micros = 0, held_micros = 0, hold_reference = null where r.id = v_return.id;
    end if;
    if v_return.claw_reference is not null and not v_payment.is_reversed and v_return.clawed_micros <> v_claw then
      v_posted := ledger.reverse(account_id, v_return.claw_reference, p_now, p_now);
      if v_posted.status not in ('posted', 'replayed') then reason := 'ledger_' || v_posted.status; end if;
      update payment_return r set clawed_micros = 0, claw_reference = null where r.id = v_return.id;
    end if;
  end loop;

  for v_return in
    select * from payment_return r
      where r.stripe_invoice_id = p_invoice and r.effect = 'claws' and r.share_micros > 0 and r.claw_reference is null
      order by r.created_at, r.id
  loop
    v_posted := claw_return(v_return, v_payment.code, p_now);
    if v_posted.status not in ('posted', 'replayed') then reason := 'ledger_' || v_posted.status; continue; end if;
    update payment_return r
      set clawed_micros = v_posted.total_micros, claw_reference = next_reference(v_return.id, r.claws), claws = r.claws + 1
      where r.id = v_return.id;
  end loop;

  for v_return in
    select * from payment_return r
      where r.stripe_invoice_id = p_invoice and r.effect = 'holds' and r.share_micros > 0 and r.held_share_micros = 0
      order by r.created_at, r.id
  loop
    -- A subscription's payment granted no credit that could be frozen.
    if v_payment.code = 'subscription' then continue; end if;
    v_posted := ledger.freeze(account_id, next_reference('hold:' || v_return.id, v_return.holds), p_invoice,
      v_return.share_micros, case v_return.holds when 0 then v_return.created_at else p_now end, p_now);
    if v_posted.status = 'insufficient' then
      update payment_return r set held_share_micros = r.share_micros where r.id = v_return.id;
    elsif v_posted.status in ('posted', 'replayed') then
      update payment_return r
        set held_share_micros = r.share_micros, held_micros = v_posted.total_micros,
            hold_reference = next_reference('hold:' || r.id, r.holds), holds = r.holds + 1
        where r.id = v_return.id;
    else reason := 'ledger_' || v_posted.status; end if;
  end loop;

  perform tell_returns(account_id, p_invoice, p_now);
  outcome := case when reason is null then 'applied' else 'quarantined' end;
end
$$;
--> statement-breakpoint
-- The name of a posting of which there were p_earlier before: the plain one for the first.
create function next_reference(p_name text, p_earlier integer) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_earlier when 0 then p_name else p_name || ':' || p_earlier + 1 end
$$;
--> statement-breakpoint
-- Takes a return's share back. A refund happened when it was made, a dispute is lost when that is known.
create function claw_return(p_return payment_return, p_code text, p_now timestamptz) returns ledger.posting_result
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_reference text := next_reference(p_return.id, p_return.claws);
  v_at timestamptz := case when p_return.kind = 'refund' and p_return.claws = 0 then p_return.created_at else p_now end;
  v_repaid bigint;
begin
  if p_code = 'subscription' then
    select coalesce(sum(c.amount_micros), 0) into v_repaid from overdraft_collection c
      where c.account_id = p_return.account_id and c.stripe_invoice_id = p_return.stripe_invoice_id and c.state = 'paid';
    return ledger.return_subscription(p_return.account_id, p_return.kind, v_reference, p_return.stripe_invoice_id,
      p_return.share_micros, v_repaid, v_at, p_now);
  end if;
  return ledger.claw_back(p_return.account_id, p_return.kind, v_reference, p_return.stripe_invoice_id,
    p_return.share_micros, v_at, p_now);
end
$$;
--> statement-breakpoint
-- Tells of returns whose effect has changed: the audit log, those who pay for the account where a dispute or a warning is
-- concerned, and automatic top-up, which charges nobody who disputes a payment or whose card is reported.
create function tell_returns(p_account bigint, p_invoice text, p_now timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_return payment_return;
  v_news text;
  v_stop text;
begin
  for v_return in
    select * from payment_return r where r.stripe_invoice_id = p_invoice and r.told_effect is distinct from r.effect
      order by r.created_at, r.id
  loop
    update payment_return r set told_effect = r.effect where r.id = v_return.id;
    v_news := news_of_return(v_return);
    if v_news is null then continue; end if;
    perform audit('system', null, p_account, v_news, v_return.id, v_return.reason, jsonb_build_object(
      'invoice', p_invoice, 'amountMicros', v_return.amount_micros::text, 'clawedMicros', v_return.clawed_micros::text,
      'heldMicros', v_return.held_micros::text), p_now);
    if v_return.kind = 'refund' then continue; end if;
    if v_return.effect <> 'none' then
      v_stop := case when v_stop = 'payment_disputed' or v_return.kind = 'dispute' then 'payment_disputed' else 'fraud_warning' end;
    end if;
    perform queue_mail(p_account, v_news || ':' || v_return.id, 'payment-dispute', jsonb_build_object(
        'accountName', a.name, 'news', substr(v_news, 9), 'amountMicros', v_return.amount_micros::text,
        'heldMicros', v_return.held_micros::text, 'clawedMicros', v_return.clawed_micros::text,
        'debtMicros', coalesce((select sum(d.left_micros) from payment_debts(p_account) as d
          where d.reference = v_return.claw_reference), 0)::text), null, p_now)
      from account a where a.id = p_account;
  end loop;
  if v_stop is not null then perform stop_auto_top_up(p_account, v_stop, p_now); end if;
end
$$;
--> statement-breakpoint
-- What a changed return is in the audit log; null: nothing to tell.
create function news_of_return(p_return payment_return) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select case p_return.kind
    when 'refund' then case
      when p_return.effect = 'claws' then case
        when exists (select from refund_request q where q.stripe_refund_id = p_return.id) then 'refund.made' else 'refund.found' end
      when p_return.told_effect = 'claws' then 'refund.failed' end
    when 'dispute' then case
      when p_return.effect = 'holds' then 'dispute.opened'
      when p_return.effect = 'claws' then 'dispute.lost'
      when p_return.told_effect in ('holds', 'claws') then 'dispute.won' end
    when 'warning' then case p_return.effect when 'holds' then 'dispute.warned' end
  end
$$;
--> statement-breakpoint
-- Stores what Stripe says of a payment's returns and brings the books to it. p_returns: an array of {id, kind, state, effect,
-- amountMicros, reason, respondBy, createdAt, requestId}; requestId is what the refund says of itself, and counts where the
-- request was for this payment. Outcome as of apply_returns; the inbox rows end with it, but for a parked one, whose end is
-- the caller's. Quarantined outright: a return that was stored for another payment.
create function converge_payment(
  p_ticket bigint, p_invoice text, p_payment text, p_returns jsonb, p_now timestamptz, p_event_ids text[],
  out outcome text, out reason text, out account_id bigint
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform lock_payment(p_invoice);
  insert into payment_return as known (id, kind, stripe_invoice_id, stripe_payment_id, state, effect, amount_micros, reason,
      respond_by, read_ticket, created_at, changed_at)
    select said.id, said.kind, p_invoice, p_payment, said.state, said.effect, said."amountMicros"::bigint, said.reason,
        said."respondBy", p_ticket, said."createdAt", p_now
      from jsonb_to_recordset(p_returns) as said (id text, kind text, state text, effect text, "amountMicros" text, reason text,
        "respondBy" timestamptz, "createdAt" timestamptz)
      order by said.id
    on conflict (id) do update
      set state = excluded.state, amount_micros = excluded.amount_micros, reason = excluded.reason,
          respond_by = excluded.respond_by, read_ticket = excluded.read_ticket,
          effect = case when known.dismissed_at is null then excluded.effect else 'none' end,
          changed_at = case when known.effect = excluded.effect or known.dismissed_at is not null then known.changed_at
            else excluded.changed_at end
      where known.read_ticket < excluded.read_ticket and known.stripe_invoice_id = excluded.stripe_invoice_id;
  if exists (
    select from jsonb_to_recordset(p_returns) as said (id text) join payment_return r on r.id = said.id
      where r.stripe_invoice_id <> p_invoice)
  then reason := 'of_another_payment'; end if;

  if reason is null then
    update refund_request q
      set state = 'succeeded', stripe_refund_id = said.id, failure_code = null, settled_at = p_now
      from jsonb_to_recordset(p_returns) as said (id text, "requestId" text)
      where q.id = said."requestId" and q.stripe_invoice_id = p_invoice and q.state <> 'succeeded';
    select a.outcome, a.reason, a.account_id into outcome, reason, account_id from apply_returns(p_invoice, p_now) as a;
  end if;
  if reason is not null then outcome := 'quarantined'; end if;
  update stripe_event e
    set state = case when converge_payment.reason is null then 'done' else 'quarantined' end, reason = converge_payment.reason,
        done_at = clock_timestamp()
    where e.id = any (p_event_ids) and e.state in ('received', 'failed') and outcome <> 'parked';
end
$$;
--> statement-breakpoint
-- What an account owes because payments were taken back, by what took them: overdraft that a refund or a lost dispute left.
-- Whatever comes in repays these first, the oldest before the newer, and usage below zero after them.
create function payment_debts(p_account bigint)
returns table (posting_id bigint, code text, reference text, deposit_reference text, occurred_at timestamptz, debt_micros bigint, left_micros bigint)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  v_leg record;
  v_ids bigint[] := '{}';
  v_debts bigint[] := '{}';
  v_left bigint[] := '{}';
  v_own integer;
  v_rest bigint;
  v_part bigint;
begin
  if (select a.balance_micros from ledger.ledger_account a where a.account_id = p_account and a.id = 1) = 0 then return; end if;
  for v_leg in
    select p.id, p.code, p.target_id, t.from_id, t.amount_micros
      from ledger.posting p join ledger.leg t on t.account_id = p.account_id and t.posting_id = p.id
      where p.account_id = p_account and p.code not in ('usage', 'rent') and 1 in (t.from_id, t.to_id)
      order by p.id, t.leg
  loop
    if v_leg.from_id = 1 then
      if v_leg.code in ('refund', 'dispute') then
        v_ids := v_ids || v_leg.id;
        v_debts := v_debts || v_leg.amount_micros;
        v_left := v_left || v_leg.amount_micros;
      end if;
      continue;
    end if;
    v_rest := v_leg.amount_micros;
    -- What undoes a clawback repays its own debt before others.
    v_own := case v_leg.code when 'reversal' then array_position(v_ids, v_leg.target_id) end;
    if v_own is not null then
      v_part := least(v_rest, v_left[v_own]);
      v_left[v_own] := v_left[v_own] - v_part;
      v_rest := v_rest - v_part;
    end if;
    for i in 1 .. cardinality(v_ids) loop
      v_part := least(v_rest, v_left[i]);
      v_left[i] := v_left[i] - v_part;
      v_rest := v_rest - v_part;
    end loop;
  end loop;
  return query
    select p.id, p.code::text, p.reference::text, d.reference::text, p.occurred_at::timestamptz, owed.debt, owed.rest
      from unnest(v_ids, v_debts, v_left) as owed (id, debt, rest)
        join ledger.posting p on p.account_id = p_account and p.id = owed.id
        join ledger.posting d on d.account_id = p_account and d.id = p.target_id
      where owed.rest > 0 order by p.id;
end
$$;
--> statement-breakpoint
-- What of a card deposit may still be refunded, and why not: disputed (Stripe refuses it), unknown_deposit. Refunds that were
-- asked for and have no end yet hold their place.
create function refundable(p_account bigint, p_invoice text, out status text, out paid_micros bigint, out left_micros bigint)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select case when d.account_id is null then 'unknown_deposit'
      when exists (select from payment_return r where r.stripe_invoice_id = p_invoice and r.kind = 'dispute' and r.effect <> 'none')
        then 'disputed' else 'refundable' end,
      d.paid_micros,
      greatest(0, d.paid_micros
        - coalesce((select sum(r.amount_micros) from payment_return r
          where r.stripe_invoice_id = p_invoice and r.kind = 'refund' and r.effect <> 'none'), 0)
        - coalesce((select sum(q.amount_micros) from refund_request q
          where q.stripe_invoice_id = p_invoice and q.state in ('charging', 'unknown')), 0))::bigint
    from (select 1) as one
      left join booked_payment(p_invoice) as d on d.account_id = p_account and d.code = 'deposit_card'
$$;
--> statement-breakpoint
-- What refunding p_amount of a card deposit will do, without doing it. sources: what is taken from which grants, in order,
-- then from overdraft (reference null); own: what is left of the deposit itself, frozen or not. Reckoned as apply_returns
-- will book it, unless something is booked in between.
create function preview_refund(
  p_account bigint, p_invoice text, p_amount bigint, p_now timestamptz,
  out status text, out paid_micros bigint, out left_micros bigint, out claw_micros bigint, out balance_micros bigint,
  out balance_after_micros bigint, out sources json
) language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  v_payment record;
  v_taken bigint;
  v_kept bigint;
  v_held bigint;
  v_own bigint;
begin
  select r.status, r.paid_micros, r.left_micros into status, paid_micros, left_micros from refundable(p_account, p_invoice) as r;
  if status = 'refundable' and p_amount > left_micros then status := 'too_much'; end if;
  select * into v_payment from booked_payment(p_invoice) as d where d.account_id = p_account;
  if not found then return; end if;
  select coalesce(sum(r.amount_micros), 0) into v_taken from payment_return r
    where r.stripe_invoice_id = p_invoice and r.effect = 'claws';
  v_kept := v_payment.granted_micros
    - floor(v_payment.granted_micros::numeric * least(v_taken + p_amount, v_payment.paid_micros) / v_payment.paid_micros)::bigint;
  claw_micros := case when v_payment.is_reversed then 0 else v_payment.granted_micros - v_kept
    - floor(v_payment.granted_micros::numeric * least(v_taken, v_payment.paid_micros) / v_payment.paid_micros)::bigint end;
  select b.balance_micros into balance_micros from ledger.balance(p_account, p_now) as b;
  -- A warning of fraud freezes what is left: of what it froze the refund takes first, and the rest is frozen again.
  select coalesce(sum(r.held_micros), 0) into v_held from payment_return r where r.stripe_invoice_id = p_invoice;
  select g.balance_micros into v_own from ledger.ledger_account g where g.account_id = p_account and g.id = v_payment.posting_id;
  balance_after_micros := balance_micros - claw_micros
    + case when v_held > 0 then v_held - least(v_kept, greatest(0, v_own + v_held - claw_micros)) else 0 end;
  with source as (
    select g.id, g.id = v_payment.posting_id as own,
        g.balance_micros + case g.id when v_payment.posting_id then v_held else 0 end as micros
      from ledger.ledger_account g
      where g.account_id = p_account and g.kind = 'grant' and (g.expires_at is null or g.expires_at > p_now)
        and (g.id = v_payment.posting_id or g.in_wallet and g.category = 'purchased')
  ), reckoned as (
    select s.id, s.own, least(s.micros, greatest(0, claw_micros - coalesce(
        sum(s.micros) over (order by not s.own, s.id rows between unbounded preceding and 1 preceding), 0)))::bigint as micros
      from source s
  ), plan as (
    select r.id, r.own, r.micros from reckoned r where r.micros > 0
    union all
    select null, false, claw_micros - coalesce((select sum(r.micros) from reckoned r), 0)::bigint
  )
  select coalesce(json_agg(json_build_object('reference', p.reference, 'own', plan.own, 'micros', plan.micros::text)
      order by not plan.own, plan.id nulls last), '[]') into sources
    from plan left join ledger.posting p on p.account_id = p_account and p.id = plan.id
    where plan.micros > 0;
end
$$;
--> statement-breakpoint
-- Begins a refund that staff ask for, taken by whoever calls until its lease ends. Status: begun (request_id is to be made at
-- Stripe), replayed (request_id is what the key stands for), mismatch (the key came with another request), or as of
-- refundable: unknown_deposit, disputed; too_much (left_micros is what may be refunded); or as of refuse_adjuster: not_staff,
-- own_account. Only begun wrote anything. Idempotent in p_id.
create function begin_refund(
  p_account bigint, p_id text, p_invoice text, p_amount bigint, p_reason text, p_staff uuid, p_key text, p_hash bytea,
  p_lease interval, p_now timestamptz,
  out status text, out request_id text, out left_micros bigint
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_known refund_request;
begin
  perform lock_payment(p_invoice);
  select q.* into v_known from refund_request q where q.account_id = p_account and q.key = p_key;
  request_id := v_known.id;
  if v_known.id = p_id then status := 'begun'; return; end if;
  if v_known.id is not null then
    status := case when v_known.request_hash = p_hash then 'replayed' else 'mismatch' end;
    return;
  end if;
  select coalesce(refuse_adjuster(p_account, p_staff), r.status), r.left_micros into status, left_micros
    from refundable(p_account, p_invoice) as r;
  if status = 'refundable' and p_amount > left_micros then status := 'too_much'; end if;
  if status <> 'refundable' then return; end if;

  status := 'begun';
  request_id := p_id;
  insert into refund_request (id, account_id, stripe_invoice_id, amount_micros, reason, requested_by, key, request_hash, state,
      attempts, due_at, created_at)
    values (p_id, p_account, p_invoice, p_amount, p_reason, 'staff:' || p_staff, p_key, p_hash, 'charging', 1,
      clock_timestamp() + p_lease, p_now);
  perform audit('staff:' || p_staff, p_staff, p_account, 'refund.requested', p_id, p_reason,
    jsonb_build_object('invoice', p_invoice, 'amountMicros', p_amount::text), p_now);
end
$$;
--> statement-breakpoint
-- Takes up a refund that nobody is at and that has no end. No row: there is none to take up.
create function take_refund(p_id text, p_lease interval)
returns table (account_id bigint, invoice_id text, payment_id text, amount_micros bigint, created_at timestamptz)
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update refund_request q set attempts = q.attempts + 1, due_at = clock_timestamp() + p_lease
    where q.id = p_id and q.state in ('charging', 'unknown') and q.due_at <= clock_timestamp()
    returning q.account_id, q.stripe_invoice_id, q.stripe_payment_id, q.amount_micros, q.created_at
$$;
--> statement-breakpoint
-- Keeps which payment of the invoice gives the money back, once: whoever takes the refund up later asks for the same. Answers
-- the one that is kept; null where none is, or the refund has had its end meanwhile, so that nothing is to be given back.
create function name_refund_payment(p_id text, p_payment text) returns text
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update refund_request q set stripe_payment_id = coalesce(q.stripe_payment_id, p_payment)
    where q.id = p_id and q.state in ('charging', 'unknown')
    returning q.stripe_payment_id
$$;
--> statement-breakpoint
-- Nobody knows what came of it: it is taken up again after p_retry_after.
create function leave_refund(p_id text, p_retry_after interval) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update refund_request q set state = 'unknown', due_at = clock_timestamp() + p_retry_after
    where q.id = p_id and q.state in ('charging', 'unknown')
$$;
--> statement-breakpoint
-- Ends a refund that Stripe refused: nothing was given back.
create function fail_refund(p_id text, p_code text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_failed refund_request;
begin
  update refund_request q set state = 'failed', failure_code = p_code, settled_at = p_now
    where q.id = p_id and q.state in ('charging', 'unknown') returning * into v_failed;
  if not found then return; end if;
  perform audit('system', null, v_failed.account_id, 'refund.failed', p_id, p_code,
    jsonb_build_object('invoice', v_failed.stripe_invoice_id, 'amountMicros', v_failed.amount_micros::text), p_now);
end
$$;
--> statement-breakpoint
-- Staff find a warning of fraud to be unfounded: what it froze is free again, and it never freezes anything any more. Status:
-- dismissed (now or before), unknown_warning, or as of refuse_adjuster: not_staff, own_account.
create function dismiss_warning(p_account bigint, p_warning text, p_staff uuid, p_reason text, p_now timestamptz) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_invoice text;
  v_refusal text := refuse_adjuster(p_account, p_staff);
begin
  if v_refusal is not null then return v_refusal; end if;
  select r.stripe_invoice_id into v_invoice from payment_return r
    where r.id = p_warning and r.account_id = p_account and r.kind = 'warning';
  if not found then return 'unknown_warning'; end if;
  perform lock_payment(v_invoice);
  update payment_return r set dismissed_at = p_now, effect = 'none', changed_at = p_now
    where r.id = p_warning and r.dismissed_at is null;
  if not found then return 'dismissed'; end if;
  perform audit('staff:' || p_staff, p_staff, p_account, 'dispute.dismissed', p_warning, p_reason,
    jsonb_build_object('invoice', v_invoice), p_now);
  perform apply_returns(v_invoice, p_now);
  return 'dismissed';
end
$$;
--> statement-breakpoint
-- An invoice whose payment is booked has been voided or given up at Stripe, where that should be impossible: its deposit is
-- taken back, and staff are to look at it. Outcome: reversed, or nothing (it is not booked, was taken back before, or paid for
-- a subscription, which granted nothing).
create function reverse_closed_payment(p_invoice text, p_now timestamptz, out outcome text, out account_id bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_posted ledger.posting_result;
begin
  perform lock_payment(p_invoice);
  select d.account_id into account_id from booked_payment(p_invoice) as d where d.code = 'deposit_card';
  outcome := 'nothing';
  if not found then return; end if;
  v_posted := ledger.reverse(account_id, p_invoice, p_now, p_now);
  if v_posted.status <> 'posted' then return; end if;
  perform audit('system', null, account_id, 'payment.undone', p_invoice, null,
    jsonb_build_object('micros', v_posted.total_micros::text), p_now);
  perform apply_returns(p_invoice, p_now);
  outcome := 'reversed';
end
$$;
--> statement-breakpoint
-- What refunds and disputes have made of the books must be what is stored of them. Empty: it is.
create view refund_violation with (security_invoker = true) as
  with booked as (
    select r.*, d.account_id as booked_account, d.code, d.is_reversed, d.granted_micros, share.share_micros as wanted_micros
      from payment_return r
        left join lateral booked_payment(r.stripe_invoice_id) as d on true
        left join lateral share_returns(r.stripe_invoice_id, d.paid_micros, d.granted_micros) as share on share.id = r.id
  )
  select 'return_not_settled' as law, b.booked_account as account_id, null::bigint as row_id, b.id as detail
    from booked b where b.account_id is distinct from b.booked_account
  union all
  select 'return_takes_another_share', b.account_id, null, b.id || ': ' || b.share_micros || ' but ' || b.wanted_micros
    from booked b where b.account_id is not null and not b.is_reversed and b.share_micros <> b.wanted_micros
  union all
  select 'return_clawed_wrong', b.account_id, null, b.id || ': ' || b.clawed_micros
    from booked b where b.account_id is not null and not b.is_reversed
      and b.clawed_micros <> case b.effect when 'claws' then b.share_micros else 0 end
  union all
  select 'return_held_wrong', b.account_id, null, b.id || ': ' || b.held_micros || ' of ' || b.held_share_micros
    from booked b where b.account_id is not null
      and (b.held_share_micros <> case when b.effect = 'holds' and b.code <> 'subscription' then b.share_micros else 0 end
        or b.held_micros > b.held_share_micros)
  union all
  select 'return_not_in_books', r.account_id, null, r.id || ': ' || named.reference
    from payment_return r
      cross join lateral (values (r.claw_reference, r.clawed_micros, r.kind), (r.hold_reference, r.held_micros, 'hold'))
        as named (reference, micros, code)
      left join ledger.posting p on p.account_id = r.account_id and p.reference = named.reference and p.code = named.code
        and p.total_micros = named.micros
        and not exists (select from ledger.posting u where u.account_id = p.account_id and u.reference = 'reversal:' || p.id)
    where (named.reference is null) <> (named.micros = 0) or named.reference is not null and p.id is null
  union all
  select 'payment_taken_back_beyond_its_credit', b.account_id, null, b.stripe_invoice_id
    from booked b where b.account_id is not null
    group by b.account_id, b.stripe_invoice_id having sum(b.clawed_micros + b.held_micros) > max(b.granted_micros)
  union all
  select 'refund_not_stored', q.account_id, null, q.id
    from refund_request q
    where q.state = 'succeeded' and not exists (
      select from payment_return r where r.id = q.stripe_refund_id and r.kind = 'refund' and r.stripe_invoice_id = q.stripe_invoice_id);
--> statement-breakpoint
-- What takes payments back is written by these functions alone.
revoke insert, update, delete on payment_return, refund_request from talktime_app;
--> statement-breakpoint
revoke execute on function lock_payment, booked_payment, share_returns, apply_returns, next_reference, claw_return, tell_returns, news_of_return,
  converge_payment, payment_debts, refundable, preview_refund, begin_refund, take_refund, name_refund_payment, leave_refund,
  fail_refund, dismiss_warning, reverse_closed_payment from public;
--> statement-breakpoint
grant execute on function lock_payment, apply_returns, converge_payment, begin_refund, take_refund, name_refund_payment,
  leave_refund, fail_refund, dismiss_warning, reverse_closed_payment to talktime_app;
--> statement-breakpoint
grant execute on function booked_payment, share_returns, payment_debts, refundable, preview_refund to talktime_app, talktime_readonly;
--> statement-breakpoint
grant usage on sequence payment_reading to talktime_app;
--> statement-breakpoint
grant select on payment_return, refund_violation to talktime_readonly;
--> statement-breakpoint
grant select on refund_violation to talktime_app;
--> statement-breakpoint
grant select (id, account_id, stripe_invoice_id, stripe_payment_id, amount_micros, reason, requested_by, state, stripe_refund_id,
  failure_code, attempts, created_at, settled_at) on refund_request to talktime_readonly;
