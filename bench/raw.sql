-- The same work with nothing around it: one insert and two guarded balance updates as one function. What a posting of the
-- ledger is compared with; it has no transfers, no locks but the updates' own, no grants, no replay and no foreign keys.
create schema raw;

create table raw.balance (
  id bigint primary key,
  micros bigint not null
) with (fillfactor = 70);

create table raw.posting (
  id bigint generated always as identity primary key,
  reference text not null unique,
  from_id bigint not null,
  to_id bigint not null,
  micros bigint not null check (micros > 0),
  recorded_at timestamptz not null default clock_timestamp()
);

create function raw.post(p_reference text, p_from bigint, p_to bigint, p_micros bigint) returns bigint
language plpgsql as $$
declare
  v_id bigint;
begin
  insert into raw.posting (reference, from_id, to_id, micros) values (p_reference, p_from, p_to, p_micros) returning id into v_id;
  update raw.balance set micros = micros - p_micros where id = p_from and micros >= p_micros;
  if not found then raise exception 'insufficient'; end if;
  update raw.balance set micros = micros + p_micros where id = p_to and micros <= 1000000000000000 - p_micros;
  if not found then raise exception 'full'; end if;
  return v_id;
end $$;
