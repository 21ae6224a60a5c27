-- +goose Up

-- How much files may take, in bytes: one file, all of a client, and all together;
-- 0 for no limit.
alter table workspace add column file_limit_bytes bigint not null default 104857600 check (file_limit_bytes > 0);
alter table workspace add column client_limit_bytes bigint not null default 10737418240 check (client_limit_bytes >= 0);
alter table workspace add column storage_limit_bytes bigint not null default 0 check (storage_limit_bytes >= 0);

-- What documents are sorted into besides Contracts, Deliverables and Reports.
create table document_category (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	name text not null,
	name_key text collate "C" not null,
	archived_at bigint,
	version bigint not null default 1,
	primary key (workspace_id, id)
);
create unique index document_category_name on document_category (workspace_id, name_key) where archived_at is null;

-- A named file attached to something; its bytes are in the blob store.
create table document (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	place_kind text collate "C" not null check (place_kind in ('workspace', 'client', 'project', 'contract', 'attachment', 'invoice', 'case', 'note')),
	place_id text collate "C" not null,
	client_id text collate "C",
	name text not null,
	name_key text collate "C" not null,
	-- contracts, deliverables, reports or the id of a category; of a part of something
	-- else, what it is to it.
	category text collate "C" not null,
	-- Who brought it; what the program made itself is its own.
	source text collate "C" not null check (source in ('own', 'staff', 'client')),
	-- A part of something else is inner, and no list has it.
	state text collate "C" not null check (state in ('inner', 'kept', 'archived', 'deleted')),
	state_at bigint not null,
	-- Whether the client sees it, or only the contacts in document_share; and whether
	-- they see its earlier versions too.
	shared text collate "C" not null default 'none' check (shared in ('none', 'client', 'chosen')),
	earlier boolean not null default false,
	-- Its newest version, whose id is the order of lists.
	latest_id text collate "C" not null,
	created_at bigint not null,
	created_by text collate "C",
	version bigint not null default 1,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	check (state = 'inner' or client_id is not null),
	check (source <> 'own' or state in ('inner', 'kept'))
);
create index document_place on document (workspace_id, place_kind, place_id, state, latest_id);
create index document_listed on document (workspace_id, state, latest_id);
-- These two end with what counting asks of a document, so that its row is not read.
create index document_sorted on document (workspace_id, state, category, latest_id, place_kind, client_id, shared, source);
create index document_client on document (workspace_id, client_id, state, latest_id);
create index document_client_sorted on document (workspace_id, client_id, state, category, latest_id, shared, place_kind, place_id, id, source);
create index document_gone on document (workspace_id, state, state_at) where state = 'deleted';

create table document_version (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	document_id text collate "C" not null,
	client_id text collate "C",
	number bigint not null,
	-- As it was called when it came.
	name text not null,
	blob_key text collate "C" not null,
	sha256 text not null,
	-- The hashes of its pieces, where it has several.
	pieces text not null default '',
	size_bytes bigint not null,
	media_type text not null,
	created_at bigint not null,
	created_by text collate "C",
	primary key (workspace_id, id),
	foreign key (workspace_id, document_id) references document (workspace_id, id)
);
create unique index document_version_number on document_version (workspace_id, document_id, number);
create unique index document_version_blob on document_version (workspace_id, blob_key);

-- The contacts that a document is shared with, where it is not the whole client.
create table document_share (
	workspace_id text collate "C" not null references workspace (id),
	document_id text collate "C" not null,
	contact_id text collate "C" not null,
	primary key (workspace_id, document_id, contact_id),
	foreign key (workspace_id, document_id) references document (workspace_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id)
);
create index document_share_contact on document_share (workspace_id, contact_id);

-- A small picture of a version, which we drew ourselves.
create table document_preview (
	workspace_id text collate "C" not null references workspace (id),
	version_id text collate "C" not null,
	blob_key text collate "C" not null,
	sha256 text not null,
	pieces text not null default '',
	size_bytes bigint not null,
	media_type text not null,
	width bigint not null,
	height bigint not null,
	primary key (workspace_id, version_id),
	foreign key (workspace_id, version_id) references document_version (workspace_id, id)
);
create unique index document_preview_blob on document_preview (workspace_id, blob_key);

-- Who was handed which bytes.
create table document_download (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	document_id text collate "C" not null,
	version_id text collate "C" not null,
	kind text collate "C" not null check (kind in ('download', 'preview')),
	identity_id text collate "C" not null,
	address text not null,
	at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, document_id) references document (workspace_id, id),
	foreign key (workspace_id, version_id) references document_version (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id)
);
create index document_download_document on document_download (workspace_id, document_id, id);
create index document_download_seen on document_download (workspace_id, version_id, identity_id, kind, at);
