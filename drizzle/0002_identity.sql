-- Who is asking, and may they ask again already: one round trip. Real time throughout (clock_timestamp), since
-- sessions, keys and throttles are about the world outside, not about business dates.

alter table rate_limit set unlogged;
--> statement-breakpoint
-- Half-empty pages keep the updates of a bucket on its page, so that no index entry is written.
alter table rate_limit set (fillfactor = 50);
--> statement-breakpoint
-- Takes up to p_wanted requests from a bucket that refills at p_per_minute and holds p_burst (GCRA): how many were there, and
-- the whole seconds until the next one is, null where all were. The row's lock makes it exact however many callers race.
create function take_up_to(
  p_bucket text, p_per_minute double precision, p_burst integer, p_wanted integer, out granted integer, out wait_seconds integer
) language plpgsql as $$
declare
  v_step constant interval := make_interval(secs => 60 / p_per_minute);
  v_now timestamptz;
  v_full_at timestamptz;
begin
  if p_wanted <= p_burst then
    insert into rate_limit as bucket (bucket, full_at) values (p_bucket, clock_timestamp() + v_step * p_wanted)
      on conflict on constraint rate_limit_pkey do update
        set full_at = greatest(bucket.full_at, clock_timestamp()) + v_step * p_wanted
        where greatest(bucket.full_at, clock_timestamp()) + v_step * p_wanted <= clock_timestamp() + v_step * p_burst;
    if found then
      granted := p_wanted;
      return;
    end if;
  end if;
  -- Not all of them are there. A bucket that is full may be cleared away at any moment.
  loop
    select bucket.full_at into v_full_at from rate_limit as bucket where bucket.bucket = p_bucket for update;
    exit when found;
    insert into rate_limit (bucket, full_at) values (p_bucket, clock_timestamp()) on conflict do nothing;
  end loop;
  v_now := clock_timestamp();
  v_full_at := greatest(v_full_at, v_now);
  granted := greatest(0, least(p_wanted,
    floor(extract(epoch from v_now + v_step * p_burst - v_full_at) / extract(epoch from v_step))));
  if granted > 0 then
    v_full_at := v_full_at + v_step * granted;
    update rate_limit as bucket set full_at = v_full_at where bucket.bucket = p_bucket;
  end if;
  if granted < p_wanted then
    wait_seconds := greatest(1, ceil(extract(epoch from v_full_at + v_step - v_step * p_burst - v_now)));
  end if;
end
$$;
--> statement-breakpoint
-- Takes one request from such a bucket. Null when it was there; else the whole seconds until it is.
create function take_from_bucket(p_bucket text, p_per_minute double precision, p_burst integer) returns integer
language sql as $$
  select wait_seconds from take_up_to(p_bucket, p_per_minute, p_burst, 1)
$$;
--> statement-breakpoint
create type identification as (
  -- ok | unauthenticated | absent | lapsed | limited | action_limited; the fields below are null unless the credential is
  -- good. absent: it is good, but not for the organisation that was named, or there is no such organisation. lapsed: it
  -- stands for a look into an account that is over.
  status text,
  -- How many of the requests that ask together are answered so; the others are limited, until retry_after_seconds are over.
  granted integer,
  retry_after_seconds integer,
  account_id bigint,
  account_name text,
  -- The API key's id, or null for a person's credential.
  key_id text,
  -- The access token's id and whether it stands for a sign-in, or null for others.
  token_id bigint,
  token_kind text,
  -- What a key may do, or to what a token is confined; null for a session.
  scopes text[],
  user_id uuid,
  email text,
  name text,
  is_staff boolean,
  -- `impersonator` for staff who look into the account; null for a key.
  role text,
  -- Their look, with what the banner shows of it; null for everyone else.
  impersonation jsonb
);
--> statement-breakpoint
-- An API key that may be used now. Revocation and expiry are read here, in the statement that serves the request:
-- nothing is cached, so a revoked key is dead at once.
-- Where a slug is named (null = none), it must be its account's.
create function identify_api_key(p_hash bytea, p_slug text) returns identification
language plpgsql as $$
declare
  v_answer identification;
  v_last_used_at timestamptz;
begin
  select case when account.slug = coalesce(p_slug, account.slug) then 'ok' else 'absent' end,
      key.account_id, account.name, key.id, key.scopes, key.last_used_at
    into v_answer.status, v_answer.account_id, v_answer.account_name, v_answer.key_id, v_answer.scopes, v_last_used_at
    from api_key as key join account on account.id = key.account_id
    where key.key_hash = p_hash and key.revoked_at is null
      and (key.expires_at is null or key.expires_at > clock_timestamp());
  if found and coalesce(v_last_used_at < clock_timestamp() - interval '60 seconds', true) then
    update api_key set last_used_at = clock_timestamp() where id = (
      select id from api_key where id = v_answer.key_id and last_used_at is not distinct from v_last_used_at
      for no key update skip locked);
  end if;
  return v_answer;
end
$$;
--> statement-breakpoint
-- The membership with which a person acts: in the organisation that is named, or where none is (p_slug null) in their
-- preferred account; and where they are no member of that one, perhaps their oldest. No row where there is none.
create function acting_membership(p_user_id uuid, p_slug text, p_preferred_id bigint, p_or_oldest boolean)
returns table (account_id bigint, account_name text, role text)
language sql stable as $$
  select account.id, account.name, member.role
    from member join account on account.id = member.account_id
    where member.user_id = p_user_id and account.slug = coalesce(p_slug, account.slug)
      and (p_or_oldest or p_slug is not null or account.id = p_preferred_id)
    order by (account.id = p_preferred_id) is true desc, member.created_at, member.account_id
    limit 1
$$;
--> statement-breakpoint
-- A live session of someone who is a member somewhere. Membership and role are read here, in the statement that serves the
-- request, so that a change of either counts from the next one on.
create function identify_session(p_hash bytea, p_slug text) returns identification
language plpgsql as $$
declare
  v_answer identification;
  v_token constant text := encode(p_hash, 'hex');
  v_last_used_at timestamptz;
  v_impersonation bigint;
begin
  select case when acting.role is null then 'absent' else 'ok' end, acting.account_id, acting.account_name,
      person.id, person.email, person.name, person.is_staff, acting.role, session.last_used_at, session.impersonation_id
    into v_answer.status, v_answer.account_id, v_answer.account_name, v_answer.user_id, v_answer.email, v_answer.name,
      v_answer.is_staff, v_answer.role, v_last_used_at, v_impersonation
    from session
      join "user" as person on person.id = session.user_id
      left join lateral acting_membership(person.id, p_slug, session.account_id, true) as acting on true
    where session.session_token = v_token and session.expires > clock_timestamp()
      and session.last_used_at > clock_timestamp() - interval '7 days'
      and (acting.role is not null or p_slug is not null);
  if found and v_last_used_at < clock_timestamp() - interval '60 seconds' then
    update session set last_used_at = clock_timestamp() where session_token = (
      select session_token from session where session_token = v_token and last_used_at = v_last_used_at
      for no key update skip locked);
  end if;
  if v_impersonation is not null then return identify_impersonator(v_answer, v_impersonation, p_slug); end if;
  return v_answer;
end
$$;
--> statement-breakpoint
-- An access token that may be used now. Without a named organisation it acts for its own account alone: one made in an
-- account that its person has left since is nobody's.
create function identify_token(p_hash bytea, p_slug text) returns identification
language plpgsql as $$
declare
  v_answer identification;
  v_last_used_at timestamptz;
begin
  select case when acting.role is null then 'absent' else 'ok' end, acting.account_id, acting.account_name, token.id,
      token.kind, token.abilities, person.id, person.email, person.name, person.is_staff, acting.role, token.last_used_at
    into v_answer.status, v_answer.account_id, v_answer.account_name, v_answer.token_id, v_answer.token_kind,
      v_answer.scopes, v_answer.user_id, v_answer.email, v_answer.name, v_answer.is_staff, v_answer.role, v_last_used_at
    from access_token as token
      join "user" as person on person.id = token.user_id
      left join lateral acting_membership(person.id, p_slug, token.account_id, false) as acting on true
    where token.token_hash = p_hash and token.revoked_at is null
      and (token.expires_at is null or token.expires_at > clock_timestamp())
      and (acting.role is not null or p_slug is not null);
  if found and coalesce(v_last_used_at < clock_timestamp() - interval '60 seconds', true) then
    update access_token set last_used_at = clock_timestamp() where id = (
      select id from access_token where id = v_answer.token_id and last_used_at is not distinct from v_last_used_at
      for no key update skip locked);
  end if;
  return v_answer;
end
$$;
--> statement-breakpoint
-- Authentication and rate limit of one request, or of p_count that one caller sends at once, which name no action and are no
-- session's. A bad credential takes from its client's bucket of failures and is `limited` once that is empty (account_id is
-- null then); a good one takes from the caller's own bucket (p_requests_per_minute null = from none), then from that of a sensitive action (p_action null = none), and is `action_limited` once only that
-- is empty. That one is the account's, so only a caller who may take the action takes from it, a key or token by
-- p_action_scope, a person by p_action_roles: whoever may not do it cannot keep those who may from it either.
-- A client's failures never throttle a good credential: many customers share one address. Staff who look into an account
-- take from buckets of their own in its stead: a look costs its customer nothing. They leave behind p_view, what is asked
-- for, unless they asked too much to be answered: nobody fills the customer's access log faster than they can look.
create function identify(
  p_kind text, p_hash bytea, p_slug text, p_view text, p_client text,
  p_failures_per_minute double precision, p_failures_burst integer,
  p_requests_per_minute double precision, p_requests_burst integer, p_count integer,
  p_action text, p_action_scope text, p_action_roles text[],
  p_actions_per_minute double precision, p_actions_burst integer
) returns identification
language plpgsql as $$
declare
  v_answer identification;
begin
  if p_kind = 'api-key' then v_answer := identify_api_key(p_hash, p_slug);
  elsif p_kind = 'session' then v_answer := identify_session(p_hash, p_slug);
  elsif p_kind = 'token' then v_answer := identify_token(p_hash, p_slug);
  end if;
  v_answer.granted := p_count;
  if v_answer.status is null then
    select granted, wait_seconds into v_answer.granted, v_answer.retry_after_seconds
      from take_up_to('failed:' || p_client, p_failures_per_minute, p_failures_burst, p_count);
    v_answer.status := case when v_answer.granted > 0 then 'unauthenticated' else 'limited' end;
    return v_answer;
  end if;
  -- A person's browser, their tokens and the programs of the account have a bucket each: a busy program never locks its
  -- owner out.
  if p_requests_per_minute is not null then
    select granted, wait_seconds into v_answer.granted, v_answer.retry_after_seconds
      from take_up_to(
        case when v_answer.user_id is null then 'account:' || v_answer.account_id
          when v_answer.token_id is null then 'user:' || v_answer.user_id
          else 'tokens:' || v_answer.user_id end,
        p_requests_per_minute, p_requests_burst, p_count);
    if v_answer.granted = 0 then
      v_answer.status := 'limited';
      return v_answer;
    end if;
  end if;
  if v_answer.status = 'ok' and p_action is not null
    and (v_answer.scopes is null or v_answer.scopes && array['*', p_action_scope])
    and (v_answer.role is null or v_answer.role = any (p_action_roles))
  then
    v_answer.retry_after_seconds := take_from_bucket(
      p_action || case when v_answer.role = 'impersonator' then ':staff:' || v_answer.user_id
        else ':' || v_answer.account_id end,
      p_actions_per_minute, p_actions_burst);
    if v_answer.retry_after_seconds is not null then v_answer.status := 'action_limited'; end if;
  end if;
  if v_answer.impersonation is not null then
    insert into access_view (impersonation_id, at, method, path)
      values ((v_answer.impersonation ->> 'id')::bigint, clock_timestamp(), split_part(p_view, ' ', 1),
        substr(p_view, strpos(p_view, ' ') + 1));
  end if;
  return v_answer;
end
$$;
--> statement-breakpoint
-- The name of an organisation in addresses, out of the name that people call it by, or out of an e-mail address without
-- its host: a to z, digits and single hyphens between them, 40 characters at most.
create function slug_of(p_name text) returns text
language sql immutable as $$
  select coalesce(nullif(trim(both '-' from left(regexp_replace(
    regexp_replace(lower(normalize(split_part(p_name, '@', 1), nfkd)), '[\u0300-\u036f]', '', 'g'),
    '[^a-z0-9]+', '-', 'g'), 40)), ''), 'organisation')
$$;
--> statement-breakpoint
-- Inserts an account under a slug of its name. Where that is taken by now, also by a call that races this one, a few
-- random characters follow it.
create function insert_account(p_name text, p_now timestamptz) returns bigint
language plpgsql as $$
declare
  v_slug text := slug_of(p_name);
  v_account_id bigint;
begin
  loop
    insert into account (name, slug, created_at) values (p_name, v_slug, p_now)
      on conflict (slug) do nothing returning id into v_account_id;
    if found then return v_account_id; end if;
    v_slug := trim(trailing '-' from left(slug_of(p_name), 33)) || '-'
      || substr(replace(gen_random_uuid()::text, '-', ''), 1, 6);
  end loop;
end
$$;
--> statement-breakpoint
create type opened_account as (
  -- opened | email_taken; account_id and number are null when the e-mail is taken.
  status text,
  user_id uuid,
  account_id bigint,
  -- Null when the pool was empty: the account opens all the same.
  number text,
  -- Whether the welcome credit was granted: false for a person who had it before.
  welcomed boolean
);
--> statement-breakpoint
-- Sign-up, whole or not at all: person, account, membership, books, one number and the welcome credit. Racing calls
-- for one e-mail wait on its unique index, so one opens and the rest find it taken; racing calls for one person under
-- several e-mails wait on the identity hash, so one is welcomed.
create function open_account(
  p_email text, p_name text, p_password_hash text, p_identity_hash bytea, p_number_id text, p_welcome_micros bigint,
  p_now timestamptz
) returns opened_account
language plpgsql as $$
declare
  v_answer opened_account;
  v_posting ledger.posting_result;
begin
  insert into "user" (email, name, password_hash) values (p_email, p_name, p_password_hash)
    on conflict (email) do nothing returning id into v_answer.user_id;
  if not found then
    select 'email_taken', id into v_answer.status, v_answer.user_id from "user" where email = p_email;
    return v_answer;
  end if;
  v_answer.status := 'opened';
  v_answer.account_id := insert_account(coalesce(p_name, p_email), p_now);
  insert into member (account_id, user_id, role) values (v_answer.account_id, v_answer.user_id, 'owner');
  perform ledger.open(v_answer.account_id, 'USD');

  v_answer.number := claim_number(p_number_id);
  if v_answer.number is not null then
    perform hold_first_number(v_answer.account_id, p_number_id, v_answer.number, p_now);
  end if;

  perform audit('user:' || v_answer.user_id, null, v_answer.account_id, 'person.signed-up', p_email, null, null, p_now);
  v_answer.welcomed := false;
  if p_welcome_micros > 0 then
    insert into welcome_claim (identity_hash, account_id, claimed_at)
      values (p_identity_hash, v_answer.account_id, p_now) on conflict (identity_hash) do nothing;
    v_answer.welcomed := found;
  end if;
  if v_answer.welcomed then
    v_posting := ledger.grant_credit(v_answer.account_id, 'deposit_welcome', 'welcome', 'promotional', 0, 0,
      p_welcome_micros, null, p_now, p_now);
    if v_posting.status <> 'posted' then
      raise exception 'welcome credit of account % not posted: %', v_answer.account_id, v_posting.status;
    end if;
  end if;
  return v_answer;
end
$$;
