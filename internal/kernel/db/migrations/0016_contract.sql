-- +goose Up

-- A contract. Its text, price and parties are free while it is a draft; what is
-- sent is a version, which is fixed.
create table contract (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	number text not null,
	name text not null,
	-- Name and number, as text is searched.
	search_key text collate "C" not null,
	description text not null default '',
	kind text collate "C" not null check (kind in ('service', 'nda', 'msa', 'vendor', 'retainer', 'other')),
	-- Null where it is worth nothing that can be counted.
	amount_minor bigint,
	currency text not null default '',
	-- Days as YYYY-MM-DD, empty where there is none.
	starts_on text collate "C" not null default '',
	ends_on text collate "C" not null default '',
	renews_on text collate "C" not null default '',
	project_id text collate "C",
	-- The contract that it is an addendum of.
	amends_id text collate "C",
	-- Of the text and its file.
	language text not null,
	content text not null default '',
	-- Whether a code is mailed to whoever signs, and whether who has not signed is
	-- reminded.
	code boolean not null default false,
	reminds boolean not null default true,
	-- The last day on which it can be signed, empty for no such day.
	sign_by text collate "C" not null default '',
	state text collate "C" not null check (state in ('draft', 'pending_signature', 'signed', 'executed', 'declined', 'expired_unsigned', 'cancelled', 'terminated')),
	state_at bigint not null,
	-- Why it was withdrawn, declined, cancelled or terminated.
	reason text not null default '',
	-- Of the version that is out or was last out; 0 before the first.
	version_number bigint not null default 0,
	signed_at bigint,
	executed_at bigint,
	terminated_on text collate "C" not null default '',
	-- The seal: empty before the last signature.
	seal text collate "C" not null default '' check (seal in ('', 'waiting', 'working', 'failed', 'done')),
	seal_problem text not null default '',
	seal_tries bigint not null default 0,
	-- When the seal was last asked for, begun or failed.
	seal_at bigint not null default 0,
	sealed_version_id text collate "C",
	sealed_sha256 text collate "C" not null default '',
	-- The last of its days, of its end or its renewal, that staff were told of.
	warned_of text collate "C" not null default '',
	-- What is asked besides the id, where somebody looks it up.
	check_code text collate "C" not null,
	created_by text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	unique (workspace_id, client_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, client_id, project_id) references project (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, amends_id) references contract (workspace_id, client_id, id),
	foreign key (workspace_id, sealed_version_id) references document_version (workspace_id, id),
	check (state = 'draft' or state = 'cancelled' or version_number > 0),
	check ((sealed_version_id is null) = (sealed_sha256 = '')),
	check (state <> 'executed' or seal = 'done' and sealed_version_id is not null and sealed_sha256 <> '')
);
create index contract_state on contract (workspace_id, state, id);
create index contract_ends on contract (workspace_id, state, ends_on, id);
create index contract_renews on contract (workspace_id, state, renews_on, id);
create index contract_sealing on contract (workspace_id, seal, id);
create index contract_sealed on contract (workspace_id, sealed_sha256) where sealed_sha256 <> '';
create index contract_project on contract (workspace_id, project_id) where project_id is not null;
create index contract_amends on contract (workspace_id, amends_id) where amends_id is not null;

-- What was sent to be signed, as it was: the file and what it was made of.
create table contract_version (
	workspace_id text collate "C" not null references workspace (id),
	contract_id text collate "C" not null,
	client_id text collate "C" not null,
	number bigint not null check (number > 0),
	-- Everything that the version says, as JSON.
	snapshot text not null,
	file_version_id text collate "C" not null,
	-- Of the file's bytes: what is signed.
	sha256 text collate "C" not null,
	pages bigint not null,
	created_by text collate "C",
	created_at bigint not null,
	primary key (workspace_id, contract_id, number),
	foreign key (workspace_id, client_id, contract_id) references contract (workspace_id, client_id, id),
	foreign key (workspace_id, file_version_id) references document_version (workspace_id, id)
);

-- The files of a draft, which travel with the version that it becomes.
create table contract_attachment (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	contract_id text collate "C" not null,
	client_id text collate "C" not null,
	position bigint not null,
	name text not null,
	-- The name as names are compared.
	name_key text collate "C" not null,
	file_version_id text collate "C" not null,
	created_by text collate "C",
	created_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id, contract_id) references contract (workspace_id, client_id, id),
	foreign key (workspace_id, file_version_id) references document_version (workspace_id, id)
);
create index contract_attachment_of on contract_attachment (workspace_id, contract_id, position);
create unique index contract_attachment_name on contract_attachment (workspace_id, contract_id, name_key);

-- Who signs a version, approves it, or gets a copy. Those of the version that is
-- being written have the number that it will have.
create table signatory (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	contract_id text collate "C" not null,
	client_id text collate "C" not null,
	number bigint not null check (number > 0),
	side text collate "C" not null check (side in ('client', 'ours')),
	role text collate "C" not null check (role in ('signer', 'approver', 'copy')),
	-- Groups sign one after the other; within a group in any order.
	step bigint not null check (step between 1 and 50),
	position bigint not null,
	name text not null,
	email text not null,
	email_key text collate "C" not null,
	title text not null default '',
	-- A contact of the client, or a staff member; neither for who gets a link.
	contact_id text collate "C",
	identity_id text collate "C",
	state text collate "C" not null check (state in ('waiting', 'invited', 'viewed', 'signed', 'declined', 'delegated', 'void', 'expired')),
	invited_at bigint,
	viewed_at bigint,
	done_at bigint,
	reason text not null default '',
	-- Who stands in for whom.
	replaces_id text collate "C",
	reminders bigint not null default 0,
	reminded_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id, contract_id) references contract (workspace_id, client_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id)
);
create index signatory_of_contract on signatory (workspace_id, contract_id, number, step, position);
create index signatory_contact on signatory (workspace_id, contact_id, state);
create index signatory_identity on signatory (workspace_id, identity_id, state);

-- The link of a signatory who has no login, and the code that was mailed.
create table signing_link (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	contract_id text collate "C" not null,
	client_id text collate "C" not null,
	signatory_id text collate "C" not null,
	token_hash text collate "C" not null,
	created_at bigint not null,
	void_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, signatory_id) references signatory (workspace_id, id)
);
create unique index signing_link_token on signing_link (workspace_id, token_hash);
create index signing_link_signatory on signing_link (workspace_id, signatory_id);
create index signing_link_contract on signing_link (workspace_id, contract_id) where void_at is null;

create table signing_code (
	workspace_id text collate "C" not null references workspace (id),
	signatory_id text collate "C" not null,
	client_id text collate "C" not null,
	code_hash text collate "C" not null,
	tries bigint not null default 0,
	until bigint not null,
	-- How many were asked for, and since when that is counted.
	asked bigint not null default 0,
	asked_since bigint not null default 0,
	created_at bigint not null,
	primary key (workspace_id, signatory_id),
	foreign key (workspace_id, signatory_id) references signatory (workspace_id, id)
);

-- A signature or an approval: what was agreed to, by whom, how it is known.
create table signature (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	contract_id text collate "C" not null,
	client_id text collate "C" not null,
	number bigint not null,
	signatory_id text collate "C" not null,
	name text not null,
	-- How the mark was made, the picture as base64 of a PNG, and its hash.
	mark_kind text collate "C" not null check (mark_kind in ('typed', 'drawn', 'uploaded', 'none')),
	mark text not null default '',
	mark_sha256 text collate "C" not null default '',
	-- Of the version's file, as it was shown.
	sha256 text collate "C" not null,
	consent text collate "C" not null,
	consent_sha256 text collate "C" not null,
	-- How it is known who it was.
	method text collate "C" not null check (method in ('portal', 'portal_code', 'link_code', 'staff')),
	address text not null default '',
	agent text not null default '',
	-- The act as canonical JSON, and its hash.
	act text not null,
	act_sha256 text collate "C" not null,
	created_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, contract_id, number) references contract_version (workspace_id, contract_id, number),
	foreign key (workspace_id, signatory_id) references signatory (workspace_id, id)
);
create unique index signature_once on signature (workspace_id, signatory_id);
create index signature_of_contract on signature (workspace_id, contract_id, number);

-- What happened with a contract, each chained to the one before:
-- hash = SHA-256("foyer-audit-v1" || previous_hash || entry).
create table contract_event (
	workspace_id text collate "C" not null references workspace (id),
	contract_id text collate "C" not null,
	client_id text collate "C" not null,
	seq bigint not null check (seq > 0),
	-- The entry as canonical JSON: seq, at, kind, actor, address, agent, facts.
	entry text not null,
	previous_hash text collate "C" not null,
	hash text collate "C" not null,
	primary key (workspace_id, contract_id, seq),
	foreign key (workspace_id, client_id, contract_id) references contract (workspace_id, client_id, id)
);

-- The keys that seal: the workspace's authority, and what it certified. The
-- private part is sealed by the installation's secret.
create table seal_key (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	role text collate "C" not null check (role in ('authority', 'seal')),
	-- Certificates as PEM, the key's own first.
	certificates text not null,
	secret text not null,
	imported boolean not null default false,
	starts_at bigint not null,
	-- When another one takes over, and when it is good no more.
	rotate_at bigint not null,
	ends_at bigint not null,
	created_by text collate "C",
	created_at bigint not null,
	retired_at bigint,
	primary key (workspace_id, id)
);
create unique index seal_key_in_use on seal_key (workspace_id, role) where retired_at is null;
