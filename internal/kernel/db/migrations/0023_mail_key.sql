-- +goose Up

-- A key with which a workspace signs its mail. It waits until DNS says its public
-- half, and then takes over from the one in use, which loses its secret.
create table mail_key (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	-- Whose mail it signs, and under which name DNS has its public half.
	domain text collate "C" not null,
	selector text collate "C" not null,
	public_half text collate "C" not null,
	-- Sealed.
	secret text collate "C" not null,
	state text collate "C" not null check (state in ('waiting', 'used', 'retired')),
	-- What was found in DNS, as JSON, and when; empty before the first check.
	found text not null default '',
	checked_at bigint,
	created_by text collate "C",
	created_at bigint not null,
	used_at bigint,
	retired_at bigint,
	primary key (workspace_id, id),
	check ((state = 'retired') = (secret = '')),
	check ((state = 'retired') = (retired_at is not null))
);
create unique index mail_key_state on mail_key (workspace_id, state) where state <> 'retired';

-- What DNS says of the domain that a workspace's mail comes from, as JSON.
create table mail_check (
	workspace_id text collate "C" not null references workspace (id),
	domain text collate "C" not null,
	spf text not null,
	dmarc text not null,
	checked_at bigint not null,
	primary key (workspace_id)
);
