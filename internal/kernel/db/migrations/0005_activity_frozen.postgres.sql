-- +goose Up

-- +goose StatementBegin
create function activity_frozen() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' and old.hash is null and not (
		new.workspace_id is distinct from old.workspace_id
		or new.id is distinct from old.id
		or new.at is distinct from old.at
		or new.actor_kind is distinct from old.actor_kind
		or new.actor_id is distinct from old.actor_id
		or new.address is distinct from old.address
		or new.agent is distinct from old.agent
		or new.request_id is distinct from old.request_id
		or new.kind is distinct from old.kind
		or new.subject_kind is distinct from old.subject_kind
		or new.subject_id is distinct from old.subject_id
		or new.area is distinct from old.area
		or new.client_id is distinct from old.client_id
		or new.audience is distinct from old.audience
		or new.params is distinct from old.params
	) then
		return new;
	end if;
	raise exception 'activity cannot be changed or deleted';
end;
$$;
-- +goose StatementEnd

create trigger activity_no_change before update or delete on activity
	for each row execute function activity_frozen();
create trigger activity_no_truncate before truncate on activity
	for each statement execute function activity_frozen();
