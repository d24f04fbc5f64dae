-- Run once by a superuser of the server, before the first migration; it may be run again at any time.
-- Afterwards give each role a password (ALTER ROLE … PASSWORD, or \password in psql) and create the database:
--   CREATE DATABASE talktime OWNER talktime_owner;
-- MIGRATION_DATABASE_URL signs in as talktime_owner, DATABASE_URL as talktime_app, READONLY_DATABASE_URL as talktime_readonly.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['talktime_owner', 'talktime_app', 'talktime_readonly'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name);
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
