-- +goose Up

-- Nobody is in two places at once.

-- +goose StatementBegin
create trigger calendar_busy_once before insert on calendar_busy
when exists (
	select 1
	from calendar_busy b
	where b.workspace_id = new.workspace_id
	  and b.member_id = new.member_id
	  and b.event_id <> new.event_id
	  and b.starts_at > new.starts_at - 604800000000
	  and b.starts_at < new.ends_at
	  and b.ends_at > new.starts_at)
begin
	select raise(abort, 'a member has two events at one time');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger calendar_busy_stays before update on calendar_busy
begin
	select raise(abort, 'the time of a member is given back and taken anew');
end;
-- +goose StatementEnd

-- What was offered stays as it was offered, but for what became of it.

-- +goose StatementBegin
create trigger calendar_proposal_no_update before update of workspace_id, id, event_id, by_side, author_id, note, created_at on calendar_proposal
begin
	select raise(abort, 'what was offered cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger calendar_proposal_no_delete before delete on calendar_proposal
begin
	select raise(abort, 'what was offered cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger calendar_proposal_over before update of outcome, outcome_at on calendar_proposal
when old.outcome <> ''
begin
	select raise(abort, 'what was offered cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger calendar_slot_no_update before update of workspace_id, id, event_id, proposal_id, part, starts_at, ends_at on calendar_slot
begin
	select raise(abort, 'what was offered cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger calendar_slot_no_delete before delete on calendar_slot
begin
	select raise(abort, 'what was offered cannot be changed');
end;
-- +goose StatementEnd
