-- Usage: what it costs by its fare, and how it is booked. Amounts are micro-dollars, times business time.

-- What was charged stays explained: versions of fares are added and never changed, whoever asks.
create function refuse_fare_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'a fare is never changed: add a version that begins later' using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger fare_append_only before update or delete on fare for each row execute function refuse_fare_change();
--> statement-breakpoint
create trigger fare_no_truncate before truncate on fare for each statement execute function refuse_fare_change();
--> statement-breakpoint
revoke update, delete on fare from talktime_app;
--> statement-breakpoint
-- What a new installation charges, from the first day on.
insert into fare (kind, prefix, effective_from, name, price_micros, increment_seconds, minimum_seconds) values
  ('call', '', '1970-01-01T00:00:00Z', 'Inbound call', 8500, 60, 60),
  ('call', '+', '1970-01-01T00:00:00Z', 'Outbound call, international', 250000, 60, 60),
  ('call', '+1', '1970-01-01T00:00:00Z', 'Outbound call, US and Canada', 14000, 6, 6),
  ('call', '+44', '1970-01-01T00:00:00Z', 'Outbound call, United Kingdom', 18000, 1, 30),
  ('call', '+49', '1970-01-01T00:00:00Z', 'Outbound call, Germany', 21500, 1, 30),
  ('sms', '', '1970-01-01T00:00:00Z', 'Inbound SMS', 4000, null, null),
  ('sms', '+', '1970-01-01T00:00:00Z', 'Outbound SMS, international', 60000, null, null),
  ('sms', '+1', '1970-01-01T00:00:00Z', 'Outbound SMS, US and Canada', 7900, null, null),
  ('sms', '+44', '1970-01-01T00:00:00Z', 'Outbound SMS, United Kingdom', 45000, null, null),
  ('sms', '+49', '1970-01-01T00:00:00Z', 'Outbound SMS, Germany', 92000, null, null);
--> statement-breakpoint
-- Books rated usage events, each once for its id, under the account's lock from the first look on: a number's release or
-- change of mode, and other batches, come before or after all of it. An event is for a number of the account (by id, or as
-- dialled) that it held when the event occurred, or for none. Who paid for the number then bears it: the wallet is
-- debited, without an overdraft limit, or it is written down as covered. Answers in the order given, with what is stored
-- under the id: recorded, duplicate (it came before), mismatch (it came before with another report), unknown_number. Tables
-- are read along their keys, one event after the other, whatever a plan that was made while they were small believes.
create function record_usage(
  p_account bigint, p_ids text[], p_number_ids text[], p_numbers text[], p_kinds text[], p_destinations text[],
  p_quantities bigint[], p_fare_names text[], p_billed bigint[], p_micros bigint[], p_occurred_at timestamptz[],
  p_now timestamptz
) returns table (outcome text, fare_name text, billed_quantity bigint, amount_micros bigint, attribution text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  -- What is new, in the order in which it occurred.
  v_positions integer[];
  v_number_ids text[];
  v_numbers text[];
  v_attributions text[];
  -- Of these, what the wallet pays.
  v_places integer[];
  v_references text[];
  v_micros bigint[];
  v_moments timestamptz[];
  v_postings bigint[];
  v_booked boolean;
begin
  perform ledger.lock_account(p_account);
  -- A month's allowance is spent before anything else, also in the moments before the job has come to granting it.
  perform grant_allowance(p_account, p_now) from account_plan where account_id = p_account and next_grant_at <= p_now;

  select coalesce(array_agg(fresh.position order by fresh.occurred_at, fresh.position), '{}'),
      array_agg(fresh.number_id order by fresh.occurred_at, fresh.position),
      array_agg(fresh.number order by fresh.occurred_at, fresh.position),
      array_agg(case fresh.mode when 'FIXED' then 'entitlement' else 'wallet' end order by fresh.occurred_at, fresh.position)
    into v_positions, v_number_ids, v_numbers, v_attributions
    from (
      select distinct on (e.id) e.position::integer as position, e.occurred_at, held.id as number_id, held.number, held.mode
        from unnest(p_ids, p_number_ids, p_numbers, p_occurred_at) with ordinality
          as e (id, number_id, number, occurred_at, position)
        left join lateral (
          select n.id, n.number, m.mode
            from phone_number n
              join lateral (
                select mode.mode from number_mode mode
                  where mode.account_id = n.account_id and mode.number_id = n.id and mode.since <= e.occurred_at
                  order by mode.since desc limit 1
              ) as m on true
            where n.account_id = p_account and (n.id = e.number_id or e.number_id is null and n.number = e.number)
              and (n.released_at is null or e.occurred_at < n.released_at)
            limit 1
        ) as held on true
        where (held.id is not null or num_nonnulls(e.number_id, e.number) = 0)
          and (select true from usage_event u where u.account_id = p_account and u.id = e.id limit 1) is null
        order by e.id, e.position
    ) as fresh;

  select coalesce(array_agg(place order by place), '{}'), array_agg('usage:' || p_ids[position] order by place),
      array_agg(p_micros[position] order by place), array_agg(p_occurred_at[position] order by place)
    into v_places, v_references, v_micros, v_moments
    from unnest(v_positions, v_attributions) with ordinality as fresh (position, attribution, place)
    where fresh.attribution = 'wallet' and p_micros[fresh.position] > 0;

  if cardinality(v_places) > 0 then
    select array_agg(r.posting_id order by r.position), bool_and(r.status in ('posted', 'replayed'))
      into v_postings, v_booked
      from ledger.spend_batch(
        array_fill(p_account, array[cardinality(v_places)]), array_fill('usage'::text, array[cardinality(v_places)]),
        v_references, v_micros, array_fill(null::bigint, array[cardinality(v_places)]), v_moments,
        array_fill(p_now, array[cardinality(v_places)]), true
      ) with ordinality as r (status, posting_id, total_micros, balance_micros, answer, position);
    if v_booked is not true then
      raise exception 'account %: the ledger refused usage that has happened', p_account;
    end if;
  end if;

  insert into usage_event (account_id, id, number_id, number, kind, destination, quantity, fare_name, billed_quantity,
      amount_micros, attribution, posting_id, occurred_at)
    select p_account, e.id, fresh.number_id, fresh.number, e.kind, e.destination, e.quantity, e.fare_name, e.billed, e.micros,
        fresh.attribution, paid.posting_id, e.occurred_at
      from unnest(v_positions, v_number_ids, v_numbers, v_attributions) with ordinality
          as fresh (position, number_id, number, attribution, place)
        join unnest(p_ids, p_kinds, p_destinations, p_quantities, p_fare_names, p_billed, p_micros, p_occurred_at) with ordinality
          as e (id, kind, destination, quantity, fare_name, billed, micros, occurred_at, position) using (position)
        left join unnest(v_places, v_postings) as paid (place, posting_id) using (place)
      order by fresh.place;

  if cardinality(v_positions) = cardinality(p_ids) then
    return query
      select 'recorded', e.fare_name, e.billed, e.micros, fresh.attribution
        from unnest(p_fare_names, p_billed, p_micros) with ordinality as e (fare_name, billed, micros, position)
          join unnest(v_positions, v_attributions) as fresh (position, attribution) using (position)
        order by position;
    return;
  end if;

  return query
    select case
          when u.id is null then 'unknown_number'
          when e.position = any (v_positions) then 'recorded'
          when (u.kind, u.destination, u.quantity, u.occurred_at)
              is not distinct from (e.kind, e.destination, e.quantity, e.occurred_at)
            and case when e.number_id is null then u.number is not distinct from e.number else u.number_id = e.number_id end
          then 'duplicate'
          else 'mismatch' end,
        u.fare_name, u.billed_quantity, u.amount_micros, u.attribution
      from unnest(p_ids, p_number_ids, p_numbers, p_kinds, p_destinations, p_quantities, p_occurred_at) with ordinality
          as e (id, number_id, number, kind, destination, quantity, occurred_at, position)
        left join lateral (select * from usage_event where account_id = p_account and id = e.id limit 1) as u on true
      order by e.position;
end
$$;
--> statement-breakpoint
revoke execute on function refuse_fare_change, record_usage from public;
--> statement-breakpoint
grant execute on function record_usage to talktime_app;
