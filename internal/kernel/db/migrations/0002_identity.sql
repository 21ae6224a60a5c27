-- +goose Up

-- A login: one mail address in one realm of one workspace.
create table identity (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	realm text not null check (realm in ('staff', 'portal')),
	name text not null,
	email text not null,
	email_key text collate "C" not null,
	email_verified_at bigint,
	password_hash text not null default '',
	password_set_at bigint,
	-- A password that staff chose stops working at this moment and must be
	-- replaced at the first sign-in.
	password_temporary_until bigint,
	-- Grows whenever every session of the person has to die.
	epoch bigint not null default 1,
	language text not null default '',
	-- When mail that is wanted once a day is sent: the hour there; without a zone
	-- the workspace's.
	digest_hour bigint not null default 8 check (digest_hour between 0 and 23),
	digest_zone text not null default '',
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id)
);
create unique index identity_email on identity (workspace_id, realm, email_key);

-- A staff member: an identity with a role.
create table member (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	identity_id text collate "C" not null,
	role text not null check (role in ('owner', 'admin', 'finance', 'project', 'support', 'viewer')),
	invited_at bigint,
	joined_at bigint,
	removed_at bigint,
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id)
);
create unique index member_identity on member (workspace_id, identity_id);

-- A link that was mailed: reset, invite or a change of address. Only the hash
-- of its token is here.
create table link (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	identity_id text collate "C" not null,
	purpose text not null check (purpose in ('reset', 'invite', 'email')),
	token_hash text collate "C" not null,
	-- The new address of a change of address.
	email text not null default '',
	created_at bigint not null,
	expires_at bigint not null,
	used_at bigint,
	void_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id)
);
create unique index link_token on link (workspace_id, token_hash);
create index link_identity on link (workspace_id, identity_id, purpose);

-- Sign-in tries by realm and address, whether the address exists or not.
create table sign_in_limit (
	workspace_id text collate "C" not null references workspace (id),
	realm text not null,
	purpose text not null,
	email_key text collate "C" not null,
	attempts bigint not null,
	since bigint not null,
	latest_at bigint not null,
	primary key (workspace_id, realm, purpose, email_key)
);
