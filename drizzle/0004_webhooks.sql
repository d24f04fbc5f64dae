-- Books a card top-up: the deposit, the order, its purchase where it has one, and the inbox rows that caused it change in this
-- one call, or none does.
-- The caller has just read the invoice from Stripe and found it paid by a charge. What Stripe says is compared with
-- the order we wrote before the purchase began; metadata only helps to find that order and grants nothing by itself.
-- An order that grants credit of its own is paid as far as that credit goes; what it grants beyond what was paid comes from
-- promotions. What was paid beyond its credit enters no wallet: the order says what was due.
-- What takes the payment back and was heard of first is settled in the same call (apply_returns).
-- Never raises for a business outcome: `outcome` is 'booked' (now or by an earlier call) or 'quarantined' with a reason.
create function settle_top_up(
  p_invoice_id text,
  p_customer_id text,
  p_order_id text,          -- from the invoice's metadata; null where it carries none
  p_currency text,
  p_livemode boolean,
  p_paid_micros bigint,
  p_paid_at timestamptz,
  p_now timestamptz,
  p_event_ids text[],       -- the inbox rows this settles; empty for the return page and the order sweep
  out outcome text,
  out reason text,
  out account_id bigint,
  out posting_id bigint,
  out balance_micros bigint -- of the wallet, after the deposit
) language plpgsql set search_path = pg_catalog, public as $$
declare
  v_order public.credit_order;
  v_credit bigint;
  v_posted ledger.posting_result;
begin
  perform public.lock_payment(p_invoice_id);
  -- By the invoice first: once an order is settled, its invoice finds it whatever the metadata says later.
  select o.* into v_order from public.credit_order o where o.stripe_invoice_id = p_invoice_id for no key update;
  if not found then
    select o.* into v_order from public.credit_order o where o.id = p_order_id for no key update;
  end if;

  reason := case
    when v_order.id is null then 'order_unknown'
    when v_order.stripe_customer_id is distinct from p_customer_id then 'customer_differs'
    when lower(v_order.currency) is distinct from lower(p_currency) then 'currency_differs'
    when v_order.livemode is distinct from p_livemode then 'livemode_differs'
    when v_order.stripe_invoice_id is not null and v_order.stripe_invoice_id <> p_invoice_id then 'order_paid_by_another_invoice'
    when v_order.due_micros <> p_paid_micros then 'amount_differs'
  end;

  if reason is null then
    v_credit := coalesce(v_order.credit_micros, p_paid_micros);
    v_posted := ledger.grant_credit(
      v_order.account_id, 'deposit_card', p_invoice_id, 'purchased', 0, least(p_paid_micros, v_credit),
      greatest(v_credit - p_paid_micros, 0), null, p_paid_at, p_now);
    if v_posted.status in ('posted', 'replayed') then
      account_id := v_order.account_id;
      posting_id := v_posted.posting_id;
      balance_micros := v_posted.balance_micros;
      update public.credit_order o
         set state = 'paid', stripe_invoice_id = p_invoice_id, settled_at = coalesce(o.settled_at, p_now), recheck_at = null
       where o.id = v_order.id and (o.state <> 'paid' or o.stripe_invoice_id is null);
      perform public.end_purchase(
        v_order.id, p_invoice_id, v_posted.posting_id, v_posted.balance_micros, v_posted.total_micros, p_now);
      if v_posted.status = 'posted' then
        select a.reason into reason from public.apply_returns(p_invoice_id, p_now) as a;
      end if;
    else
      reason := 'ledger_' || v_posted.status;
    end if;
  end if;

  outcome := case when reason is null then 'booked' else 'quarantined' end;
  update public.stripe_event e
     set state = case when settle_top_up.reason is null then 'done' else 'quarantined' end,
         reason = settle_top_up.reason,
         done_at = clock_timestamp()
   where e.id = any (p_event_ids) and e.state in ('received', 'failed');
end
$$;
