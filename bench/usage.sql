-- A batch of usage with nothing around it: for each event its row, and one raw.post of raw.sql, in one statement and one
-- commit. Rated beforehand; no look at numbers and their modes, no repeats, no moments kept apart, nothing added up by day.
create table raw.usage_event (
  account_id bigint not null,
  id text not null,
  number_id text not null,
  kind text not null,
  quantity bigint not null,
  destination text,
  micros bigint not null,
  posting_id bigint not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (account_id, id)
);

create index usage_event_newest on raw.usage_event (account_id, occurred_at desc, id desc);

create function raw.book_usage(p_account bigint, p_events jsonb) returns void
language sql as $$
  insert into raw.usage_event (account_id, id, number_id, kind, quantity, destination, micros, posting_id, occurred_at)
  select p_account, e.id, e.number_id, e.kind, e.quantity, e.destination, e.micros,
      raw.post(p_account, 'usage', 'usage:' || e.id, 1000, 6, e.micros, e.occurred_at), e.occurred_at
    from jsonb_to_recordset(p_events) as e (id text, number_id text, kind text, quantity bigint, destination text,
      micros bigint, occurred_at timestamptz)
$$;
