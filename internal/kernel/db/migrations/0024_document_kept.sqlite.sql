-- +goose Up

-- How many files a client has and what they take is kept beside them, as the part
-- files, whose sum is in bytes.

-- +goose StatementBegin
create trigger document_version_tally_insert after insert on document_version when new.client_id is not null
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'files', '', '', 1, new.size_bytes)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger document_version_tally_delete after delete on document_version when old.client_id is not null
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.client_id, 'files', '', '', -1, -old.size_bytes)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd
