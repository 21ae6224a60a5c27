-- +goose Up

-- What was said stays as it was said.

-- +goose StatementBegin
create trigger case_reply_no_update before update on case_reply
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger case_reply_no_delete before delete on case_reply
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger case_reply_file_no_update before update on case_reply_file
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger case_reply_file_no_delete before delete on case_reply_file
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger case_note_no_update before update on case_note
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger case_note_no_delete before delete on case_note
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger case_note_file_no_update before update on case_note_file
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger case_note_file_no_delete before delete on case_note_file
begin
	select raise(abort, 'what was said in a case cannot be changed');
end;
-- +goose StatementEnd

-- Tallies follow the rows that they count.

-- +goose StatementBegin
create trigger support_case_tally_insert after insert on support_case
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'case.' || new.state || '.' || new.priority, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger support_case_tally_update after update of state, priority on support_case
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.client_id, 'case.' || old.state || '.' || old.priority, '', '', -1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'case.' || new.state || '.' || new.priority, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
end;
-- +goose StatementEnd
