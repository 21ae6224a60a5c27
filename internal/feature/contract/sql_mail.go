package contract

const identityOfContact = `-- identityOfContact
select identity_id
from contact
where workspace_id = :workspace
  and client_id = :client
  and id = :person`

const readSignatory = `-- readSignatory` + signatoryColumns + `
  and s.id = :signatory`

const mayReadContracts = `-- mayReadContracts
select count(*)
from contact k
join client c on c.workspace_id = k.workspace_id and c.id = k.client_id
where k.workspace_id = :workspace
  and k.client_id = :client
  and k.id = :person
  and k.contracts <> 'none'
  and k.suspended_at is null
  and c.archived_at is null`

const isMember = `-- isMember
select count(*)
from member
where workspace_id = :workspace
  and identity_id = :person
  and removed_at is null
  and role <> 'support'`

// Who sent a version while they are a member, or else whoever may write contracts.
const listSenders = `-- listSenders
select m.identity_id
from member m
where m.workspace_id = :workspace
  and m.removed_at is null
  and m.joined_at is not null
  and case
	when exists (
		select 1
		from contract_version v
		join member s on s.workspace_id = v.workspace_id and s.identity_id = v.created_by and s.removed_at is null
		where v.workspace_id = m.workspace_id
		  and v.client_id = :client
		  and v.contract_id = :contract
		  and v.number = :number)
	then exists (
		select 1
		from contract_version v
		where v.workspace_id = m.workspace_id
		  and v.client_id = :client
		  and v.contract_id = :contract
		  and v.number = :number
		  and v.created_by = m.identity_id)
	else m.role in ('owner', 'admin') end
order by m.identity_id`
