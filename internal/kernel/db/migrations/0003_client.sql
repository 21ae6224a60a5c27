-- +goose Up

-- Who the business works for; a lead until converted.
create table client (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	name text not null,
	name_key text collate "C" not null,
	search_key text collate "C" not null,
	email text not null default '',
	email_key text collate "C" not null default '',
	second_email text not null default '',
	mobile text not null default '',
	work_phone text not null default '',
	preferred_communication text not null default 'email' check (preferred_communication in ('email', 'phone', 'sms', 'portal')),
	birthday text not null default '',
	job_title text not null default '',
	type text not null check (type in ('individual', 'organization')),
	lead_status text check (lead_status in ('new', 'qualified', 'won', 'lost')),
	lead_source text not null default '' check (lead_source in ('', 'website', 'referral', 'partner', 'event', 'cold_outreach', 'other')),
	converted_at bigint,
	legal_name text not null default '',
	tax_id text not null default '',
	registration_number text not null default '',
	website text not null default '',
	industry text not null default '',
	language text not null default '',
	currency text not null default '',
	payment_terms_days bigint check (payment_terms_days between 0 and 365),
	portal_enabled_at bigint,
	portal_enabled_by text collate "C",
	archived_at bigint,
	archived_by text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	-- Only a client has a portal: a lead is converted first.
	check (portal_enabled_at is null or lead_status is null)
);
create index client_by_name on client (workspace_id, name_key, id);

create table client_address (
	workspace_id text collate "C" not null references workspace (id),
	client_id text collate "C" not null,
	id text collate "C" not null,
	label text not null default '',
	street text not null default '',
	city text not null default '',
	region text not null default '',
	postal_code text not null default '',
	country text not null default '',
	billing boolean not null,
	position bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id)
);
create index client_address_of on client_address (workspace_id, client_id, position);

-- A person at one client, with what they may see and do there.
create table contact (
	workspace_id text collate "C" not null references workspace (id),
	client_id text collate "C" not null,
	id text collate "C" not null,
	identity_id text collate "C" not null,
	job_title text not null default '',
	phone text not null default '',
	is_primary boolean not null,
	money text not null default 'none' check (money in ('none', 'all')),
	projects text not null default 'none' check (projects in ('none', 'all')),
	documents text not null default 'none' check (documents in ('none', 'all')),
	people text not null default 'none' check (people in ('none', 'all')),
	cases text not null default 'none' check (cases in ('none', 'own', 'all')),
	changes text not null default 'none' check (changes in ('none', 'own', 'all')),
	meetings text not null default 'none' check (meetings in ('none', 'own', 'all')),
	contracts text not null default 'none' check (contracts in ('none', 'own', 'all')),
	may_pay boolean not null default false,
	may_sign boolean not null default false,
	may_accept boolean not null default false,
	may_request boolean not null default false,
	may_upload boolean not null default false,
	may_manage boolean not null default false,
	invited_at bigint,
	suspended_at bigint,
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id)
);
create unique index contact_once on contact (workspace_id, client_id, identity_id);
create unique index contact_primary on contact (workspace_id, client_id) where is_primary;
create index contact_identity on contact (workspace_id, identity_id, client_id);

-- Somebody signed in. The two realms share the table and nothing else: a look-up
-- always names its realm.
create table session (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	realm text not null check (realm in ('staff', 'portal')),
	identity_id text collate "C" not null,
	client_id text collate "C",
	token_hash text collate "C" not null,
	epoch bigint not null,
	address text not null default '',
	agent text not null default '',
	created_at bigint not null,
	seen_at bigint not null,
	ended_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id)
);
create unique index session_token on session (workspace_id, token_hash);
create index session_identity on session (workspace_id, identity_id, created_at);
create index session_client on session (workspace_id, client_id);
