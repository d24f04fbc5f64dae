CREATE SCHEMA "ledger";
--> statement-breakpoint
CREATE TABLE "account" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "account_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"stripe_customer_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_stripeCustomerId_unique" UNIQUE("stripe_customer_id")
);
--> statement-breakpoint
CREATE TABLE "api_key" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"name" text NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"preview" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "member" (
	"account_id" bigint NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "member_account_id_user_id_pk" PRIMARY KEY("account_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "oauth_account" (
	"user_id" uuid NOT NULL,
	"type" text NOT NULL,
	"provider" text NOT NULL,
	"provider_account_id" text NOT NULL,
	"refresh_token" text,
	"access_token" text,
	"expires_at" integer,
	"token_type" text,
	"scope" text,
	"id_token" text,
	"session_state" text,
	CONSTRAINT "oauth_account_provider_provider_account_id_pk" PRIMARY KEY("provider","provider_account_id")
);
--> statement-breakpoint
CREATE TABLE "rate_limit" (
	"bucket" text PRIMARY KEY NOT NULL,
	"full_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"session_token" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"expires" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text,
	"email" text NOT NULL,
	"email_verified" timestamp with time zone,
	"image" text,
	"password_hash" text,
	"is_staff" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "verification_token" (
	"identifier" text NOT NULL,
	"token" text NOT NULL,
	"expires" timestamp with time zone NOT NULL,
	CONSTRAINT "verification_token_identifier_token_pk" PRIMARY KEY("identifier","token")
);
--> statement-breakpoint
CREATE TABLE "welcome_claim" (
	"identity_hash" "bytea" PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "welcome_claim_accountId_unique" UNIQUE("account_id")
);
--> statement-breakpoint
CREATE TABLE "recurring_job" (
	"name" text PRIMARY KEY NOT NULL,
	"due_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone,
	"succeeded_at" timestamp with time zone,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "stripe_sweep" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"swept_to" timestamp with time zone NOT NULL,
	CONSTRAINT "stripe_sweep_one_row" CHECK ("stripe_sweep"."id")
);
--> statement-breakpoint
CREATE TABLE "worker_heartbeat" (
	"worker_id" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"beat_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."ledger_account" (
	"account_id" bigint NOT NULL,
	"id" bigint NOT NULL,
	"kind" text NOT NULL,
	"currency" text NOT NULL,
	"balance_micros" bigint DEFAULT 0 NOT NULL,
	"open" boolean GENERATED ALWAYS AS (kind = 'grant' and balance_micros > 0) STORED NOT NULL,
	"below_zero_since" timestamp with time zone,
	"granted_by" bigint,
	"category" text,
	"priority" integer,
	"expires_at" timestamp with time zone,
	"total_micros" bigint,
	"granted_micros" bigint,
	"clawed_micros" bigint,
	CONSTRAINT "ledger_account_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "ledger_account_currency" UNIQUE("account_id","id","currency"),
	CONSTRAINT "ledger_account_chart" CHECK (case kind when 'overdraft' then id = 1 when 'held' then id = 2 when 'stripe' then id = 3
        when 'subscriptions' then id = 4 when 'promotions' then id = 5 when 'usage' then id = 6 when 'rent' then id = 7
        when 'expired' then id = 8 when 'refunds' then id = 9 when 'disputes' then id = 10
        when 'grant' then id >= 1000 and id = granted_by else false end),
	CONSTRAINT "ledger_account_sign" CHECK (case when kind in ('overdraft', 'stripe', 'promotions') then balance_micros <= 0
        else balance_micros >= 0 end),
	CONSTRAINT "ledger_account_bounds" CHECK (balance_micros between -1000000000000000 and 1000000000000000),
	CONSTRAINT "ledger_account_currency_usd" CHECK (currency = 'USD'),
	CONSTRAINT "ledger_account_overdraft_only" CHECK (kind = 'overdraft' or below_zero_since is null),
	CONSTRAINT "ledger_account_grant_only" CHECK (case when kind = 'grant' then num_nulls(granted_by, category, priority, total_micros, granted_micros, clawed_micros) = 0
        else num_nonnulls(granted_by, category, priority, expires_at, total_micros, granted_micros, clawed_micros) = 0 end),
	CONSTRAINT "ledger_account_category" CHECK (category in ('allowance', 'promotional', 'purchased')),
	CONSTRAINT "ledger_account_granted" CHECK (balance_micros <= granted_micros and granted_micros <= total_micros),
	CONSTRAINT "ledger_account_total" CHECK (total_micros between 1 and 1000000000000),
	CONSTRAINT "ledger_account_clawed" CHECK (clawed_micros between 0 and total_micros)
);
--> statement-breakpoint
CREATE TABLE "ledger"."posting" (
	"account_id" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "ledger"."posting_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1000 CACHE 1),
	"code" text NOT NULL,
	"reference" text NOT NULL,
	"input_hash" "bytea" NOT NULL,
	"currency" text NOT NULL,
	"total_micros" bigint NOT NULL,
	"balance_micros" bigint NOT NULL,
	"answer" jsonb NOT NULL,
	"target_id" bigint,
	"occurred_at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "posting_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "posting_reference" UNIQUE("account_id","reference"),
	CONSTRAINT "posting_occurred_at" UNIQUE("account_id","occurred_at"),
	CONSTRAINT "posting_code" CHECK (code in ('deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance', 'usage', 'rent', 'refund', 'dispute',
        'expiry', 'subscription', 'reversal')),
	CONSTRAINT "posting_reference_length" CHECK (length(reference) between 1 and 255),
	CONSTRAINT "posting_input_hash" CHECK (octet_length(input_hash) = 32),
	CONSTRAINT "posting_currency_usd" CHECK (currency = 'USD'),
	CONSTRAINT "posting_total" CHECK (total_micros between 0 and 1000000000000
        and (total_micros > 0 or code in ('refund', 'dispute', 'reversal'))),
	CONSTRAINT "posting_balance" CHECK (balance_micros between -1000000000000000 and 1000000000000000),
	CONSTRAINT "posting_target_given" CHECK ((code in ('refund', 'dispute', 'expiry', 'reversal')) = (target_id is not null)),
	CONSTRAINT "posting_occurred_at_finite" CHECK (isfinite(occurred_at))
);
--> statement-breakpoint
CREATE TABLE "ledger"."transfer" (
	"account_id" bigint NOT NULL,
	"posting_id" bigint NOT NULL,
	"leg" smallint NOT NULL,
	"from_id" bigint NOT NULL,
	"to_id" bigint NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"from_balance_micros" bigint NOT NULL,
	"to_balance_micros" bigint NOT NULL,
	CONSTRAINT "transfer_pk" PRIMARY KEY("account_id","posting_id","leg"),
	CONSTRAINT "transfer_amount" CHECK (amount_micros between 1 and 1000000000000),
	CONSTRAINT "transfer_sides" CHECK (from_id <> to_id),
	CONSTRAINT "transfer_leg" CHECK (leg >= 1)
);
--> statement-breakpoint
CREATE TABLE "number_pool" (
	"number" text PRIMARY KEY NOT NULL,
	"claim_id" text,
	"claimed_at" timestamp with time zone,
	CONSTRAINT "number_pool_claimId_unique" UNIQUE("claim_id")
);
--> statement-breakpoint
CREATE TABLE "phone_number" (
	"account_id" bigint NOT NULL,
	"id" text NOT NULL,
	"number" text NOT NULL,
	"nickname" text,
	"mode" text DEFAULT 'PAYG' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"released_at" timestamp with time zone,
	CONSTRAINT "phone_number_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "usage_event" (
	"account_id" bigint NOT NULL,
	"id" text NOT NULL,
	"number_id" text,
	"number" text,
	"fare_name" text NOT NULL,
	"billed_quantity" bigint NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"attribution" text NOT NULL,
	"posting_id" bigint,
	"occurred_at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "usage_event_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "credit_order" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"stripe_customer_id" text NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"livemode" boolean NOT NULL,
	"state" text DEFAULT 'created' NOT NULL,
	"stripe_session_id" text,
	"stripe_invoice_id" text,
	"requested_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	"recheck_at" timestamp with time zone,
	CONSTRAINT "credit_order_stripeSessionId_unique" UNIQUE("stripe_session_id"),
	CONSTRAINT "credit_order_stripeInvoiceId_unique" UNIQUE("stripe_invoice_id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_record" (
	"account_id" bigint NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"subject_id" text NOT NULL,
	"answer" jsonb,
	"leased_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "idempotency_record_account_id_key_pk" PRIMARY KEY("account_id","key")
);
--> statement-breakpoint
CREATE TABLE "stripe_event" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"subject" text,
	"livemode" boolean,
	"api_version" text,
	"source" text NOT NULL,
	"payload" json NOT NULL,
	"state" text DEFAULT 'received' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"reason" text,
	"stripe_created_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_account" ADD CONSTRAINT "oauth_account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "welcome_claim" ADD CONSTRAINT "welcome_claim_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."ledger_account" ADD CONSTRAINT "ledger_account_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."ledger_account" ADD CONSTRAINT "ledger_account_granted_by" FOREIGN KEY ("account_id","granted_by") REFERENCES "ledger"."posting"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."posting" ADD CONSTRAINT "posting_target" FOREIGN KEY ("account_id","target_id") REFERENCES "ledger"."posting"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."transfer" ADD CONSTRAINT "transfer_posting" FOREIGN KEY ("account_id","posting_id") REFERENCES "ledger"."posting"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."transfer" ADD CONSTRAINT "transfer_from" FOREIGN KEY ("account_id","from_id","currency") REFERENCES "ledger"."ledger_account"("account_id","id","currency") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."transfer" ADD CONSTRAINT "transfer_to" FOREIGN KEY ("account_id","to_id","currency") REFERENCES "ledger"."ledger_account"("account_id","id","currency") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "phone_number" ADD CONSTRAINT "phone_number_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_order" ADD CONSTRAINT "credit_order_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_record" ADD CONSTRAINT "idempotency_record_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_hash" ON "api_key" USING btree ("key_hash");--> statement-breakpoint
CREATE INDEX "api_key_account" ON "api_key" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "member_user" ON "member" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_user" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ledger_account_open" ON "ledger"."ledger_account" USING btree ("account_id","id") WHERE open;--> statement-breakpoint
CREATE INDEX "ledger_account_due" ON "ledger"."ledger_account" USING btree ("expires_at") WHERE open and expires_at is not null;--> statement-breakpoint
CREATE INDEX "posting_deposit" ON "ledger"."posting" USING btree ("account_id","occurred_at") WHERE code in ('deposit_card', 'deposit_welcome', 'deposit_manual');--> statement-breakpoint
CREATE UNIQUE INDEX "posting_undone_once" ON "ledger"."posting" USING btree ("account_id","code","target_id") WHERE code in ('reversal', 'expiry');--> statement-breakpoint
CREATE UNIQUE INDEX "phone_number_held_once" ON "phone_number" USING btree ("number") WHERE released_at is null;--> statement-breakpoint
CREATE INDEX "usage_event_newest" ON "usage_event" USING btree ("account_id","occurred_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "credit_order_account" ON "credit_order" USING btree ("account_id","created_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "credit_order_unsettled" ON "credit_order" USING btree ("created_at") WHERE state in ('created', 'open');--> statement-breakpoint
CREATE INDEX "stripe_event_due" ON "stripe_event" USING btree ("due_at") WHERE state in ('received', 'failed');--> statement-breakpoint
CREATE INDEX "stripe_event_attention" ON "stripe_event" USING btree ("received_at") WHERE state in ('quarantined', 'dead');--> statement-breakpoint
CREATE INDEX "stripe_event_newest" ON "stripe_event" USING btree ("received_at");