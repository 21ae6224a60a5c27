-- +goose Up

-- The bytes of a version are never others: what changes is another version.

-- +goose StatementBegin
create trigger document_version_no_update before update on document_version
begin
	select raise(abort, 'the version of a document cannot be changed');
end;
-- +goose StatementEnd
