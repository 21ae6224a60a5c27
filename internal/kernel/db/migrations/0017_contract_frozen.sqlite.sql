-- +goose Up

-- What was sent to be signed, what was signed and what happened is never changed.

-- +goose StatementBegin
create trigger contract_version_no_update before update on contract_version
begin
	select raise(abort, 'what was sent and signed cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger contract_version_no_delete before delete on contract_version
begin
	select raise(abort, 'what was sent and signed cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger signature_no_update before update on signature
begin
	select raise(abort, 'what was sent and signed cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger signature_no_delete before delete on signature
begin
	select raise(abort, 'what was sent and signed cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger contract_event_no_update before update on contract_event
begin
	select raise(abort, 'what was sent and signed cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger contract_event_no_delete before delete on contract_event
begin
	select raise(abort, 'what was sent and signed cannot be changed');
end;
-- +goose StatementEnd

-- Outside of a draft a contract says what its version says; a sealed file stays.

-- +goose StatementBegin
create trigger contract_no_delete before delete on contract
when old.state <> 'draft' or old.version_number > 0
begin
	select raise(abort, 'a contract that was sent cannot be deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger contract_no_update before update on contract
when new.workspace_id is not old.workspace_id or
	new.id is not old.id or
	new.client_id is not old.client_id or
	new.number is not old.number or
	new.check_code is not old.check_code or
	new.created_by is not old.created_by or
	new.created_at is not old.created_at or
	new.version_number < old.version_number or
	old.sealed_version_id is not null and (new.sealed_version_id is not old.sealed_version_id or new.sealed_sha256 is not old.sealed_sha256) or
	old.state in ('cancelled', 'terminated') and new.state <> old.state or
	old.state = 'executed' and new.state not in ('executed', 'terminated')
begin
	select raise(abort, 'a contract that was sent cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger contract_no_rewrite before update on contract
when old.state <> 'draft' and (
	new.name is not old.name or
	new.description is not old.description or
	new.kind is not old.kind or
	new.amount_minor is not old.amount_minor or
	new.currency is not old.currency or
	new.starts_on is not old.starts_on or
	new.ends_on is not old.ends_on or
	new.renews_on is not old.renews_on or
	new.project_id is not old.project_id or
	new.amends_id is not old.amends_id or
	new.language is not old.language or
	new.content is not old.content or
	new.code is not old.code)
begin
	select raise(abort, 'a contract that was sent cannot be changed');
end;
-- +goose StatementEnd

-- Who signs is fixed with the version; how far they have come is not.

-- +goose StatementBegin
create trigger signatory_no_delete before delete on signatory
when exists (select 1 from contract_version v where v.workspace_id = old.workspace_id and v.contract_id = old.contract_id and v.number = old.number)
begin
	select raise(abort, 'who signs a contract that was sent cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger signatory_no_update before update on signatory
when exists (select 1 from contract_version v where v.workspace_id = old.workspace_id and v.contract_id = old.contract_id and v.number = old.number) and (
	old.state in ('signed', 'declined', 'delegated') and new.state not in (old.state, 'void') or
	new.workspace_id is not old.workspace_id or
	new.id is not old.id or
	new.contract_id is not old.contract_id or
	new.client_id is not old.client_id or
	new.number is not old.number or
	new.side is not old.side or
	new.role is not old.role or
	new.step is not old.step or
	new.position is not old.position or
	new.name is not old.name or
	new.email is not old.email or
	new.email_key is not old.email_key or
	new.title is not old.title or
	new.contact_id is not old.contact_id or
	new.identity_id is not old.identity_id or
	new.replaces_id is not old.replaces_id)
begin
	select raise(abort, 'who signs a contract that was sent cannot be changed');
end;
-- +goose StatementEnd

-- Attachments come and go with a draft alone.

-- +goose StatementBegin
create trigger contract_attachment_no_update before update on contract_attachment
begin
	select raise(abort, 'an attachment cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger contract_attachment_no_insert before insert on contract_attachment
when exists (select 1 from contract n where n.workspace_id = new.workspace_id and n.id = new.contract_id and n.state <> 'draft')
begin
	select raise(abort, 'the attachments of a contract that was sent cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger contract_attachment_no_delete before delete on contract_attachment
when exists (select 1 from contract n where n.workspace_id = old.workspace_id and n.id = old.contract_id and n.state <> 'draft')
begin
	select raise(abort, 'the attachments of a contract that was sent cannot be changed');
end;
-- +goose StatementEnd
