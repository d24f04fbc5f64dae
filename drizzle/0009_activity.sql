-- What follows from usage being written down, whoever writes it, under the account's lock. It is added up by day. And usage
-- that moves no money, because a subscription covers it or it costs nothing, has no posting and so no moment of its own: it
-- is given one, so that in an account no two things share a moment, by which the pages of its activity are cut.
-- `recorded_at` is told anew, since it rises in an account only where the lock is held.
CREATE FUNCTION note_usage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_event record;
  v_account bigint;
  v_known timestamptz;
  v_at timestamptz;
  v_accounts bigint[] := '{}';
  v_ids text[] := '{}';
  v_moments timestamptz[] := '{}';
BEGIN
  PERFORM ledger.lock_account(account_id) FROM (SELECT DISTINCT account_id FROM added ORDER BY account_id) AS ordered;
  INSERT INTO usage_day AS d (account_id, day, kind, attribution, events, amount_micros)
    SELECT account_id, (occurred_at AT TIME ZONE 'UTC')::date, coalesce(kind, 'other'), attribution, count(*), sum(amount_micros)
      FROM added GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (account_id, day, kind, attribution) DO UPDATE
      SET events = d.events + excluded.events, amount_micros = d.amount_micros + excluded.amount_micros;

  FOR v_event IN
    SELECT account_id, id, occurred_at FROM added
      WHERE (attribution = 'entitlement' OR amount_micros = 0) AND placed_at IS NULL
      ORDER BY account_id, occurred_at, id
  LOOP
    IF v_event.account_id IS DISTINCT FROM v_account THEN
      v_account := v_event.account_id;
      v_at := NULL;
      SELECT max(last_moment) INTO v_known FROM ledger.ledger_account WHERE account_id = v_account AND id IN (1, 6, 7);
    END IF;
    v_at := greatest(v_event.occurred_at, v_at + interval '1 microsecond');
    IF v_at <= v_known THEN v_at := ledger.moment_after(v_account, v_at, v_known); END IF;
    v_accounts := v_accounts || v_account;
    v_ids := v_ids || v_event.id;
    v_moments := v_moments || v_at;
  END LOOP;
  IF cardinality(v_ids) = 0 THEN RETURN NULL; END IF;
  UPDATE usage_event u SET placed_at = place.at, recorded_at = clock_timestamp()
    FROM unnest(v_accounts, v_ids, v_moments) AS place (account_id, id, at)
    WHERE u.account_id = place.account_id AND u.id = place.id;
  UPDATE ledger.ledger_account a SET last_moment = greatest(a.last_moment, place.latest)
    FROM (SELECT account_id, max(at) AS latest FROM unnest(v_accounts, v_moments) AS place (account_id, at) GROUP BY 1) AS place
    WHERE a.account_id = place.account_id AND a.id = 1;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER usage_event_noted AFTER INSERT ON usage_event REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_usage();
--> statement-breakpoint
-- Rows of today are rewritten by every batch.
ALTER TABLE usage_day SET (fillfactor = 60);
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON usage_day FROM talktime_app;
--> statement-breakpoint
GRANT SELECT ON usage_day, overdraft_collection TO talktime_readonly;
--> statement-breakpoint
-- What an account's activity shows must be in it once and at a moment of its own. Empty: it is.
CREATE VIEW activity_violation WITH (security_invoker = true) AS
  SELECT 'usage_not_placed' AS law, account_id, NULL::bigint AS row_id, id AS detail
    FROM usage_event WHERE (posting_id IS NULL) = (placed_at IS NULL)
  UNION ALL
  SELECT 'moment_taken_twice', u.account_id, p.id, u.id
    FROM usage_event u JOIN ledger.posting p ON p.account_id = u.account_id AND p.occurred_at = u.placed_at
  UNION ALL
  SELECT 'usage_posted_differently', u.account_id, p.id, u.id
    FROM usage_event u JOIN ledger.posting p ON p.account_id = u.account_id AND p.id = u.posting_id
    WHERE (p.code, p.reference, p.total_micros) <> ('usage', 'usage:' || u.id, u.amount_micros)
  UNION ALL
  SELECT 'usage_day_wrong', account_id, NULL, day || ' ' || kind || ' ' || attribution
    FROM usage_day d
    FULL JOIN (
      SELECT account_id, (occurred_at AT TIME ZONE 'UTC')::date AS day, coalesce(kind, 'other') AS kind, attribution,
          count(*) AS events, sum(amount_micros) AS amount_micros
        FROM usage_event GROUP BY 1, 2, 3, 4
    ) AS told USING (account_id, day, kind, attribution)
    WHERE (d.events, d.amount_micros) IS DISTINCT FROM (told.events, told.amount_micros);
--> statement-breakpoint
GRANT SELECT ON activity_violation TO talktime_readonly;
--> statement-breakpoint
-- Up to p_limit things of an account before p_before, newest first: postings, and usage without one. `before` is the moment
-- with its six digits; `change_micros` is what it did to the wallet, `balance_micros` what the wallet then held: as booked,
-- and for usage without a posting as after the posting before it. p_posting_max and p_recorded_max leave out what was
-- booked after activity_bound answered them. Each source is read along its own index, newest first, and no further than the
-- page: the settings keep it so for accounts of every size, whatever a cached plan believes of the average one.
CREATE FUNCTION read_activity(
  p_account bigint, p_filter text, p_before timestamptz, p_limit integer,
  p_posting_max bigint DEFAULT 9223372036854775807, p_recorded_max timestamptz DEFAULT 'infinity'
) RETURNS TABLE (
  occurred_at text, code text, reference text, micros bigint, change_micros bigint, balance_micros bigint,
  target_code text, target_reference text, fare_name text, number text, billed_quantity bigint, attribution text,
  paid_interval text, paid_quantity integer, collected_by text
) LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off AS $$
BEGIN
  RETURN QUERY
    SELECT to_char(item.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        item.code, item.reference, coalesce(item.total_micros, event.amount_micros),
        CASE
          WHEN item.code IN ('usage', 'rent', 'hold', 'expiry') THEN coalesce(-item.total_micros, 0)
          WHEN item.code = 'subscription' THEN 0
          WHEN item.code IN ('reversal', 'refund', 'dispute') THEN item.balance_micros - coalesce(earlier.balance_micros, 0)
          ELSE item.total_micros
        END,
        coalesce(item.balance_micros, carried.balance_micros, 0),
        target.code::text, target.reference::text, event.fare_name, coalesce(event.number, rented.number),
        event.billed_quantity, event.attribution, paid.interval, paid.quantity, collected.stripe_invoice_id
      FROM (
        (SELECT p.occurred_at AS at, p.id, p.code::text, p.reference::text, p.total_micros::bigint, p.balance_micros, p.target_id
          FROM ledger.posting p
          WHERE p_filter = 'all' AND p.account_id = p_account AND p.occurred_at < p_before AND p.id <= p_posting_max
          ORDER BY p.occurred_at DESC LIMIT p_limit)
        UNION ALL
        (SELECT p.occurred_at, p.id, p.code::text, p.reference::text, p.total_micros::bigint, p.balance_micros, p.target_id
          FROM ledger.posting p
          WHERE p_filter = 'usage' AND p.code IN ('usage', 'rent')
            AND p.account_id = p_account AND p.occurred_at < p_before AND p.id <= p_posting_max
          ORDER BY p.occurred_at DESC LIMIT p_limit)
        UNION ALL
        (SELECT p.occurred_at, p.id, p.code::text, p.reference::text, p.total_micros::bigint, p.balance_micros, p.target_id
          FROM ledger.posting p
          WHERE p_filter = 'payment-credits' AND p.code NOT IN ('usage', 'rent')
            AND p.account_id = p_account AND p.occurred_at < p_before AND p.id <= p_posting_max
          ORDER BY p.occurred_at DESC LIMIT p_limit)
        UNION ALL
        (SELECT u.placed_at, NULL, 'usage', 'usage:' || u.id, NULL, NULL, NULL
          FROM usage_event u
          WHERE p_filter <> 'payment-credits' AND u.account_id = p_account AND u.placed_at < p_before
            AND u.recorded_at <= p_recorded_max
          ORDER BY u.placed_at DESC LIMIT p_limit)
        ORDER BY 1 DESC LIMIT p_limit
      ) AS item
      LEFT JOIN LATERAL (
        SELECT u.fare_name, u.number, u.billed_quantity, u.attribution, u.amount_micros FROM usage_event u
          WHERE item.code = 'usage' AND u.account_id = p_account AND u.id = substr(item.reference, 7) LIMIT 1
      ) AS event ON true
      LEFT JOIN LATERAL (
        SELECT n.number FROM phone_number n
          WHERE item.code = 'rent' AND n.account_id = p_account AND n.id = split_part(item.reference, ':', 2) LIMIT 1
      ) AS rented ON true
      LEFT JOIN LATERAL (
        SELECT t.code, t.reference FROM ledger.posting t
          WHERE item.target_id IS NOT NULL AND t.account_id = p_account AND t.id = item.target_id LIMIT 1
      ) AS target ON true
      LEFT JOIN LATERAL (
        SELECT i.interval, i.quantity FROM subscription_invoice i
          WHERE (item.code = 'subscription' OR target.code = 'subscription')
            AND i.account_id = p_account AND i.id = coalesce(target.reference, item.reference) LIMIT 1
      ) AS paid ON true
      LEFT JOIN LATERAL (
        SELECT c.stripe_invoice_id FROM overdraft_collection c
          WHERE item.code = 'repayment' AND c.id = item.reference AND c.account_id = p_account LIMIT 1
      ) AS collected ON true
      LEFT JOIN LATERAL (
        SELECT b.balance_micros FROM ledger.posting b
          WHERE item.code IN ('reversal', 'refund', 'dispute') AND b.account_id = p_account AND b.id < item.id ORDER BY b.id DESC LIMIT 1
      ) AS earlier ON true
      LEFT JOIN LATERAL (
        SELECT b.balance_micros FROM ledger.posting b
          WHERE item.id IS NULL AND b.account_id = p_account AND b.occurred_at < item.at AND b.id <= p_posting_max
          ORDER BY b.occurred_at DESC LIMIT 1
      ) AS carried ON true
      ORDER BY item.at DESC;
END
$$;
--> statement-breakpoint
-- Tells what is booked now from what is booked later, for a reader who comes back for more: ids of postings and recording
-- moments of placed usage rise in an account in the order of its lock, which is held here while both are read.
CREATE FUNCTION activity_bound(p_account bigint, OUT posting_max bigint, OUT recorded_max timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ledger.lock_account(p_account);
  SELECT coalesce(max(id), 0) INTO posting_max FROM ledger.posting WHERE account_id = p_account;
  recorded_max := clock_timestamp();
END
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION note_usage, read_activity, activity_bound FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION read_activity, activity_bound TO talktime_app, talktime_readonly;
