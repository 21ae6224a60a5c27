-- +goose Up

-- A named file attached to something; its bytes are in the blob store.
create table document (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	place_kind text not null check (place_kind in ('workspace', 'client', 'project', 'contract', 'attachment', 'invoice', 'case', 'note')),
	place_id text collate "C" not null,
	client_id text collate "C",
	name text not null,
	category text not null,
	created_at bigint not null,
	created_by text collate "C",
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id)
);
create index document_place on document (workspace_id, place_kind, place_id);
create index document_client on document (workspace_id, client_id, id);

create table document_version (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	document_id text collate "C" not null,
	number bigint not null,
	blob_key text collate "C" not null,
	sha256 text not null,
	size_bytes bigint not null,
	media_type text not null,
	created_at bigint not null,
	created_by text collate "C",
	primary key (workspace_id, id),
	foreign key (workspace_id, document_id) references document (workspace_id, id)
);
create unique index document_version_number on document_version (workspace_id, document_id, number);
create unique index document_version_blob on document_version (workspace_id, blob_key);
