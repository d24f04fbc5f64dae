-- What the product's two login roles may do with the ordinary tables; the ledger's own grants stand with the ledger.
-- The roles themselves are made by lib/db/roles.sql.
GRANT USAGE ON SCHEMA public TO talktime_app, talktime_readonly;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO talktime_app;
--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO talktime_app;
--> statement-breakpoint
GRANT SELECT ON ALL TABLES IN SCHEMA public TO talktime_readonly;
--> statement-breakpoint
-- Tables of later migrations follow the same rule; one that must not says so where it is made.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO talktime_app;
--> statement-breakpoint
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO talktime_app;
--> statement-breakpoint
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO talktime_readonly;
--> statement-breakpoint
-- Whoever only looks never sees what signs a person or a program in.
REVOKE SELECT ON "session", "verification_token", "oauth_account", "user", "api_key" FROM talktime_readonly;
--> statement-breakpoint
GRANT SELECT ("id", "name", "email", "email_verified", "image", "is_staff", "created_at") ON "user" TO talktime_readonly;
--> statement-breakpoint
GRANT SELECT ("id", "account_id", "name", "preview", "scopes", "created_by", "created_at", "last_used_at", "expires_at", "revoked_at")
  ON "api_key" TO talktime_readonly;
