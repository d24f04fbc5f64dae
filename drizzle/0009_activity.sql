-- Usage that moves no money, because a subscription covers it or it costs nothing, has no posting and so no moment of its
-- own. It is given one here, under the account's lock, so that in an account no two things share a moment: pages of its
-- activity are cut by it. `recorded_at` is told anew, since it rises in an account only where the lock is held.
CREATE FUNCTION place_usage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET ledger.writer = 'on' AS $$
DECLARE
  v_account bigint;
  v_event record;
  v_known timestamptz;
  v_at timestamptz;
  v_ids text[];
  v_moments timestamptz[];
BEGIN
  FOR v_account IN
    SELECT DISTINCT account_id FROM added
      WHERE (attribution = 'entitlement' OR amount_micros = 0) AND placed_at IS NULL ORDER BY account_id
  LOOP
    PERFORM ledger.lock_account(v_account);
    SELECT max(last_moment) INTO v_known FROM ledger.ledger_account WHERE account_id = v_account AND id IN (1, 6, 7);
    v_at := NULL; v_ids := '{}'; v_moments := '{}';
    FOR v_event IN
      SELECT id, occurred_at FROM added
        WHERE account_id = v_account AND (attribution = 'entitlement' OR amount_micros = 0) AND placed_at IS NULL
        ORDER BY occurred_at, id
    LOOP
      v_at := greatest(v_event.occurred_at, v_at + interval '1 microsecond');
      IF v_at <= v_known THEN v_at := ledger.moment_after(v_account, v_at, v_known); END IF;
      v_ids := v_ids || v_event.id;
      v_moments := v_moments || v_at;
    END LOOP;
    UPDATE usage_event u SET placed_at = place.at, recorded_at = clock_timestamp()
      FROM unnest(v_ids, v_moments) AS place (id, at)
      WHERE u.account_id = v_account AND u.id = place.id;
    UPDATE ledger.ledger_account SET last_moment = greatest(last_moment, v_at) WHERE account_id = v_account AND id = 1;
  END LOOP;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER usage_event_placed AFTER INSERT ON usage_event REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION place_usage();
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
    WHERE (p.code, p.reference, p.total_micros) <> ('usage', 'usage:' || u.id, u.amount_micros);
--> statement-breakpoint
GRANT SELECT ON activity_violation TO talktime_readonly;
