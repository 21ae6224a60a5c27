-- +goose Up

-- How many files a client has and what they take is kept beside them, as the part
-- files, whose sum is in bytes.

-- +goose StatementBegin
create function document_version_tallied() returns trigger language plpgsql as $$
begin
	if tg_op = 'INSERT' and new.client_id is not null then
		perform tally(new.workspace_id, new.client_id, 'files', '', '', 1, new.size_bytes);
	elsif tg_op = 'DELETE' and old.client_id is not null then
		perform tally(old.workspace_id, old.client_id, 'files', '', '', -1, -old.size_bytes);
	end if;
	return null;
end;
$$;
-- +goose StatementEnd
create trigger document_version_tally after insert or delete on document_version
	for each row execute function document_version_tallied();
