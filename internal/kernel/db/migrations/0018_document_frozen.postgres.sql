-- +goose Up

-- The bytes of a version are never others: what changes is another version.
-- +goose StatementBegin
create function document_version_frozen() returns trigger language plpgsql as $$
begin
	raise exception 'the version of a document cannot be changed';
end;
$$;
-- +goose StatementEnd
create trigger document_version_no_update before update on document_version
	for each row execute function document_version_frozen();
create trigger document_version_no_truncate before truncate on document_version
	for each statement execute function document_version_frozen();
