-- The same work with nothing around it: one insert and two guarded balance updates as one function, in tables keyed by the
-- account as the ledger's are. What a posting of the ledger is compared with: no transfers, no lock but the updates' own,
-- no grants and their order, no replay, no laws, no moments kept apart.
create schema raw;

create table raw.balance (
  account_id bigint not null,
  id bigint not null,
  micros bigint not null,
  primary key (account_id, id)
) with (fillfactor = 70);

create table raw.posting (
  account_id bigint not null,
  id bigint not null generated always as identity,
  code text not null,
  reference text not null,
  from_id bigint not null,
  to_id bigint not null,
  micros bigint not null check (micros > 0),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (account_id, id),
  unique (account_id, reference)
);

create function raw.post(
  p_account bigint, p_code text, p_reference text, p_from bigint, p_to bigint, p_micros bigint, p_occurred_at timestamptz
) returns bigint
language plpgsql as $$
declare
  v_id bigint;
begin
  insert into raw.posting (account_id, code, reference, from_id, to_id, micros, occurred_at)
  values (p_account, p_code, p_reference, p_from, p_to, p_micros, p_occurred_at) returning id into v_id;
  update raw.balance set micros = micros - p_micros where account_id = p_account and id = p_from and micros >= p_micros;
  if not found then raise exception 'insufficient'; end if;
  update raw.balance set micros = micros + p_micros
  where account_id = p_account and id = p_to and micros <= 1000000000000000 - p_micros;
  if not found then raise exception 'full'; end if;
  return v_id;
end $$;
