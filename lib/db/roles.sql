-- Run once before the first migration, by a superuser or by the administrator whom a managed server gives (one who may
-- create roles and databases); it may be run again at any time.
-- Afterwards give each role a password (ALTER ROLE … PASSWORD, or \password in psql) and create the database:
--   GRANT talktime_owner TO CURRENT_USER; -- superusers need not
--   CREATE DATABASE talktime OWNER talktime_owner;
-- MIGRATION_DATABASE_URL signs in as talktime_owner, DATABASE_URL as talktime_app, READONLY_DATABASE_URL as talktime_readonly.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['talktime_owner', 'talktime_app', 'talktime_readonly'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', name);
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = name
      AND (NOT rolcanlogin OR rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)) THEN
      RAISE EXCEPTION 'Role % is there already, and may do more than sign in or not even that. Make it LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS.', name;
    END IF;
  END LOOP;
END
$$;

-- A statement that waits longer than this has met a fault: it gives up its locks and is retried under the same reference.
ALTER ROLE talktime_app SET statement_timeout = '5s';
ALTER ROLE talktime_app SET lock_timeout = '2s';
ALTER ROLE talktime_app SET idle_in_transaction_session_timeout = '10s';

-- Staff who look into an account sign in with this role: nothing it runs can write, whatever the code above it does.
ALTER ROLE talktime_readonly SET default_transaction_read_only = on;
ALTER ROLE talktime_readonly SET statement_timeout = '5s';
ALTER ROLE talktime_readonly SET lock_timeout = '2s';
ALTER ROLE talktime_readonly SET idle_in_transaction_session_timeout = '10s';
