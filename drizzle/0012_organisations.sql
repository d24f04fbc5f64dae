-- Several accounts a person, several people an account. Whoever calls these has asked whether the actor may; each deed
-- is one statement and writes down who did it.
create function note_membership(
  p_account bigint, p_action text, p_actor text, p_subject text, p_detail text, p_now timestamptz
) returns void
language plpgsql as $$
begin
  perform audit(p_actor, null, p_account, p_action, p_subject, null, jsonb_build_object('detail', p_detail), p_now);
end
$$;
--> statement-breakpoint
-- An organisation changes by one deed at a time, so that no two can each leave the other as its last owner.
create function lock_organisation(p_account bigint) returns void
language plpgsql as $$
begin
  perform from account where id = p_account for no key update;
end
$$;
--> statement-breakpoint
-- An account with books and nothing in them: no welcome credit and no number, which each person is given once, at sign-up.
create function found_organisation(p_user uuid, p_name text, p_actor text, p_now timestamptz) returns bigint
language plpgsql as $$
declare
  v_account bigint;
begin
  v_account := insert_account(p_name, p_now);
  insert into member (account_id, user_id, role) values (v_account, p_user, 'owner');
  perform ledger.open(v_account, 'USD');
  perform note_membership(v_account, 'organisation.created', p_actor, null, p_name, p_now);
  return v_account;
end
$$;
--> statement-breakpoint
-- A further organisation of someone who owns fewer than p_owned_max: its slug; null where they own as many. Calls of one
-- person wait for each other, so that the limit holds.
create function create_organisation(
  p_user uuid, p_name text, p_actor text, p_owned_max integer, p_now timestamptz
) returns text
language plpgsql as $$
declare
  v_account bigint;
begin
  perform from "user" where id = p_user for no key update;
  if (select count(*) from member where user_id = p_user and role = 'owner') >= p_owned_max then return null; end if;
  v_account := found_organisation(p_user, p_name, p_actor, p_now);
  return (select slug from account where id = v_account);
end
$$;
--> statement-breakpoint
-- changed | slug_taken
create function update_organisation(
  p_account bigint, p_name text, p_slug text, p_actor text, p_now timestamptz
) returns text
language plpgsql as $$
begin
  update account set name = p_name, slug = p_slug where id = p_account and (name, slug) is distinct from (p_name, p_slug);
  if found then
    perform note_membership(p_account, 'organisation.changed', p_actor, null, p_name || ' (' || p_slug || ')', p_now);
  end if;
  return 'changed';
exception when unique_violation then
  return 'slug_taken';
end
$$;
--> statement-breakpoint
-- Whether nobody but this member owns the organisation.
create function is_last_owner(p_account bigint, p_user uuid) returns boolean
language sql stable as $$
  select exists (select from member where account_id = p_account and user_id = p_user and role = 'owner')
    and not exists (select from member where account_id = p_account and user_id <> p_user and role = 'owner')
$$;
--> statement-breakpoint
-- changed | absent | last_owner. The next request of this member is answered by their new role, and who may invite no
-- more has no invitations open either.
create function change_member_role(
  p_account bigint, p_user uuid, p_role text, p_actor text, p_now timestamptz
) returns text
language plpgsql as $$
declare
  v_role text;
begin
  perform lock_organisation(p_account);
  select role into v_role from member where account_id = p_account and user_id = p_user;
  if not found then return 'absent'; end if;
  if v_role = p_role then return 'changed'; end if;
  if is_last_owner(p_account, p_user) then return 'last_owner'; end if;
  update member set role = p_role where account_id = p_account and user_id = p_user;
  perform note_membership(p_account, 'member.role-changed', p_actor, email, p_role, p_now) from "user" where id = p_user;
  if v_role = 'owner' then perform withdraw_invitations_by(p_account, p_user, p_actor, p_now); end if;
  return 'changed';
end
$$;
--> statement-breakpoint
-- ended | last_owner; ending what has ended changes nothing. With the membership end the person's tokens for the
-- organisation, at once, and the invitations that they sent: none is a way back. Nobody is left without any: whoever was
-- a member nowhere else gets an organisation of their own.
create function end_membership(
  p_account bigint, p_user uuid, p_kind text, p_actor text, p_now timestamptz
) returns text
language plpgsql as $$
begin
  perform lock_organisation(p_account);
  if is_last_owner(p_account, p_user) then return 'last_owner'; end if;
  delete from member where account_id = p_account and user_id = p_user;
  if not found then return 'ended'; end if;
  update access_token set revoked_at = clock_timestamp()
    where account_id = p_account and user_id = p_user and revoked_at is null;
  perform note_membership(p_account, 'member.' || p_kind, p_actor, email, null, p_now) from "user" where id = p_user;
  perform withdraw_invitations_by(p_account, p_user, p_actor, p_now);
  perform from "user" where id = p_user for no key update;
  if not exists (select from member where user_id = p_user) then
    perform found_organisation(p_user, coalesce(name, email), p_actor, p_now) from "user" where id = p_user;
  end if;
  return 'ended';
end
$$;
--> statement-breakpoint
-- invited | member | too_many. Inviting someone again replaces the link they were sent before. The mail goes into the outbox
-- in the same statement; p_mail is what it is told. Called again with the same id it changes nothing.
create function invite_member(
  p_account bigint, p_id text, p_email text, p_role text, p_token_hash bytea, p_invited_by uuid, p_mail jsonb,
  p_open_max integer, p_now timestamptz
) returns text
language plpgsql as $$
declare
  v_earlier text;
begin
  perform lock_organisation(p_account);
  if exists (select from invitation where id = p_id) then return 'invited'; end if;
  if exists (
    select from member join "user" as person on person.id = member.user_id
      where member.account_id = p_account and person.email = p_email)
  then return 'member'; end if;
  if (
    select count(*) from invitation where account_id = p_account and email <> p_email
      and accepted_at is null and revoked_at is null and expires_at > p_now) >= p_open_max
  then return 'too_many'; end if;
  select id into v_earlier from invitation
    where account_id = p_account and email = p_email and accepted_at is null and revoked_at is null;
  if found then perform withdraw_invitation(p_account, v_earlier, p_now); end if;
  insert into invitation (id, account_id, email, role, token_hash, invited_by, created_at, expires_at)
    values (p_id, p_account, p_email, p_role, p_token_hash, p_invited_by, p_now, p_now + interval '7 days');
  insert into mail (account_id, key, recipient, template, data, queued_at)
    values (p_account, 'invitation:' || p_id, p_email, 'invitation', p_mail, p_now);
  perform note_membership(p_account, 'member.invited', 'user:' || p_invited_by, p_email, p_role, p_now);
  return 'invited';
end
$$;
--> statement-breakpoint
-- Ends an open invitation: its link is worth nothing any more, and a mail that was not sent yet stays here.
create function withdraw_invitation(p_account bigint, p_id text, p_now timestamptz) returns void
language sql as $$
  update invitation set revoked_at = p_now
    where account_id = p_account and id = p_id and accepted_at is null and revoked_at is null;
  update mail set state = 'void'
    where account_id = p_account and key = 'invitation:' || p_id and state = 'queued'
$$;
--> statement-breakpoint
-- The same of every invitation that someone sent who may invite nobody any more.
create function withdraw_invitations_by(p_account bigint, p_user uuid, p_actor text, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_open invitation;
begin
  for v_open in
    select * from invitation
      where account_id = p_account and invited_by = p_user and accepted_at is null and revoked_at is null
  loop
    perform withdraw_invitation(p_account, v_open.id, p_now);
    perform note_membership(p_account, 'member.invitation-revoked', p_actor, v_open.email, v_open.role, p_now);
  end loop;
end
$$;
--> statement-breakpoint
-- Whether there is such an invitation. Taking back what is not open any more changes nothing.
create function revoke_invitation(p_account bigint, p_id text, p_actor text, p_now timestamptz) returns boolean
language plpgsql as $$
declare
  v_invitation invitation;
begin
  perform lock_organisation(p_account);
  select * into v_invitation from invitation where account_id = p_account and id = p_id;
  if not found then return false; end if;
  if v_invitation.accepted_at is null and v_invitation.revoked_at is null then
    perform withdraw_invitation(p_account, p_id, p_now);
    perform note_membership(p_account, 'member.invitation-revoked', p_actor, v_invitation.email, v_invitation.role, p_now);
  end if;
  return true;
end
$$;
--> statement-breakpoint
create type accepted_invitation as (
  -- joined | absent | expired | other_email; the rest is null unless joined.
  status text,
  account_id bigint,
  slug text
);
--> statement-breakpoint
-- Joins the organisation of an invitation, once, and only who has the invited address. Having the link proves that they
-- read mail there, so the address counts as verified. Accepting again is answered alike while the membership lasts; after
-- it the link is worth nothing.
create function accept_invitation(p_token_hash bytea, p_user uuid, p_now timestamptz) returns accepted_invitation
language plpgsql as $$
declare
  v_answer accepted_invitation;
  v_invitation invitation;
begin
  v_answer.status := 'absent';
  select * into v_invitation from invitation where token_hash = p_token_hash;
  if not found then return v_answer; end if;
  perform lock_organisation(v_invitation.account_id);
  select * into v_invitation from invitation where id = v_invitation.id;
  if v_invitation.revoked_at is not null then return v_answer; end if;
  if not exists (select from "user" where id = p_user and email = v_invitation.email) then
    v_answer.status := 'other_email';
    return v_answer;
  end if;
  if v_invitation.accepted_at is null then
    if v_invitation.expires_at <= p_now then
      v_answer.status := 'expired';
      return v_answer;
    end if;
    update invitation set accepted_at = p_now where id = v_invitation.id;
    update "user" set email_verified = clock_timestamp(), updated_at = clock_timestamp()
      where id = p_user and email_verified is null;
    insert into member (account_id, user_id, role) values (v_invitation.account_id, p_user, v_invitation.role)
      on conflict (account_id, user_id) do nothing;
    perform note_membership(
      v_invitation.account_id, 'member.joined', 'user:' || p_user, v_invitation.email, v_invitation.role, p_now);
  elsif not exists (select from member where account_id = v_invitation.account_id and user_id = p_user) then
    return v_answer;
  end if;
  select 'joined', id, slug into v_answer from account where id = v_invitation.account_id;
  return v_answer;
end
$$;
--> statement-breakpoint
-- Staff who look into an account see who is in it and what was done there, and no link.
grant select on member to talktime_readonly;
--> statement-breakpoint
grant select (id, account_id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at) on invitation
  to talktime_readonly;
