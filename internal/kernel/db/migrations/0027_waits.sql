-- +goose Up

-- What waits for somebody is counted on every page, so that each kind of it is found
-- among records of its kind alone, where that can be in the order in which it is listed.
create index contract_of_state on contract (workspace_id, client_id, state, id);
create index change_request_of_state on change_request (workspace_id, client_id, state, state_at, id);
create index change_request_to_triage on change_request (workspace_id, state_at, id) where state = 'submitted';
create index change_request_to_review on change_request (workspace_id, state_at, id) where state = 'in_review';
create index support_case_to_confirm on support_case (workspace_id, client_id, contact_id, resolved_at, id) where state = 'resolved';
create index support_case_to_take on support_case (workspace_id, shown_at, id) where state in ('new', 'open');
create index support_case_to_answer on support_case (workspace_id, assignee_id, shown_at, id) where state in ('new', 'open');
create index invoice_to_issue on invoice (workspace_id, created_at, id) where state = 'draft' and kind = 'invoice';
drop index change_request_asked;

-- What a client has in one state, and what is offered for a choice, is found without
-- looking at other clients'.
create index invoice_of_state on invoice (workspace_id, client_id, state, listed, id);
create index project_open on project (workspace_id, client_id, name_key, id) where shared and state in ('planned', 'active', 'on_hold');
