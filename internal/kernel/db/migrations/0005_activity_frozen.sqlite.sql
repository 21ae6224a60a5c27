-- +goose Up

-- +goose StatementBegin
create trigger activity_no_update before update on activity
when old.hash is not null
	 or new.workspace_id is not old.workspace_id
	 or new.id is not old.id
	 or new.at is not old.at
	 or new.actor_kind is not old.actor_kind
	 or new.actor_id is not old.actor_id
	 or new.address is not old.address
	 or new.agent is not old.agent
	 or new.request_id is not old.request_id
	 or new.kind is not old.kind
	 or new.subject_kind is not old.subject_kind
	 or new.subject_id is not old.subject_id
	 or new.area is not old.area
	 or new.client_id is not old.client_id
	 or new.audience is not old.audience
	 or new.params is not old.params
begin
	select raise(abort, 'activity cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger activity_no_delete before delete on activity
begin
	select raise(abort, 'activity cannot be deleted');
end;
-- +goose StatementEnd
