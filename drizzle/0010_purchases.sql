-- Buying with a saved payment method, without a browser: what was begun stays, and changes by functions only.
revoke insert, update, delete on purchase from talktime_app;
--> statement-breakpoint
grant select (id, account_id, "trigger", amount_micros, payment_method_id, method_type, method_brand, method_last4, state, failure_code,
  decline_code, stripe_invoice_id, balance_before_micros, balance_after_micros, posting_id, created_at, settled_at)
  on purchase to talktime_readonly;
