-- +goose Up

-- A key with which a workspace takes payments through Stripe. A changed key is a
-- new row: pages that were opened with the old one are still looked at with it.
create table stripe_key (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	account_id text collate "C" not null,
	account_name text not null default '',
	live boolean not null,
	-- Set where the key comes from the environment: a hash of it.
	environment text collate "C" not null default '',
	-- Sealed, with what their last characters are.
	secret text not null,
	secret_end text not null,
	-- What webhooks are signed with, empty until it is known, and what they were
	-- signed with before.
	hook text not null default '',
	hook_end text not null default '',
	hook_before text not null default '',
	hook_before_until bigint,
	-- Of the endpoint that was added at Stripe, until it is removed there.
	hook_id text collate "C" not null default '',
	created_by text collate "C",
	created_at bigint not null,
	retired_at bigint,
	version bigint not null default 1,
	primary key (workspace_id, id)
);
create unique index stripe_key_in_use on stripe_key (workspace_id) where retired_at is null;

-- Where Stripe sends what happened: the part of the address that nobody guesses.
create table stripe_endpoint (
	workspace_id text collate "C" not null references workspace (id),
	token text collate "C" not null,
	created_at bigint not null,
	primary key (workspace_id)
);

-- Somebody going to pay an invoice. What is asked for is ours, and is what comes
-- back compared with.
create table checkout (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	invoice_id text collate "C" not null,
	key_id text collate "C" not null,
	account_id text collate "C" not null,
	live boolean not null,
	currency text not null,
	amount_minor bigint not null check (amount_minor > 0),
	-- created: Stripe was not asked yet, or did not answer; open: the page can be paid
	-- on; processing: a slow payment is under way.
	state text collate "C" not null check (state in ('created', 'open', 'processing', 'succeeded', 'failed', 'expired')),
	session_id text collate "C",
	intent_id text collate "C",
	url text not null default '',
	-- What Stripe is asked, as JSON: asked again, it has to be the same.
	ask text not null,
	-- Until when the page can be paid on, and when it was last looked at.
	until bigint not null,
	looked_at bigint not null,
	payment_id text collate "C",
	created_by text collate "C" not null,
	created_at bigint not null,
	state_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id, invoice_id) references invoice (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, payment_id) references payment (workspace_id, client_id, id),
	foreign key (workspace_id, key_id) references stripe_key (workspace_id, id)
);
-- One at a time: nobody pays twice.
create unique index checkout_one on checkout (workspace_id, invoice_id) where state in ('created', 'open', 'processing');
create unique index checkout_session on checkout (workspace_id, session_id) where session_id is not null;
create index checkout_intent on checkout (workspace_id, intent_id) where intent_id is not null;
-- Those that Stripe would open no page for.
create index checkout_refused on checkout (workspace_id, state_at) where state = 'failed' and session_id is null;
create index checkout_waiting on checkout (workspace_id, looked_at, id) where state in ('created', 'open', 'processing');

-- What Stripe told, as it came, before anything was made of it.
create table stripe_event (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	kind text not null,
	key_id text collate "C" not null,
	-- Empty once it was pruned, which is some time after something was made of it.
	body text not null,
	body_sha256 text collate "C" not null,
	-- The payment that it is about, where it waits for that to be known.
	awaits text collate "C",
	received_at bigint not null,
	done_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, key_id) references stripe_key (workspace_id, id)
);
create index stripe_event_prune on stripe_event (workspace_id, done_at) where body <> '';
create index stripe_event_awaits on stripe_event (workspace_id, awaits, id) where awaits is not null and done_at is null;

-- Money at Stripe that fits nothing of ours, for people to decide on.
create table unmatched_payment (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	key_id text collate "C" not null,
	session_id text collate "C" not null,
	intent_id text collate "C" not null default '',
	-- The attempt that it names or seems to be.
	checkout_id text collate "C",
	currency text not null,
	amount_minor bigint not null,
	reason text collate "C" not null check (reason in ('unknown', 'amount', 'currency', 'account', 'mode')),
	state text collate "C" not null check (state in ('open', 'applied', 'refunded', 'ignored')),
	note text not null default '',
	payment_id text collate "C",
	created_at bigint not null,
	resolved_by text collate "C",
	resolved_at bigint,
	version bigint not null default 1,
	primary key (workspace_id, id),
	unique (workspace_id, session_id),
	foreign key (workspace_id, key_id) references stripe_key (workspace_id, id),
	foreign key (workspace_id, checkout_id) references checkout (workspace_id, id),
	foreign key (workspace_id, payment_id) references payment (workspace_id, id)
);
create index unmatched_intent on unmatched_payment (workspace_id, intent_id);
create index unmatched_open on unmatched_payment (workspace_id, id) where state = 'open';

-- Money that goes back through Stripe, asked for by us or made there.
create table stripe_refund (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	key_id text collate "C" not null,
	intent_id text collate "C" not null,
	refund_id text collate "C",
	-- Of a payment in the ledger, or of one that fits nothing.
	payment_id text collate "C",
	unmatched_id text collate "C",
	currency text not null,
	amount_minor bigint not null check (amount_minor > 0),
	-- What the ledger has of it: not more than was left to give back.
	booked_minor bigint not null default 0,
	reference text not null default '',
	-- booked: the ledger has it; failed: it has it no more.
	state text collate "C" not null check (state in ('asked', 'booked', 'failed')),
	created_by text collate "C",
	created_at bigint not null,
	state_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, key_id) references stripe_key (workspace_id, id),
	foreign key (workspace_id, payment_id) references payment (workspace_id, id),
	foreign key (workspace_id, unmatched_id) references unmatched_payment (workspace_id, id)
);
create unique index stripe_refund_once on stripe_refund (workspace_id, refund_id) where refund_id is not null;
create index stripe_refund_of on stripe_refund (workspace_id, payment_id) where payment_id is not null;
create index stripe_refund_asked on stripe_refund (workspace_id, id) where state = 'asked';

create index stripe_refund_failed on stripe_refund (workspace_id, state_at) where state = 'failed';

-- Money that a payer's bank asks back.
create table dispute (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	payment_id text collate "C" not null,
	currency text not null,
	amount_minor bigint not null,
	state text collate "C" not null check (state in ('open', 'won', 'lost')),
	created_at bigint not null,
	state_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, payment_id) references payment (workspace_id, id)
);
create index dispute_open on dispute (workspace_id, created_at) where state = 'open';

-- What happened with money, newest first.
create index activity_area on activity (workspace_id, area, id);

-- The refund because of which an allocation was taken back or came again.
alter table allocation add column refund_id text collate "C";
