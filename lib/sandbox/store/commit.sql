-- Applies everything one request did, or nothing: object writes guarded by the version that was read, events, one
-- delivery for each endpoint that wants an event, and the answer kept for the idempotency key. Raises SB001 when
-- something read has changed since; the caller then runs the request again.
create or replace function sandbox.commit(p jsonb) returns jsonb language plpgsql as $$
declare
  made jsonb;
  expected integer;
  changed integer;
begin
  if exists (
    select 1 from jsonb_to_recordset(p->'reads') as r(id text, version integer)
      left join sandbox.objects o using (id)
     where coalesce(o.version, 0) <> r.version
  ) then raise sqlstate 'SB001' using message = 'an object has changed since it was read'; end if;

  select count(*) into expected from jsonb_to_recordset(p->'writes') as w(version integer) where w.version > 0;
  with locked as (
    select o.id from sandbox.objects o
      join jsonb_to_recordset(p->'writes') as w(id text) using (id) order by o.id for update
  )
  update sandbox.objects o
     set version = w.version + 1, deleted = w.deleted, body = w.body, hidden = w.hidden, links = w.links,
         token = w.token, claim = w.claim, due = w.due
    from jsonb_to_recordset(p->'writes') as w(id text, version integer, deleted boolean, body jsonb, hidden jsonb,
                                              links text[], token text, claim text, due bigint)
   where o.id = w.id and o.version = w.version and w.version > 0 and o.id in (select id from locked);
  get diagnostics changed = row_count;
  if changed <> expected then
    raise sqlstate 'SB001' using message = 'an object has changed since it was read';
  end if;

  insert into sandbox.objects (id, kind, version, created, deleted, body, hidden, links, token, claim, due)
  select w.id, w.kind, 1, w.created, w.deleted, w.body, w.hidden, w.links, w.token, w.claim, w.due
    from rows from (jsonb_to_recordset(p->'writes') as (
           id text, kind text, version integer, created bigint, deleted boolean, body jsonb, hidden jsonb,
           links text[], token text, claim text, due bigint)) with ordinality
      as w(id, kind, version, created, deleted, body, hidden, links, token, claim, due, ordinal)
   where w.version = 0 order by w.ordinal;

  insert into sandbox.events (id, type, created, body)
  select e.id, e.type, e.created, e.body
    from rows from (jsonb_to_recordset(p->'events') as (id text, type text, created bigint, body jsonb))
         with ordinality as e(id, type, created, body, ordinal)
   order by e.ordinal;

  with wanted as (
    insert into sandbox.deliveries (event_id, endpoint_id, state, next_attempt_at)
    select e.id, o.id, 'waiting', clock_timestamp()
      from rows from (jsonb_to_recordset(p->'events') as (id text, type text))
           with ordinality as e(id, type, ordinal)
      join sandbox.objects o on o.kind = 'webhook_endpoint' and not o.deleted
       and o.body->>'status' = 'enabled' and o.body->'enabled_events' ?| array['*', e.type]
     order by e.ordinal, o.seq
    returning id, event_id, endpoint_id
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'eventId', event_id, 'endpointId', endpoint_id) order by id), '[]')
    into made from wanted;

  if p->'answer' <> 'null'::jsonb then
    insert into sandbox.answers (key, fingerprint, request_id, status, body, created)
    select a.key, a.fingerprint, a.request_id, a.status, a.body, a.created
      from jsonb_to_record(p->'answer')
        as a(key text, fingerprint text, request_id text, status integer, body text, created bigint)
    on conflict (key) do update
       set fingerprint = excluded.fingerprint, request_id = excluded.request_id, status = excluded.status,
           body = excluded.body, created = excluded.created
     where answers.created <= excluded.created - 86400;
    if not found then
      raise sqlstate 'SB001' using message = 'the idempotency key was used meanwhile';
    end if;
  end if;

  return made;
end $$;
