-- +goose Up

-- What was said stays as it was said.
-- +goose StatementBegin
create function case_record_frozen() returns trigger language plpgsql as $$
begin
	raise exception 'what was said in a case cannot be changed';
end;
$$;
-- +goose StatementEnd
create trigger case_reply_no_change before update or delete on case_reply
	for each row execute function case_record_frozen();
create trigger case_reply_no_truncate before truncate on case_reply
	for each statement execute function case_record_frozen();
create trigger case_reply_file_no_change before update or delete on case_reply_file
	for each row execute function case_record_frozen();
create trigger case_reply_file_no_truncate before truncate on case_reply_file
	for each statement execute function case_record_frozen();
create trigger case_note_no_change before update or delete on case_note
	for each row execute function case_record_frozen();
create trigger case_note_no_truncate before truncate on case_note
	for each statement execute function case_record_frozen();
create trigger case_note_file_no_change before update or delete on case_note_file
	for each row execute function case_record_frozen();
create trigger case_note_file_no_truncate before truncate on case_note_file
	for each statement execute function case_record_frozen();

-- Tallies follow the rows that they count.
-- +goose StatementBegin
create function support_case_tallied() returns trigger language plpgsql as $$
begin
	if tg_op <> 'INSERT' then
		perform tally(old.workspace_id, old.client_id, 'case.' || old.state || '.' || old.priority, '', '', -1, 0);
	end if;
	perform tally(new.workspace_id, new.client_id, 'case.' || new.state || '.' || new.priority, '', '', 1, 0);
	return null;
end;
$$;
-- +goose StatementEnd
create trigger support_case_tally after insert or update of state, priority on support_case
	for each row execute function support_case_tallied();
