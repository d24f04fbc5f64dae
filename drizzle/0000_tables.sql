CREATE SCHEMA "ledger";
--> statement-breakpoint
CREATE TABLE "usage_day" (
	"account_id" bigint NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"attribution" text NOT NULL,
	"events" bigint DEFAULT 0 NOT NULL,
	"amount_micros" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_day_account_id_day_kind_attribution_pk" PRIMARY KEY("account_id","day","kind","attribution")
);
--> statement-breakpoint
CREATE TABLE "account_plan" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"plan_id" text,
	"assigned_at" timestamp with time zone NOT NULL,
	"next_grant_at" timestamp with time zone,
	"month" timestamp with time zone,
	"granted_micros" bigint DEFAULT 0 NOT NULL,
	"consumed_before_micros" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"monthly_micros" bigint NOT NULL,
	"tokens_max" integer,
	CONSTRAINT "plan_monthly" CHECK (monthly_micros between 1 and 1000000000000),
	CONSTRAINT "plan_tokens" CHECK (tokens_max >= 0)
);
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
	"low_micros" bigint NOT NULL,
	"high_micros" bigint NOT NULL,
	"in_wallet" boolean DEFAULT false NOT NULL,
	"below_zero_since" timestamp with time zone,
	"last_moment" timestamp with time zone,
	"category" text,
	"priority" integer,
	"expires_at" timestamp with time zone,
	"spend_rank" smallint,
	"spend_by" timestamp with time zone,
	"total_micros" bigint,
	"granted_micros" bigint,
	"clawed_micros" bigint,
	CONSTRAINT "ledger_account_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "ledger"."leg" (
	"account_id" bigint NOT NULL,
	"posting_id" bigint NOT NULL,
	"leg" smallint NOT NULL,
	"from_id" bigint NOT NULL,
	"to_id" bigint NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"from_balance_micros" bigint NOT NULL,
	"to_balance_micros" bigint NOT NULL,
	CONSTRAINT "leg_pk" PRIMARY KEY("account_id","posting_id","leg")
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
	"from_id" bigint,
	"to_id" bigint,
	"from_balance_micros" bigint,
	"to_balance_micros" bigint,
	"occurred_at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "posting_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "posting_reference" UNIQUE("account_id","reference"),
	CONSTRAINT "posting_occurred_at" UNIQUE("account_id","occurred_at")
);
--> statement-breakpoint
CREATE TABLE "mail" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"key" text NOT NULL,
	"recipient" text NOT NULL,
	"template" text NOT NULL,
	"data" jsonb NOT NULL,
	"below_zero_since" timestamp with time zone,
	"queued_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"sent_at" timestamp with time zone,
	"error" text,
	CONSTRAINT "mail_once" UNIQUE("account_id","key","recipient")
);
--> statement-breakpoint
CREATE TABLE "number_claim" (
	"account_id" bigint NOT NULL,
	"id" text NOT NULL,
	"state" text NOT NULL,
	"touched_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "number_claim_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "number_mode" (
	"account_id" bigint NOT NULL,
	"number_id" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"mode" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "number_mode_account_id_number_id_since_pk" PRIMARY KEY("account_id","number_id","since")
);
--> statement-breakpoint
CREATE TABLE "number_pool" (
	"number" text PRIMARY KEY NOT NULL,
	"claim_id" text,
	"claimed_at" timestamp with time zone,
	"freed_at" timestamp with time zone,
	CONSTRAINT "number_pool_claimId_unique" UNIQUE("claim_id")
);
--> statement-breakpoint
CREATE TABLE "phone_number" (
	"account_id" bigint NOT NULL,
	"id" text NOT NULL,
	"number" text NOT NULL,
	"nickname" text,
	"mode" text DEFAULT 'PAYG' NOT NULL,
	"consent" text,
	"inbound_instruction" text,
	"inbound_voice_gender" text,
	"inbound_language" text,
	"max_call_duration_seconds" integer,
	"rent_anchor" timestamp with time zone NOT NULL,
	"rent_months" integer DEFAULT 0 NOT NULL,
	"rent_due_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"released_at" timestamp with time zone,
	"release_reason" text,
	CONSTRAINT "phone_number_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "release_pause" (
	"account_id" bigint NOT NULL,
	"paused_at" timestamp with time zone NOT NULL,
	"resumed_at" timestamp with time zone,
	CONSTRAINT "release_pause_account_id_paused_at_pk" PRIMARY KEY("account_id","paused_at")
);
--> statement-breakpoint
CREATE TABLE "rent_period" (
	"account_id" bigint NOT NULL,
	"reference" text NOT NULL,
	"number_id" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"amount_micros" bigint NOT NULL,
	"posting_id" bigint,
	"anchor" timestamp with time zone NOT NULL,
	"months" integer NOT NULL,
	"reversed_at" timestamp with time zone,
	CONSTRAINT "rent_period_account_id_reference_pk" PRIMARY KEY("account_id","reference")
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
	"due_micros" bigint,
	"credit_micros" bigint,
	"requested_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	"recheck_at" timestamp with time zone,
	"asked_at" timestamp with time zone,
	CONSTRAINT "credit_order_stripeSessionId_unique" UNIQUE("stripe_session_id"),
	CONSTRAINT "credit_order_stripeInvoiceId_unique" UNIQUE("stripe_invoice_id"),
	CONSTRAINT "credit_order_due" CHECK (due_micros > 0),
	CONSTRAINT "credit_order_credit" CHECK (credit_micros is null or credit_micros > 0 and due_micros is not null)
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
CREATE TABLE "removed_payment_method" (
	"account_id" bigint NOT NULL,
	"id" text NOT NULL,
	"removed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "removed_payment_method_account_id_id_pk" PRIMARY KEY("account_id","id")
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
CREATE TABLE "purchase" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"trigger" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"payment_method_id" text,
	"method_type" text,
	"method_brand" text,
	"method_last4" text,
	"state" text DEFAULT 'created' NOT NULL,
	"failure_code" text,
	"decline_code" text,
	"stripe_invoice_id" text,
	"link_hash" "bytea",
	"link_expires_at" timestamp with time zone,
	"balance_before_micros" bigint,
	"balance_after_micros" bigint,
	"posting_id" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "purchase_stripeInvoiceId_unique" UNIQUE("stripe_invoice_id"),
	CONSTRAINT "purchase_linkHash_unique" UNIQUE("link_hash")
);
--> statement-breakpoint
CREATE TABLE "overdraft_collection" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"stripe_subscription_id" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"state" text DEFAULT 'begun' NOT NULL,
	"stripe_item_id" text,
	"stripe_invoice_id" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "overdraft_collection_stripeItemId_unique" UNIQUE("stripe_item_id")
);
--> statement-breakpoint
CREATE TABLE "subscription" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"stripe_subscription_id" text NOT NULL,
	"stripe_customer_id" text NOT NULL,
	"status" text NOT NULL,
	"interval" text NOT NULL,
	"quantity" integer NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"period_end" timestamp with time zone NOT NULL,
	"cancel_at_period_end" boolean NOT NULL,
	"ended_at" timestamp with time zone,
	"units" integer DEFAULT 0 NOT NULL,
	"paid_through" timestamp with time zone,
	"covered_since" timestamp with time zone,
	"ends_without_numbers" boolean DEFAULT false NOT NULL,
	"latest_invoice_id" text,
	"read_ticket" bigint NOT NULL,
	"busy_deed" text,
	"busy_until" timestamp with time zone,
	"recheck_at" timestamp with time zone NOT NULL,
	CONSTRAINT "subscription_stripeSubscriptionId_unique" UNIQUE("stripe_subscription_id")
);
--> statement-breakpoint
CREATE TABLE "subscription_deed" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"number_id" text,
	"state" text DEFAULT 'begun' NOT NULL,
	"requested_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscription_invoice" (
	"account_id" bigint NOT NULL,
	"id" text NOT NULL,
	"stripe_subscription_id" text NOT NULL,
	"interval" text NOT NULL,
	"quantity" integer NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"period_end" timestamp with time zone NOT NULL,
	"proration" boolean NOT NULL,
	"paid_micros" bigint NOT NULL,
	"posting_id" bigint,
	"paid_at" timestamp with time zone NOT NULL,
	CONSTRAINT "subscription_invoice_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "subscription_order" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"stripe_customer_id" text NOT NULL,
	"livemode" boolean NOT NULL,
	"interval" text NOT NULL,
	"quantity" integer NOT NULL,
	"return_url" text NOT NULL,
	"redirect" text NOT NULL,
	"state" text DEFAULT 'created' NOT NULL,
	"stripe_session_id" text,
	"requested_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"recheck_at" timestamp with time zone,
	CONSTRAINT "subscription_order_stripeSessionId_unique" UNIQUE("stripe_session_id")
);
--> statement-breakpoint
CREATE TABLE "subscription_quote" (
	"account_id" bigint NOT NULL,
	"proration_date" bigint NOT NULL,
	"terms" text NOT NULL,
	"amount_cents" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "subscription_quote_account_id_proration_date_terms_amount_cents_pk" PRIMARY KEY("account_id","proration_date","terms","amount_cents")
);
--> statement-breakpoint
CREATE TABLE "fare" (
	"kind" text NOT NULL,
	"prefix" text NOT NULL,
	"effective_from" timestamp with time zone NOT NULL,
	"name" text NOT NULL,
	"price_micros" bigint NOT NULL,
	"increment_seconds" integer,
	"minimum_seconds" integer,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "fare_kind_prefix_effective_from_pk" PRIMARY KEY("kind","prefix","effective_from"),
	CONSTRAINT "fare_prefix" CHECK (prefix = '' or prefix ~ '^\+\d{0,15}$'),
	CONSTRAINT "fare_price" CHECK (price_micros between 0 and 100000000),
	CONSTRAINT "fare_increments" CHECK (case kind when 'call' then increment_seconds between 1 and 3600 and minimum_seconds between 0 and 3600
            else increment_seconds is null and minimum_seconds is null end)
);
--> statement-breakpoint
CREATE TABLE "usage_event" (
	"account_id" bigint NOT NULL,
	"id" text NOT NULL,
	"number_id" text,
	"number" text,
	"kind" text,
	"destination" text,
	"quantity" bigint,
	"fare_name" text NOT NULL,
	"billed_quantity" bigint NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"attribution" text NOT NULL,
	"posting_id" bigint,
	"occurred_at" timestamp with time zone NOT NULL,
	"placed_at" timestamp with time zone,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "usage_event_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
ALTER TABLE "usage_day" ADD CONSTRAINT "usage_day_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_plan" ADD CONSTRAINT "account_plan_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_plan" ADD CONSTRAINT "account_plan_plan_id_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_account" ADD CONSTRAINT "oauth_account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "welcome_claim" ADD CONSTRAINT "welcome_claim_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."ledger_account" ADD CONSTRAINT "ledger_account_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail" ADD CONSTRAINT "mail_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "number_claim" ADD CONSTRAINT "number_claim_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "number_mode" ADD CONSTRAINT "number_mode_number" FOREIGN KEY ("account_id","number_id") REFERENCES "public"."phone_number"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "phone_number" ADD CONSTRAINT "phone_number_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_pause" ADD CONSTRAINT "release_pause_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rent_period" ADD CONSTRAINT "rent_period_number" FOREIGN KEY ("account_id","number_id") REFERENCES "public"."phone_number"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_order" ADD CONSTRAINT "credit_order_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_record" ADD CONSTRAINT "idempotency_record_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "removed_payment_method" ADD CONSTRAINT "removed_payment_method_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase" ADD CONSTRAINT "purchase_id_credit_order_id_fk" FOREIGN KEY ("id") REFERENCES "public"."credit_order"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase" ADD CONSTRAINT "purchase_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overdraft_collection" ADD CONSTRAINT "overdraft_collection_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_deed" ADD CONSTRAINT "subscription_deed_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_invoice" ADD CONSTRAINT "subscription_invoice_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_order" ADD CONSTRAINT "subscription_order_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_quote" ADD CONSTRAINT "subscription_quote_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_plan_due" ON "account_plan" USING btree ("next_grant_at") WHERE next_grant_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_hash" ON "api_key" USING btree ("key_hash");--> statement-breakpoint
CREATE INDEX "api_key_account" ON "api_key" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "member_user" ON "member" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_user" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ledger_account_spend" ON "ledger"."ledger_account" USING btree ("account_id","spend_rank","priority","spend_by","id") WHERE in_wallet or spend_rank >= 5;--> statement-breakpoint
CREATE INDEX "ledger_account_below_zero" ON "ledger"."ledger_account" USING btree ("account_id") WHERE below_zero_since is not null;--> statement-breakpoint
CREATE INDEX "ledger_account_due" ON "ledger"."ledger_account" USING btree ("expires_at") WHERE in_wallet and expires_at is not null;--> statement-breakpoint
CREATE INDEX "posting_not_spent" ON "ledger"."posting" USING btree ("account_id","occurred_at") WHERE code not in ('usage', 'rent');--> statement-breakpoint
CREATE INDEX "mail_due" ON "mail" USING btree ("due_at") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "number_claim_open" ON "number_claim" USING btree ("touched_at") WHERE state in ('claiming', 'freeing');--> statement-breakpoint
CREATE UNIQUE INDEX "phone_number_held_once" ON "phone_number" USING btree ("number") WHERE released_at is null;--> statement-breakpoint
CREATE INDEX "phone_number_dialled" ON "phone_number" USING btree ("account_id","number");--> statement-breakpoint
CREATE INDEX "phone_number_rent_due" ON "phone_number" USING btree ("rent_due_at") WHERE rent_due_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "release_pause_open" ON "release_pause" USING btree ("account_id") WHERE resumed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "rent_period_once" ON "rent_period" USING btree ("account_id","number_id","starts_at") WHERE reversed_at is null;--> statement-breakpoint
CREATE INDEX "credit_order_account" ON "credit_order" USING btree ("account_id","created_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "credit_order_unsettled" ON "credit_order" USING btree ("created_at") WHERE state in ('created', 'open');--> statement-breakpoint
CREATE INDEX "stripe_event_due" ON "stripe_event" USING btree ("due_at") WHERE state in ('received', 'failed');--> statement-breakpoint
CREATE INDEX "stripe_event_attention" ON "stripe_event" USING btree ("received_at") WHERE state in ('quarantined', 'dead');--> statement-breakpoint
CREATE INDEX "stripe_event_newest" ON "stripe_event" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "purchase_one_automatic" ON "purchase" USING btree ("account_id") WHERE "trigger" <> 'manual' and state in ('created', 'charging', 'requires_action', 'unknown');--> statement-breakpoint
CREATE INDEX "purchase_in_flight" ON "purchase" USING btree ("account_id") WHERE state in ('created', 'charging', 'requires_action', 'unknown');--> statement-breakpoint
CREATE INDEX "purchase_unsettled" ON "purchase" USING btree ("due_at") WHERE state in ('created', 'charging', 'requires_action', 'unknown');--> statement-breakpoint
CREATE INDEX "purchase_newest" ON "purchase" USING btree ("account_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "overdraft_collection_one_open" ON "overdraft_collection" USING btree ("account_id") WHERE state in ('begun', 'pending', 'billed');--> statement-breakpoint
CREATE INDEX "subscription_recheck" ON "subscription" USING btree ("recheck_at") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "subscription_deed_covering" ON "subscription_deed" USING btree ("account_id","created_at") WHERE state = 'begun' and kind = 'cover';--> statement-breakpoint
CREATE INDEX "subscription_invoice_units" ON "subscription_invoice" USING btree ("account_id","stripe_subscription_id","period_start");--> statement-breakpoint
CREATE UNIQUE INDEX "subscription_order_one_open" ON "subscription_order" USING btree ("account_id") WHERE state in ('created', 'open');--> statement-breakpoint
CREATE INDEX "subscription_order_unsettled" ON "subscription_order" USING btree ("created_at") WHERE state in ('created', 'open');--> statement-breakpoint
CREATE UNIQUE INDEX "usage_event_place" ON "usage_event" USING btree ("account_id","placed_at") WHERE placed_at is not null;--> statement-breakpoint
CREATE INDEX "usage_event_newest" ON "usage_event" USING btree ("account_id","occurred_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);