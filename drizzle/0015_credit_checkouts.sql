-- What an order grants is in the books as the order says. Empty: it is.
create view credit_order_violation with (security_invoker = true) as
  select 'paid_order_not_booked' as law, o.account_id, null::bigint as row_id, o.id as detail
  from credit_order o
  where o.state = 'paid' and not exists (
    select from ledger.posting p
    where p.account_id = o.account_id and p.reference = o.stripe_invoice_id and p.code = 'deposit_card')
  union all
  select 'order_grants_another_amount', o.account_id, p.id, o.id || ': ' || p.total_micros
  from credit_order o join ledger.posting p
    on p.account_id = o.account_id and p.reference = o.stripe_invoice_id and p.code = 'deposit_card'
  where o.state = 'paid' and p.total_micros <> coalesce(o.credit_micros, o.due_micros, p.total_micros)
  union all
  select 'order_books_another_payment', o.account_id, p.id, o.id || ': ' || paid.micros
  from credit_order o join ledger.posting p
    on p.account_id = o.account_id and p.reference = o.stripe_invoice_id and p.code = 'deposit_card'
  cross join lateral (
    select coalesce(sum(t.amount_micros), 0) as micros from ledger.transfer t
    where t.account_id = p.account_id and t.posting_id = p.id and t.from_id = 3) as paid
  where o.state = 'paid' and paid.micros <> least(p.total_micros, coalesce(o.due_micros, p.total_micros));
--> statement-breakpoint
grant select on credit_order_violation to talktime_app, talktime_readonly;
