-- +goose Up

-- The business that runs the portal. Everything else hangs below it.
create table workspace (
	id text collate "C" primary key check (id <> ''),
	name text not null,
	website text not null default '',
	industry text not null default '',
	legal_structure text not null default '',
	legal_name text not null default '',
	address text not null default '',
	phone text not null default '',
	tax_id text not null default '',
	registration_number text not null default '',
	email text not null default '',
	brand_color text not null default '',
	logo_version_id text collate "C",
	logo_sha256 text not null default '',
	time_zone text not null,
	language text not null,
	date_format text not null default '',
	week_start bigint not null default 1,
	currency text not null default 'EUR',
	sender_name text not null default '',
	sender_email text not null default '',
	reply_to text not null default '',
	created_at bigint not null,
	version bigint not null default 1
);

-- Addresses beside the base URL: an app host serves both faces, a portal host
-- the portal alone.
create table workspace_host (
	host text collate "C" primary key,
	workspace_id text collate "C" not null references workspace (id),
	kind text not null check (kind in ('app', 'portal')),
	created_at bigint not null
);
create index workspace_host_workspace on workspace_host (workspace_id);

-- One row: whether this installation has been set up, and the hash of the
-- token that the console printed for it.
create table installation (
	id bigint primary key check (id = 1),
	setup_hash text not null default '',
	claimed_at bigint
);
insert into installation (id) values (1);

-- Attempts by network address, counted before any workspace is known.
create table address_limit (
	address text collate "C" not null,
	purpose text not null,
	attempts bigint not null,
	since bigint not null,
	primary key (address, purpose)
);
create index address_limit_age on address_limit (since);

-- Forms that were submitted already, with what came of them.
create table idempotency (
	workspace_id text collate "C" not null references workspace (id),
	actor text collate "C" not null,
	key text collate "C" not null,
	result text not null,
	created_at bigint not null,
	primary key (workspace_id, actor, key)
);
create index idempotency_age on idempotency (workspace_id, created_at);
