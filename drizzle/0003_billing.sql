-- The budget of calls to the payment provider, shared by every instance and the worker: one token bucket an endpoint and
-- one ('*') for all of them together. Unlogged: after a crash of the server the buckets begin full, which costs nothing.
CREATE UNLOGGED TABLE provider_call_budget (
  endpoint text PRIMARY KEY,
  tokens double precision NOT NULL,
  refilled_at timestamptz NOT NULL
);
--> statement-breakpoint
-- Takes up to p_wanted calls to each of the endpoints. A bucket holds a quarter of a second's calls, so no second sees more
-- than 1.25 times p_per_second (at 20: the 25 that Stripe allows an endpoint; all together four times that: its 100).
-- Reads leave two fifths of a bucket to purchases. wait_ms: when to ask again for the rest.
CREATE FUNCTION claim_provider_calls(
  p_endpoints text[], p_wanted integer, p_purchase boolean, p_per_second double precision,
  OUT granted integer, OUT wait_ms integer
) LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_names text[] := p_endpoints || '*'::text;
  v_locked integer;
  v_now timestamptz;
BEGIN
  PERFORM FROM provider_call_budget WHERE endpoint = ANY (v_names) ORDER BY endpoint FOR UPDATE;
  GET DIAGNOSTICS v_locked = ROW_COUNT;
  IF v_locked < cardinality(v_names) THEN
    INSERT INTO provider_call_budget (endpoint, tokens, refilled_at)
      SELECT name, p_per_second * 4, '-infinity' FROM unnest(v_names) AS name ORDER BY name
      ON CONFLICT DO NOTHING;
    PERFORM FROM provider_call_budget WHERE endpoint = ANY (v_names) ORDER BY endpoint FOR UPDATE;
  END IF;
  v_now := clock_timestamp();

  UPDATE provider_call_budget b
    SET tokens = least(
          greatest(1, rate / 4),
          CASE WHEN b.refilled_at = '-infinity' THEN b.tokens
               ELSE b.tokens + rate * greatest(0, extract(epoch FROM v_now - b.refilled_at)) END),
        refilled_at = greatest(v_now, b.refilled_at)
    FROM (SELECT name, p_per_second * CASE name WHEN '*' THEN 4 ELSE 1 END AS rate FROM unnest(v_names) AS name) AS r
    WHERE b.endpoint = r.name;

  SELECT greatest(0, least(p_wanted, floor(min(b.tokens - k.kept) + 1e-6)))::integer,
         ceil(max(1000 * greatest(0, 1 + k.kept - b.tokens) / k.rate))::integer
    INTO granted, wait_ms
    FROM provider_call_budget b
    CROSS JOIN LATERAL (SELECT p_per_second * CASE b.endpoint WHEN '*' THEN 4 ELSE 1 END AS rate) AS r
    CROSS JOIN LATERAL (
      SELECT r.rate, CASE WHEN p_purchase THEN 0 ELSE floor(greatest(1, r.rate / 4) * 0.4) END AS kept
    ) AS k
    WHERE b.endpoint = ANY (v_names);

  IF granted > 0 THEN
    UPDATE provider_call_budget SET tokens = tokens - granted WHERE endpoint = ANY (v_names);
    wait_ms := CASE WHEN granted < p_wanted THEN ceil(1000 / p_per_second) ELSE 0 END;
  END IF;
END
$$;
--> statement-breakpoint
-- What a caller's key stands for. Status: begun (order_id is to be paid: p_order, or the order of an earlier request whose
-- lease ran out), replayed (with the first answer), mismatch (the key came with another request), in_flight. `lease` is the
-- holder's token: whoever lost it to a later holder neither answers nor frees the key. p_replaces is an order of this same
-- request that came to nothing, begun with the lease p_held. A repeat of the same call finds what it began.
CREATE FUNCTION claim_checkout_key(
  p_account bigint, p_order text, p_key text, p_hash bytea, p_replaces text, p_held text, p_lease interval,
  OUT status text, OUT order_id text, OUT lease text, OUT answer jsonb
) LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_record idempotency_record;
  v_until timestamptz := clock_timestamp() + p_lease;
BEGIN
  status := 'begun';
  order_id := p_order;
  lease := v_until::text;
  LOOP
    INSERT INTO idempotency_record (account_id, key, request_hash, subject_id, leased_until)
      VALUES (p_account, p_key, p_hash, p_order, v_until)
      ON CONFLICT DO NOTHING;
    IF FOUND THEN RETURN; END IF;
    SELECT * INTO v_record FROM idempotency_record r
      WHERE r.account_id = p_account AND r.key = p_key FOR NO KEY UPDATE;
    -- Not found: its holder freed the key in between.
    EXIT WHEN FOUND;
  END LOOP;

  IF v_record.subject_id = p_order THEN NULL;
  ELSIF v_record.created_at < clock_timestamp() - interval '24 hours'
    OR (v_record.subject_id = p_replaces AND v_record.leased_until = p_held::timestamptz) THEN
    UPDATE idempotency_record r
      SET request_hash = p_hash, subject_id = p_order, answer = NULL, created_at = clock_timestamp()
      WHERE r.account_id = p_account AND r.key = p_key;
  ELSIF v_record.request_hash <> p_hash THEN status := 'mismatch'; RETURN;
  ELSIF v_record.answer IS NOT NULL THEN status := 'replayed'; answer := v_record.answer; RETURN;
  ELSIF v_record.leased_until > clock_timestamp() THEN status := 'in_flight'; RETURN;
  ELSE order_id := v_record.subject_id;
  END IF;
  UPDATE idempotency_record r SET leased_until = v_until WHERE r.account_id = p_account AND r.key = p_key;
END
$$;
--> statement-breakpoint
-- Begins a purchase of credits: the order row, and what the caller's key stands for. p_due is what is to be paid and p_credit
-- what that grants; null and null: whatever the customer pays. Status as of claim_checkout_key, or no_customer, subscribed
-- (nothing was written), unknown_account. Lease null: without a key. Idempotent in p_order.
CREATE FUNCTION begin_credits_checkout(
  p_account bigint, p_order text, p_livemode boolean, p_requested_by text, p_due bigint, p_credit bigint, p_key text,
  p_hash bytea, p_replaces text, p_held text, p_lease interval, p_now timestamptz,
  OUT status text, OUT order_id text, OUT customer_id text, OUT lease text, OUT answer jsonb
) LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  SELECT stripe_customer_id INTO customer_id FROM account WHERE id = p_account;
  IF NOT FOUND THEN status := 'unknown_account'; RETURN; END IF;
  IF account_is_subscribed(p_account, p_now) THEN status := 'subscribed'; RETURN; END IF;
  IF customer_id IS NULL THEN status := 'no_customer'; RETURN; END IF;

  status := 'begun';
  order_id := p_order;
  IF p_key IS NOT NULL THEN
    SELECT c.status, c.order_id, c.lease, c.answer INTO status, order_id, lease, answer
      FROM claim_checkout_key(p_account, p_order, p_key, p_hash, p_replaces, p_held, p_lease) AS c;
    IF status <> 'begun' THEN RETURN; END IF;
    -- Taken up again after the price has changed: nobody was given the Checkout of the order at the old one.
    IF order_id <> p_order AND NOT EXISTS (
      SELECT FROM credit_order o WHERE o.account_id = p_account AND o.id = order_id
        AND o.due_micros IS NOT DISTINCT FROM p_due AND o.credit_micros IS NOT DISTINCT FROM p_credit)
    THEN
      UPDATE credit_order o SET state = 'expired'
        WHERE o.account_id = p_account AND o.id = order_id AND o.state = 'created';
      UPDATE idempotency_record r SET subject_id = p_order WHERE r.account_id = p_account AND r.key = p_key;
      order_id := p_order;
    END IF;
  END IF;

  IF order_id = p_order THEN
    UPDATE credit_order o SET state = 'expired'
      WHERE o.id = p_replaces AND o.account_id = p_account AND o.state = 'created';
    INSERT INTO credit_order
        (id, account_id, stripe_customer_id, livemode, due_micros, credit_micros, requested_by, created_at)
      VALUES (p_order, p_account, customer_id, p_livemode, p_due, p_credit, p_requested_by, p_now)
      ON CONFLICT (id) DO NOTHING;
  END IF;
  SELECT o.stripe_customer_id INTO STRICT customer_id
    FROM credit_order o WHERE o.account_id = p_account AND o.id = order_id;
END
$$;
--> statement-breakpoint
-- Keeps what the provider made for an order and what the caller was told, the latter for whoever still holds the lease. An
-- order that was settled meanwhile stays settled.
CREATE FUNCTION finish_credits_checkout(
  p_account bigint, p_order text, p_session text, p_key text, p_lease text, p_answer jsonb
) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE credit_order
    SET stripe_session_id = p_session, state = CASE state WHEN 'created' THEN 'open' ELSE state END
    WHERE account_id = p_account AND id = p_order;
  IF p_key IS NOT NULL THEN
    UPDATE idempotency_record SET answer = p_answer, leased_until = NULL
      WHERE account_id = p_account AND key = p_key AND subject_id = p_order AND leased_until = p_lease::timestamptz;
  END IF;
END
$$;
--> statement-breakpoint
-- Frees the key of an order that nobody was given an answer for, for whoever still holds the lease.
CREATE FUNCTION release_checkout_key(p_account bigint, p_order text, p_key text, p_lease text)
RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM idempotency_record
    WHERE account_id = p_account AND key = p_key AND subject_id = p_order AND leased_until = p_lease::timestamptz
$$;
--> statement-breakpoint
-- Everything the billing page shows that is ours, in one round trip: amounts in micro-dollars as text, newest rows first.
-- Where the account has a customer at the provider, one call to each of p_endpoints is claimed on the way, and to each of
-- p_subscribed_endpoints where it has a subscription (p_endpoints null: none, as for the read-only role); `claimed` says
-- whether it was granted. Balance null: the books were never opened. Subscription null: none counts as active.
CREATE FUNCTION read_billing(
  p_account bigint, p_now timestamptz, p_endpoints text[], p_subscribed_endpoints text[], p_per_second double precision,
  OUT balance_micros bigint, OUT below_zero_since timestamptz, OUT release_paused boolean, OUT covered_ms bigint, OUT customer_id text,
  OUT subscription json, OUT numbers json, OUT deposits json, OUT usage json, OUT claimed boolean
) LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  SELECT a.stripe_customer_id INTO customer_id FROM account a WHERE a.id = p_account;
  SELECT b.balance_micros, b.below_zero_since INTO balance_micros, below_zero_since
    FROM ledger.balance(p_account, p_now) AS b;
  release_paused := release_is_paused(p_account);
  covered_ms := CASE WHEN below_zero_since IS NULL THEN 0
    ELSE floor(extract(epoch FROM covered_since(p_account, below_zero_since)) * 1000) END;

  SELECT coalesce(json_agg(json_build_object('id', n.id, 'number', n.number, 'nickname', n.nickname, 'mode', n.mode)), '[]')
    INTO numbers
    FROM (SELECT * FROM phone_number WHERE account_id = p_account AND released_at IS NULL ORDER BY created_at, id) AS n;

  SELECT coalesce(json_agg(json_build_object(
      'occurredAt', d.occurred_at, 'code', d.code, 'reference', d.reference, 'micros', d.total_micros::text)), '[]')
    INTO deposits
    FROM (
      SELECT * FROM ledger.posting
        WHERE account_id = p_account AND code IN ('deposit_card', 'deposit_welcome', 'deposit_manual')
        ORDER BY occurred_at DESC LIMIT 20
    ) AS d;

  SELECT coalesce(json_agg(json_build_object(
      'occurredAt', u.occurred_at, 'fareName', u.fare_name, 'number', u.number, 'billedQuantity', u.billed_quantity,
      'micros', u.amount_micros::text, 'attribution', u.attribution)), '[]')
    INTO usage
    FROM (SELECT * FROM usage_event WHERE account_id = p_account ORDER BY occurred_at DESC, id DESC LIMIT 20) AS u;

  SELECT json_build_object('id', s.stripe_subscription_id, 'periodStart', s.period_start, 'periodEnd', s.period_end,
      'quantity', s.units, 'interval', s.interval, 'covers', s.covered_since IS NOT NULL)
    INTO subscription
    FROM subscription s WHERE s.account_id = p_account AND is_subscribed(s, p_now);

  claimed := false;
  IF customer_id IS NOT NULL AND p_endpoints IS NOT NULL THEN
    SELECT c.granted = 1 INTO claimed
      FROM claim_provider_calls(
        CASE WHEN subscription IS NULL THEN p_endpoints ELSE p_endpoints || p_subscribed_endpoints END,
        1, false, p_per_second) AS c;
  END IF;
END
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION claim_provider_calls, claim_checkout_key, begin_credits_checkout, finish_credits_checkout,
  release_checkout_key, read_billing FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION claim_provider_calls, claim_checkout_key, begin_credits_checkout, finish_credits_checkout,
  release_checkout_key TO talktime_app;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION read_billing TO talktime_app, talktime_readonly;
