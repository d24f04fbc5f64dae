-- The program's own tables. All statements may run again on a database that has them.

create schema if not exists sandbox;

create table if not exists sandbox.settings (name text primary key, value text not null);

create sequence if not exists sandbox.invoice_number;

create table if not exists sandbox.objects (
  id text primary key,
  kind text not null,
  seq bigint generated always as identity,
  version integer not null,
  created bigint not null,
  deleted boolean not null default false,
  body jsonb not null,
  hidden jsonb not null,
  links text[] not null,
  token text unique,
  claim text unique,
  due bigint
);
create index if not exists objects_newest on sandbox.objects (kind, created desc, seq desc);
-- Without a pending list, which every search would have to read through after many writes.
create index if not exists objects_links on sandbox.objects using gin (links) with (fastupdate = off);
create index if not exists objects_due on sandbox.objects (due) where due is not null;

create table if not exists sandbox.events (
  id text primary key,
  seq bigint generated always as identity,
  type text not null,
  created bigint not null,
  body jsonb not null
);
create index if not exists events_newest on sandbox.events (created desc, seq desc);

create table if not exists sandbox.deliveries (
  id bigint generated always as identity primary key,
  event_id text not null references sandbox.events,
  endpoint_id text not null,
  state text not null check (state in ('waiting', 'delivered', 'failed', 'dropped')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  last_status integer,
  last_error text,
  check ((state = 'waiting') = (next_attempt_at is not null))
);
create index if not exists deliveries_event on sandbox.deliveries (event_id);
create index if not exists deliveries_waiting on sandbox.deliveries (next_attempt_at) where state = 'waiting';
create index if not exists deliveries_unfinished on sandbox.deliveries (event_id) where state <> 'delivered';

create table if not exists sandbox.answers (
  key text primary key,
  fingerprint text not null,
  request_id text not null,
  status integer not null,
  body text not null,
  created bigint not null
);
