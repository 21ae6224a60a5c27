-- +goose Up

-- Nobody is in two places at once.
-- +goose StatementBegin
create function calendar_busy_guarded() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' then
		raise exception 'the time of a member is given back and taken anew';
	end if;
	if exists (
		select 1
		from calendar_busy b
		where b.workspace_id = new.workspace_id
		  and b.member_id = new.member_id
		  and b.event_id <> new.event_id
		  and b.starts_at > new.starts_at - 604800000000
		  and b.starts_at < new.ends_at
		  and b.ends_at > new.starts_at) then
		raise exception 'a member has two events at one time';
	end if;
	return new;
end;
$$;
-- +goose StatementEnd
create trigger calendar_busy_once before insert or update on calendar_busy
	for each row execute function calendar_busy_guarded();

-- What was offered stays as it was offered, but for what became of it.
-- +goose StatementBegin
create function calendar_offer_frozen() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' and tg_table_name = 'calendar_proposal' then
		if (old.outcome = '' and (old.workspace_id, old.id, old.event_id, old.by_side, old.author_id, old.note, old.created_at)
			is not distinct from (new.workspace_id, new.id, new.event_id, new.by_side, new.author_id, new.note, new.created_at)) then
			return new;
		end if;
	elsif tg_op = 'UPDATE' then
		if ((old.workspace_id, old.id, old.event_id, old.proposal_id, old.part, old.starts_at, old.ends_at)
			is not distinct from (new.workspace_id, new.id, new.event_id, new.proposal_id, new.part, new.starts_at, new.ends_at)) then
			return new;
		end if;
	end if;
	raise exception 'what was offered cannot be changed';
end;
$$;
-- +goose StatementEnd
create trigger calendar_proposal_kept before update or delete on calendar_proposal
	for each row execute function calendar_offer_frozen();
create trigger calendar_proposal_no_truncate before truncate on calendar_proposal
	for each statement execute function calendar_offer_frozen();
create trigger calendar_slot_kept before update or delete on calendar_slot
	for each row execute function calendar_offer_frozen();
create trigger calendar_slot_no_truncate before truncate on calendar_slot
	for each statement execute function calendar_offer_frozen();
