-- What the product's two login roles may do with the ordinary tables; the ledger's own grants stand with the ledger.
-- The roles themselves are made by lib/db/roles.sql.
GRANT USAGE ON SCHEMA public TO talktime_app, talktime_readonly;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO talktime_app;
--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO talktime_app;
--> statement-breakpoint
-- What happened stays: of an order only its course is written, of usage only its posting, and no claim is taken back.
REVOKE UPDATE, DELETE ON "credit_order", "usage_event", "welcome_claim" FROM talktime_app;
--> statement-breakpoint
GRANT UPDATE ("state", "stripe_session_id", "stripe_invoice_id", "settled_at", "recheck_at", "asked_at") ON "credit_order" TO talktime_app;
--> statement-breakpoint
GRANT UPDATE ("posting_id") ON "usage_event" TO talktime_app;
--> statement-breakpoint
-- Who is staff is for whoever runs the database to say: nothing that the application does makes anyone staff.
REVOKE INSERT, UPDATE ON "user" FROM talktime_app;
--> statement-breakpoint
GRANT INSERT ("id", "name", "email", "email_verified", "image", "password_hash", "created_at", "updated_at"),
  UPDATE ("name", "email", "email_verified", "image", "password_hash", "created_at", "updated_at") ON "user" TO talktime_app;
--> statement-breakpoint
-- Tables of later migrations follow the same rule for the application; one that must not says so where it is made.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO talktime_app;
--> statement-breakpoint
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO talktime_app;
--> statement-breakpoint
-- Whoever only looks reads what an account's pages show, and never what signs a person or a program in. Tables of later
-- migrations are closed to this role until one opens them.
GRANT SELECT ON "account", "phone_number", "credit_order", "usage_event" TO talktime_readonly;
--> statement-breakpoint
GRANT SELECT ("id", "number", "name", "email", "email_verified", "image", "is_staff", "created_at", "updated_at") ON "user" TO talktime_readonly;
--> statement-breakpoint
GRANT SELECT ("id", "account_id", "name", "preview", "scopes", "created_by", "created_at", "last_used_at", "expires_at", "revoked_at")
  ON "api_key" TO talktime_readonly;
