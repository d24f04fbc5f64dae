-- Numbers: where they come from, who holds them, who pays for them from when on, and their rent. Everything that changes a
-- number's mode, rent or holder does so under its account's lock, the ledger's own. Times are business time unless a
-- comment says otherwise; amounts are micro-dollars.

-- The local pool behind the carrier port. The same claim gets the same number however often it asks; null when none is free
-- (with this area code, where one is asked for). Racing claims skip each other's rows. What came back rests the longest.
create function claim_number(p_claim_id text, p_area_code text default null) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_number text;
begin
  select number into v_number from number_pool where claim_id = p_claim_id;
  if found then return v_number; end if;
  update number_pool set claim_id = p_claim_id, claimed_at = clock_timestamp() where number = (
    select number from number_pool
      where claim_id is null and (p_area_code is null or number like '+1' || p_area_code || '%')
      order by freed_at nulls first, number limit 1 for update skip locked)
    returning number into v_number;
  return v_number;
exception when unique_violation then
  -- The same claim raced itself: the other call's number is the answer.
  select number into v_number from number_pool where claim_id = p_claim_id;
  return v_number;
end
$$;
--> statement-breakpoint
-- Hands the number of a claim back to the pool; nothing where it holds none.
create function free_number(p_claim_id text) returns void
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  update number_pool set claim_id = null, claimed_at = null, freed_at = clock_timestamp() where claim_id = p_claim_id
$$;
--> statement-breakpoint
-- Adds the next p_count numbers of the range that North America keeps for fiction (area code, then 555-0100 to
-- 555-0199): nobody can own one. An operator with a carrier fills the table with its own instead. Spread over all area
-- codes, so that there is a choice of them.
create function stock_fictional_numbers(p_count integer) returns integer
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  with stocked as (
    insert into number_pool (number)
    select '+1' || area || '55501' || lpad(line::text, 2, '0')
    from generate_series(200, 999) as area, generate_series(0, 99) as line
    -- N11 area codes are services, and N9X is reserved for longer numbers.
    where area % 100 <> 11 and (area / 10) % 10 <> 9
    and not exists (select from number_pool where number = '+1' || area || '55501' || lpad(line::text, 2, '0'))
    order by line, area limit p_count
    on conflict do nothing returning 1)
  select count(*)::integer from stocked
$$;
--> statement-breakpoint
select stock_fictional_numbers(2000);
--> statement-breakpoint
create index number_pool_free on number_pool (freed_at nulls first, number) where claim_id is null;
--> statement-breakpoint
-- The moment so many months later: the same day and time, or the last day of a month that is too short for it. In UTC,
-- whatever the session's time zone.
create function months_after(p_from timestamptz, p_months integer) returns timestamptz
language sql immutable
return (p_from at time zone 'UTC' + make_interval(months => p_months)) at time zone 'UTC';
--> statement-breakpoint
-- Who paid for the number at this moment: PAYG (the wallet) or FIXED (the subscription); null while the account did not
-- hold it: before its purchase, from its release on, or never.
create function number_mode_at(p_account bigint, p_number_id text, p_at timestamptz) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select (
      select m.mode from number_mode m
        where m.account_id = n.account_id and m.number_id = n.id and m.since <= p_at order by m.since desc limit 1)
    from phone_number n
    where n.account_id = p_account and n.id = p_number_id and (n.released_at is null or p_at < n.released_at)
$$;
--> statement-breakpoint
-- What callers are shown of a number.
create function number_json(p_number phone_number) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_build_object('id', p_number.id, 'number', p_number.number, 'nickname', p_number.nickname,
    'mode', p_number.mode, 'createdAt', p_number.created_at, 'inboundInstruction', p_number.inbound_instruction,
    'inboundVoiceGender', p_number.inbound_voice_gender, 'inboundLanguage', p_number.inbound_language,
    'maxCallDurationSeconds', p_number.max_call_duration_seconds)
$$;
--> statement-breakpoint
-- The reference under which the month of rent that begins now is booked: the number and the day, and a count where a month
-- of that day was given back before.
create function rent_reference(p_account bigint, p_number_id text, p_starts_at timestamptz) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select reference.text || case when count(r.reference) = 0 then '' else ':' || count(r.reference) + 1 end
    from (values ('rent:' || p_number_id || ':' || to_char(p_starts_at at time zone 'UTC', 'YYYY-MM-DD'))) as reference (text)
    left join rent_period r on r.account_id = p_account and (r.reference = reference.text or r.reference like reference.text || ':%')
    group by reference.text
$$;
--> statement-breakpoint
-- Takes the month of rent that begins p_months after p_anchor; false where p_limit (how far below zero the wallet may go,
-- null: as far as it takes) does not allow it. Call under the account's lock, once for each month.
create function take_month(
  p_account bigint, p_number_id text, p_anchor timestamptz, p_months integer, p_rent_micros bigint, p_limit bigint,
  p_now timestamptz
) returns boolean
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_starts_at timestamptz := months_after(p_anchor, p_months);
  v_reference text := rent_reference(p_account, p_number_id, v_starts_at);
  v_posting ledger.posting_result;
begin
  if p_rent_micros > 0 then
    -- As with usage: an allowance that is due is granted before anything is spent.
    perform grant_allowance(p_account, p_now) from account_plan where account_id = p_account and next_grant_at <= p_now;
    v_posting := ledger.spend(p_account, 'rent', v_reference, p_rent_micros, p_limit, v_starts_at, p_now);
    if v_posting.status = 'insufficient' then return false; end if;
    if v_posting.status <> 'posted' then
      raise exception 'account %: rent % not posted: %', p_account, v_reference, v_posting.status;
    end if;
  end if;
  insert into rent_period (account_id, reference, number_id, starts_at, ends_at, amount_micros, posting_id, anchor, months)
    values (p_account, v_reference, p_number_id, v_starts_at, months_after(p_anchor, p_months + 1), p_rent_micros,
      v_posting.posting_id, p_anchor, p_months);
  return true;
end
$$;
--> statement-breakpoint
-- Makes the number the account's, PAYG from now on. Its next month of rent begins p_months after now.
create function hold_number(
  p_account bigint, p_id text, p_number text, p_terms jsonb, p_months integer, p_now timestamptz
) returns void
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  insert into phone_number (account_id, id, number, consent, inbound_instruction, inbound_voice_gender, inbound_language,
      mode, rent_anchor, rent_months, rent_due_at, created_at)
    values (p_account, p_id, p_number, p_terms ->> 'consent', p_terms ->> 'inboundInstruction',
      p_terms ->> 'inboundVoiceGender', p_terms ->> 'inboundLanguage', 'PAYG', p_now, p_months,
      months_after(p_now, p_months), p_now);
  insert into number_mode (account_id, number_id, since, mode) values (p_account, p_id, p_now, 'PAYG');
  insert into number_claim as claim (account_id, id, state) values (p_account, p_id, 'held')
    on conflict (account_id, id) do update set state = 'held', touched_at = clock_timestamp()
$$;
--> statement-breakpoint
-- The number that an account opens with: its first month is free.
create function hold_first_number(p_account bigint, p_id text, p_number text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from phone_number where account_id = p_account) then
    raise exception 'account % has a number already', p_account;
  end if;
  perform hold_number(p_account, p_id, p_number, '{}', 1, p_now);
  insert into rent_period (account_id, reference, number_id, starts_at, ends_at, amount_micros, anchor, months)
    values (p_account, rent_reference(p_account, p_id, p_now), p_id, p_now, months_after(p_now, 1), 0, p_now, 0);
end
$$;
--> statement-breakpoint
-- Begins a purchase: what the carrier is about to be asked is written down first, with what the caller's key stands for.
-- Status: begun (number_id is to be claimed: p_id, or the number of an earlier request whose lease ran out), insufficient
-- (the wallet does not cover the first month, and no subscription is there to), or as of claim_checkout_key. Lease null: without
-- a key. Idempotent in p_id.
create function begin_number(
  p_account bigint, p_id text, p_key text, p_hash bytea, p_lease interval, p_rent_micros bigint, p_now timestamptz,
  out status text, out number_id text, out lease text, out answer jsonb, out balance_micros bigint
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  status := 'begun';
  number_id := p_id;
  if p_key is not null then
    select c.status, c.order_id, c.lease, c.answer into status, number_id, lease, answer
      from claim_checkout_key(p_account, p_id, p_key, p_hash, null, null, p_lease) as c;
    if status <> 'begun' then return; end if;
  end if;
  select b.balance_micros into balance_micros from ledger.balance(p_account, p_now) as b;
  if balance_micros < p_rent_micros and not release_is_paused(p_account) then
    status := 'insufficient';
    perform release_checkout_key(p_account, number_id, p_key, lease);
    return;
  end if;
  insert into number_claim as claim (account_id, id, state) values (p_account, number_id, 'claiming')
    on conflict (account_id, id) do update set touched_at = clock_timestamp() where claim.state = 'claiming';
end
$$;
--> statement-breakpoint
-- Records the number that the carrier gave, takes its first month of rent and keeps what the caller was told. Status: recorded,
-- insufficient (nothing was bought: the number is to be handed back), abandoned (so it was meanwhile). Where a subscription is
-- there to cover it, the rent is left to be due. A repeat of the same call is told the same.
create function record_number(
  p_account bigint, p_id text, p_number text, p_terms jsonb, p_rent_micros bigint, p_key text, p_lease text, p_now timestamptz,
  out status text, out number jsonb, out balance_micros bigint
) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_state text;
  v_paused boolean;
begin
  perform ledger.lock_account(p_account);
  select c.state into v_state from number_claim c where c.account_id = p_account and c.id = p_id for no key update;
  if v_state = 'claiming' then
    v_paused := release_is_paused(p_account);
    perform hold_number(p_account, p_id, p_number, p_terms, case when v_paused then 0 else 1 end, p_now);
    if not v_paused and not take_month(p_account, p_id, p_now, 0, p_rent_micros, 0, p_now) then
      status := 'insufficient';
      select b.balance_micros into balance_micros from ledger.balance(p_account, p_now) as b;
      delete from number_mode where account_id = p_account and number_id = p_id;
      delete from phone_number where account_id = p_account and id = p_id;
      update number_claim set state = 'freeing', touched_at = clock_timestamp() where account_id = p_account and id = p_id;
      perform release_checkout_key(p_account, p_id, p_key, p_lease);
      return;
    end if;
  elsif v_state is distinct from 'held' then
    status := 'abandoned';
    return;
  end if;
  status := 'recorded';
  select number_json(n) into number from phone_number n where n.account_id = p_account and n.id = p_id;
  update idempotency_record r set answer = jsonb_build_object('number', number), leased_until = null
    where r.account_id = p_account and r.key = p_key and r.subject_id = p_id and r.leased_until = p_lease::timestamptz;
end
$$;
--> statement-breakpoint
-- Gives up a purchase of which nobody was told: its number, if the carrier gave one, is to be handed back. Its key is freed.
create function abandon_number(p_account bigint, p_id text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update number_claim set state = 'freeing', touched_at = clock_timestamp()
    where account_id = p_account and id = p_id and state = 'claiming';
  if found then
    delete from idempotency_record where account_id = p_account and subject_id = p_id and answer is null;
  end if;
end
$$;
--> statement-breakpoint
-- The claims that wait to be handed back to the carrier, oldest first; purchases of which nothing was heard for p_silence of
-- real time are given up first. Whoever takes one has it for a minute.
create function take_open_claims(p_silence interval, p_limit integer) returns table (account_id bigint, id text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform abandon_number(c.account_id, c.id) from number_claim c
    where c.state = 'claiming' and c.touched_at < clock_timestamp() - p_silence;
  return query
    update number_claim as claim set touched_at = clock_timestamp() + interval '1 minute'
      where (claim.account_id, claim.id) in (
        select c.account_id, c.id from number_claim c where c.state = 'freeing' and c.touched_at <= clock_timestamp()
          order by c.touched_at limit p_limit for update skip locked)
      returning claim.account_id, claim.id;
end
$$;
--> statement-breakpoint
-- The carrier has the number back.
create function finish_freeing(p_account bigint, p_id text) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update number_claim set state = 'freed', touched_at = clock_timestamp()
    where account_id = p_account and id = p_id and state = 'freeing'
$$;
--> statement-breakpoint
-- Deals with the month of rent that the number has come to: takes it where the wallet pays at its beginning; otherwise rent
-- begins anew, with a day of its own, where the wallet pays again, and is due no more where it does not.
create function pass_month(p_number phone_number, p_rent_micros bigint, p_now timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_back timestamptz;
begin
  if number_mode_at(p_number.account_id, p_number.id, p_number.rent_due_at) = 'PAYG' then
    perform take_month(p_number.account_id, p_number.id, p_number.rent_anchor, p_number.rent_months, p_rent_micros, null, p_now);
    update phone_number set rent_months = rent_months + 1, rent_due_at = months_after(rent_anchor, rent_months + 1)
      where account_id = p_number.account_id and id = p_number.id;
  else
    select min(since) into v_back from number_mode
      where account_id = p_number.account_id and number_id = p_number.id and mode = 'PAYG' and since > p_number.rent_due_at;
    update phone_number set rent_due_at = v_back, rent_anchor = coalesce(v_back, rent_anchor),
        rent_months = case when v_back is null then rent_months else 0 end
      where account_id = p_number.account_id and id = p_number.id;
  end if;
end
$$;
--> statement-breakpoint
-- Deals with up to p_limit months of rent (null: all) that the account's numbers came to by p_until, in the order of their
-- beginnings, each at its own; answers with how many. Call under the account's lock.
create function book_rent(p_account bigint, p_rent_micros bigint, p_until timestamptz, p_limit integer, p_now timestamptz)
returns integer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_number phone_number;
  v_count integer := 0;
begin
  while p_limit is null or v_count < p_limit loop
    select * into v_number from phone_number
      where account_id = p_account and rent_due_at <= p_until and released_at is null order by rent_due_at, id limit 1;
    exit when not found;
    perform pass_month(v_number, p_rent_micros, p_now);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
--> statement-breakpoint
-- From p_since on the number is in this mode, whatever was said of later moments. Idempotent. Months of rent that began at that
-- time or later are given back, and become due anew where the wallet still pays for them: the books end as if this had been
-- known in time. Nothing happens to a number that was released before.
create function set_number_mode(p_account bigint, p_number_id text, p_mode text, p_since timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_number phone_number;
  v_since timestamptz;
  v_before text;
begin
  if (p_mode in ('PAYG', 'FIXED')) is not true then raise exception 'no such mode: %', p_mode; end if;
  perform ledger.lock_account(p_account);
  select * into v_number from phone_number where account_id = p_account and id = p_number_id;
  if not found then raise exception 'account % has no number %', p_account, p_number_id; end if;
  v_since := greatest(p_since, v_number.created_at);
  if v_since >= v_number.released_at or v_number.mode = p_mode and not exists (
    select from number_mode where account_id = p_account and number_id = p_number_id and since > v_since) then return; end if;

  delete from number_mode where account_id = p_account and number_id = p_number_id and since >= v_since;
  select mode into v_before from number_mode
    where account_id = p_account and number_id = p_number_id order by since desc limit 1;
  if v_before is distinct from p_mode then
    insert into number_mode (account_id, number_id, since, mode) values (p_account, p_number_id, v_since, p_mode);
  end if;
  perform give_rent_back(p_account, p_number_id, v_since);
  update phone_number n
    set mode = p_mode, rent_anchor = next.anchor, rent_months = next.months,
        rent_due_at = case when released_at is null then months_after(next.anchor, next.months) end
    from (
      select coalesce(max(last.anchor), v_number.created_at) as anchor, coalesce(max(last.months) + 1, 0) as months from (
        select anchor, months from rent_period
          where account_id = p_account and number_id = p_number_id and (reversed_at is null or corrected)
          order by starts_at desc limit 1) as last) as next
    where n.account_id = p_account and n.id = p_number_id;
end
$$;
--> statement-breakpoint
-- Gives back the months of rent that were taken for times from p_since on. Call under the account's lock.
create function give_rent_back(p_account bigint, p_number_id text, p_since timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  v_period rent_period;
  v_posting ledger.posting_result;
begin
  for v_period in
    select * from rent_period where account_id = p_account and number_id = p_number_id and starts_at >= p_since
      and reversed_at is null and posting_id is not null order by starts_at desc
  loop
    v_posting := ledger.reverse(p_account, v_period.reference, v_period.starts_at, v_period.starts_at);
    if v_posting.status <> 'posted' then
      raise exception 'account %: rent % not given back: %', p_account, v_period.reference, v_posting.status;
    end if;
    update rent_period set reversed_at = p_since where account_id = p_account and reference = v_period.reference;
  end loop;
end
$$;
--> statement-breakpoint
-- Releases the account's numbers (one, or all where p_id is null): they bear no rent and no usage from now on, and the carrier
-- is to have them back. Answers what was released. Call under the account's lock.
create function release_held(p_account bigint, p_id text, p_reason text, p_now timestamptz) returns setof phone_number
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  update number_claim set state = 'freeing', touched_at = clock_timestamp()
    where account_id = p_account and state = 'held' and (p_id is null or id = p_id);
  update phone_number
    set released_at = greatest(p_now, created_at), release_reason = p_reason, rent_due_at = null
    where account_id = p_account and released_at is null and (p_id is null or id = p_id)
    returning *
$$;
--> statement-breakpoint
-- Releases one number at its holder's wish, once what rent it owes is booked. Answers false for a number that the account
-- never had; a number released before stays as it was.
create function release_number(p_account bigint, p_id text, p_rent_micros bigint, p_grace interval, p_now timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform ledger.lock_account(p_account);
  perform book_rent(p_account, p_rent_micros, rent_until(p_account, p_grace, p_now), null, p_now);
  perform release_held(p_account, p_id, 'customer', p_now);
  return exists (select from phone_number where account_id = p_account and id = p_id);
end
$$;
--> statement-breakpoint
-- Whether a subscription covers the account, so that its days of grace stand still.
create function release_is_paused(p_account bigint) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from release_pause where account_id = p_account and resumed_at is null)
$$;
--> statement-breakpoint
-- A subscription covers the account from p_at on: the days of grace stand still. Idempotent while it does.
create function pause_release(p_account bigint, p_at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform ledger.lock_account(p_account);
  if release_is_paused(p_account) then return; end if;
  -- Never into an earlier pause: no day stands still twice.
  insert into release_pause as pause (account_id, paused_at)
    select p_account, greatest(p_at, max(resumed_at)) from release_pause where account_id = p_account
    on conflict (account_id, paused_at) do update set resumed_at = null;
end
$$;
--> statement-breakpoint
-- It covers the account no more from p_at on: the days that were left go on. Idempotent.
create function resume_release(p_account bigint, p_at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform ledger.lock_account(p_account);
  update release_pause set resumed_at = greatest(p_at, paused_at) where account_id = p_account and resumed_at is null;
end
$$;
--> statement-breakpoint
-- How long a subscription, now ended, covered the account since then.
create function covered_since(p_account bigint, p_since timestamptz) returns interval
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select make_interval(secs => coalesce(sum(extract(epoch from resumed_at - greatest(paused_at, p_since))), 0)::double precision)
    from release_pause where account_id = p_account and resumed_at > p_since
$$;
--> statement-breakpoint
-- When the account's numbers are released for non-payment, p_grace after it went below zero; null where nothing threatens. The
-- same rule as lib/core/wallets/decide-numbers-release-at.ts, for deciding under the account's lock.
create function numbers_release_at(p_account bigint, p_grace interval, p_now timestamptz) returns timestamptz
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select b.below_zero_since + p_grace + covered_since(p_account, b.below_zero_since)
    from ledger.balance(p_account, p_now) as b
    where b.balance_micros < 0 and not release_is_paused(p_account)
$$;
--> statement-breakpoint
-- Until when the account owes rent: now, or the end of its days of grace, since from then on it is not to have numbers.
create function rent_until(p_account bigint, p_grace interval, p_now timestamptz) returns timestamptz
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select least(p_now, numbers_release_at(p_account, p_grace, p_now))
$$;
--> statement-breakpoint
-- Takes up to p_limit months of rent that are due, in the accounts first that owe it longest; answers how many months it dealt
-- with: as many as allowed, and there may be more. Two at once share the work: whoever comes second finds nothing left.
create function take_rent(p_rent_micros bigint, p_grace interval, p_limit integer, p_now timestamptz) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_accounts bigint[];
  v_account bigint;
  v_left integer := p_limit;
begin
  select coalesce(array_agg(distinct due.account_id order by due.account_id), '{}') into v_accounts from (
    select n.account_id from phone_number n
      where n.rent_due_at <= p_now and n.rent_due_at <= rent_until(n.account_id, p_grace, p_now)
      order by n.rent_due_at limit p_limit) as due;
  foreach v_account in array v_accounts loop
    perform ledger.lock_account(v_account);
    v_left := v_left - book_rent(v_account, p_rent_micros, rent_until(v_account, p_grace, p_now), v_left, p_now);
    exit when v_left = 0;
  end loop;
  return p_limit - v_left;
end
$$;
--> statement-breakpoint
-- The accounts after p_after, up to p_limit of them, that are below zero, are not covered by a subscription and hold numbers:
-- what they owe, when they lose them, and which mails about it they have been sent.
create function list_running_out(p_after bigint, p_grace interval, p_limit integer, p_now timestamptz)
returns table (account_id bigint, account_name text, balance_micros bigint, below_zero_since timestamptz,
  release_at timestamptz, numbers text[], told text[])
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select a.id, a.name, b.balance_micros, b.below_zero_since, t.release_at,
      array(select n.number from phone_number n where n.account_id = a.id and n.released_at is null order by n.created_at, n.id),
      array(select distinct m.key from mail m where m.account_id = a.id and m.below_zero_since = b.below_zero_since)
    from ledger.ledger_account o
    join account a on a.id = o.account_id
    cross join lateral ledger.balance(a.id, p_now) as b
    cross join lateral (select numbers_release_at(a.id, p_grace, p_now) as release_at) as t
    where o.id = 1 and o.below_zero_since is not null and o.account_id > p_after and t.release_at is not null
      and exists (select from phone_number n where n.account_id = a.id and n.released_at is null)
    order by a.id limit p_limit
$$;
--> statement-breakpoint
-- Queues a mail to everybody who may pay for the account; answers how many, none of which was queued before.
create function queue_mail(
  p_account bigint, p_key text, p_template text, p_data jsonb, p_below_zero_since timestamptz, p_now timestamptz
) returns integer
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  with queued as (
    insert into mail (account_id, key, recipient, template, data, below_zero_since, queued_at)
      select p_account, p_key, person.email, p_template, p_data, p_below_zero_since, p_now
        from member join "user" as person on person.id = member.user_id
        where member.account_id = p_account and member.role in ('owner', 'billing')
      on conflict on constraint mail_once do nothing
      returning 1)
  select count(*)::integer from queued
$$;
--> statement-breakpoint
-- Queues a warning for an account whose numbers are released at p_release_at (to the millisecond); none where that has changed.
create function warn_running_out(
  p_account bigint, p_release_at timestamptz, p_key text, p_data jsonb, p_grace interval, p_now timestamptz
) returns integer
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(sum(queue_mail(p_account, p_key, 'running-out', p_data, b.below_zero_since, p_now)), 0)::integer
    from ledger.balance(p_account, p_now) as b
    where date_trunc('milliseconds', numbers_release_at(p_account, p_grace, p_now)) = p_release_at
$$;
--> statement-breakpoint
-- Releases all numbers of an account whose days of grace are over, and tells it so. Decided under the account's lock: a deposit
-- that got there first keeps them. Rent that began before the end is taken, what began after it is not owed. Answers the
-- numbers that were released; empty where nothing was to be done.
create function release_unpaid(p_account bigint, p_rent_micros bigint, p_grace interval, p_now timestamptz) returns text[]
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_numbers text[];
begin
  perform ledger.lock_account(p_account);
  if (numbers_release_at(p_account, p_grace, p_now) <= p_now) is not true then return '{}'; end if;
  perform book_rent(p_account, p_rent_micros, rent_until(p_account, p_grace, p_now), null, p_now);
  select coalesce(array_agg(n.number order by n.created_at, n.id), '{}') into v_numbers
    from release_held(p_account, null, 'unpaid', p_now) as n;
  if cardinality(v_numbers) > 0 then
    perform queue_mail(p_account, 'released:' || to_char(p_now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), 'released',
        jsonb_build_object('accountName', a.name, 'owedMicros', (-b.balance_micros)::text, 'numbers', v_numbers,
          'releasedAt', to_char(p_now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), null, p_now)
      from account a, ledger.balance(p_account, p_now) as b where a.id = p_account;
  end if;
  return v_numbers;
end
$$;
--> statement-breakpoint
-- Takes up to p_limit mails to be sent, those first that are due longest; whoever takes one has it for p_lease. What is no longer
-- true is void first: a warning whose debt is paid or covered, or whose numbers are gone, news of a low balance that is none
-- any more, and what could not be sent for a week.
create function claim_mail(p_limit integer, p_lease interval) returns setof mail
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  update mail m set state = 'void'
    where m.state = 'queued' and m.due_at <= clock_timestamp() and (
      m.created_at < clock_timestamp() - interval '7 days'
      or m.below_zero_since is not null and (
        release_is_paused(m.account_id)
        or not exists (select from phone_number n where n.account_id = m.account_id and n.released_at is null)
        or not exists (
          select from ledger.ledger_account o
            where o.account_id = m.account_id and o.id = 1 and o.below_zero_since = m.below_zero_since))
      or m.template = 'low-balance' and not exists (
        select from low_balance_alert l where l.account_id = m.account_id and l.told_at = m.queued_at));
  return query
    update mail set due_at = clock_timestamp() + p_lease
      where id in (
        select m.id from mail m where m.state = 'queued' and m.due_at <= clock_timestamp()
          order by m.due_at, m.id limit p_limit for update skip locked)
      returning *;
end
$$;
--> statement-breakpoint
-- Every law of numbers and their rent that a constraint cannot hold, as rows that break it.
create view number_violation with (security_invoker = true) as
  select 'rent_of_no_period' as law, p.account_id, p.id as row_id, p.reference::text as detail
  from ledger.posting p
  where p.code = 'rent' and p.reference like 'rent:num\_%' and not exists (
    select from rent_period r where r.account_id = p.account_id and r.reference = p.reference and r.posting_id = p.id
      and r.amount_micros = p.total_micros and p.occurred_at >= r.starts_at and p.occurred_at < r.ends_at)
  union all
  select 'period_of_no_rent', r.account_id, r.posting_id, r.reference from rent_period r
  where (r.posting_id is null) <> (r.amount_micros = 0) or r.posting_id is not null and not exists (
    select from ledger.posting p where p.account_id = r.account_id and p.id = r.posting_id and p.reference = r.reference)
  union all
  select 'rent_given_back_wrong', r.account_id, r.posting_id, r.reference from rent_period r
  where (r.reversed_at is not null) <> exists (
    select from ledger.posting p where p.account_id = r.account_id and p.reference = 'reversal:' || r.posting_id)
  union all
  select 'rent_months_overlap', r.account_id, r.posting_id, r.reference from rent_period r
  where r.reversed_at is null and exists (
    select from rent_period o where o.account_id = r.account_id and o.number_id = r.number_id and o.reversed_at is null
      and o.starts_at < r.starts_at and o.ends_at > r.starts_at)
  union all
  select 'rent_of_covered_time', r.account_id, r.posting_id, r.reference from rent_period r
  where r.reversed_at is null and r.posting_id is not null and (
    exists (select from phone_number n where n.account_id = r.account_id and n.id = r.number_id and n.released_at < r.starts_at)
    or (select m.mode from number_mode m where m.account_id = r.account_id and m.number_id = r.number_id
        and m.since <= r.starts_at order by m.since desc limit 1) is distinct from 'PAYG')
  union all
  select 'mode_is_not_the_last', n.account_id, null, n.id from phone_number n
  where n.mode is distinct from (
    select m.mode from number_mode m where m.account_id = n.account_id and m.number_id = n.id order by m.since desc limit 1)
  union all
  select 'mode_before_purchase', m.account_id, null, m.number_id
  from number_mode m join phone_number n on n.account_id = m.account_id and n.id = m.number_id where m.since < n.created_at
  union all
  select 'rent_after_release', n.account_id, null, n.id from phone_number n
  where n.released_at is not null and (n.rent_due_at is not null or n.released_at < n.created_at or n.release_reason is null)
  union all
  select 'claim_differs', n.account_id, null, n.id from phone_number n
  where not exists (select from number_claim c where c.account_id = n.account_id and c.id = n.id
    and c.state = any (case when n.released_at is null then array['held'] else array['freeing', 'freed'] end));
--> statement-breakpoint
-- What happened stays: the application changes numbers by the functions above, and itself only what their holder says of them.
revoke insert, update, delete on phone_number, number_mode, rent_period, number_claim, release_pause from talktime_app;
--> statement-breakpoint
grant update (nickname, inbound_instruction, inbound_voice_gender, inbound_language, max_call_duration_seconds)
  on phone_number to talktime_app;
--> statement-breakpoint
grant select on number_mode, rent_period, number_claim, release_pause, number_violation to talktime_readonly;
--> statement-breakpoint
grant select on number_violation to talktime_app;
--> statement-breakpoint
revoke execute on function claim_number, free_number, stock_fictional_numbers, months_after, number_mode_at, number_json,
  rent_reference, take_month, hold_number, hold_first_number, begin_number, record_number, abandon_number, take_open_claims,
  finish_freeing, pass_month, book_rent, set_number_mode, give_rent_back, release_held, release_number, release_is_paused,
  pause_release, resume_release, covered_since, numbers_release_at, rent_until, take_rent, list_running_out, queue_mail, warn_running_out, release_unpaid, claim_mail
  from public;
--> statement-breakpoint
grant execute on function claim_number, free_number, hold_first_number, begin_number, record_number, abandon_number,
  take_open_claims, finish_freeing, set_number_mode, release_number, pause_release, resume_release, take_rent,
  list_running_out, queue_mail, warn_running_out, release_unpaid, claim_mail to talktime_app;
--> statement-breakpoint
grant execute on function number_mode_at, number_json, months_after, release_is_paused, covered_since, numbers_release_at
  to talktime_app, talktime_readonly;
