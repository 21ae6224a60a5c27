package contract

// Signatories with whether they may sign: contacts in the portal, and members who may
// write contracts. Who has no login needs no more than their link.
const signatoryColumns = `
select s.id, s.number, s.side, s.role, s.step, s.name, s.email, s.title, s.contact_id, s.identity_id, s.state, s.invited_at, s.viewed_at, s.done_at, s.reason,
	s.replaces_id, s.reminders, s.reminded_at,
	case
		when s.contact_id is not null then exists (
			select 1
			from contact k
			where k.workspace_id = s.workspace_id
			  and k.id = s.contact_id
			  and k.may_sign
			  and k.contracts <> 'none'
			  and k.suspended_at is null)
		when s.identity_id is not null then exists (
			select 1
			from member m
			where m.workspace_id = s.workspace_id
			  and m.identity_id = s.identity_id
			  and m.removed_at is null
			  and ` + writer + `)
		else true end
from signatory s
where s.workspace_id = :workspace`

const listSignatories = `-- listSignatories` + signatoryColumns + `
  and s.client_id = :client
  and s.contract_id = :contract
  and s.number = :number
order by s.step, s.position, s.id`

// Somebody of any version of a contract.
const findSignatory = `-- findSignatory
select id
from signatory
where workspace_id = :workspace
  and contract_id = :contract
  and id = :id`

const deleteSignatories = `-- deleteSignatories
delete from signatory
where workspace_id = :workspace
  and contract_id = :contract
  and number = :number`

const insertSignatory = `-- insertSignatory
insert into signatory (workspace_id, id, contract_id, client_id, number, side, role, step, position, name, email, email_key, title, contact_id, identity_id,
	state, replaces_id)
values (:workspace, :id, :contract, :client, :number, :side, :role, :step, :position, :name, :email, :email_key, :title, :contact, :person,
	'waiting', :replaces)`

const markInvited = `-- markInvited
update signatory
set state = 'invited',
	invited_at = :now
where workspace_id = :workspace
  and client_id = :client
  and id = :id
  and state = 'waiting'`

const markViewed = `-- markViewed
update signatory
set state = 'viewed',
	viewed_at = :now
where workspace_id = :workspace
  and client_id = :client
  and id = :id
  and state = 'invited'`

const markDone = `-- markDone
update signatory
set state = :state,
	done_at = :now,
	reason = :reason
where workspace_id = :workspace
  and client_id = :client
  and id = :id`

const markReminded = `-- markReminded
update signatory
set reminders = reminders + 1,
	reminded_at = :now
where workspace_id = :workspace
  and client_id = :client
  and id = :id`

const stopSignatories = `-- stopSignatories
update signatory
set state = :state
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract
  and number = :number
  and state in ('waiting', 'invited', 'viewed')`

// Signatures of a version that another one takes the place of.
const voidSigned = `-- voidSigned
update signatory
set state = 'void'
where workspace_id = :workspace
  and contract_id = :contract
  and number = :number
  and state = 'signed'`

const insertSignature = `-- insertSignature
insert into signature (workspace_id, id, contract_id, client_id, number, signatory_id, name, mark_kind, mark, mark_sha256, sha256, consent, consent_sha256,
	method, address, agent, act, act_sha256, created_at)
values (:workspace, :id, :contract, :client, :number, :signatory, :name, :mark_kind, :mark, :mark_sha256, :sha256, :consent, :consent_sha256,
	:method, :address, :agent, :act, :act_sha256, :now)`

const listSignatures = `-- listSignatures
select signatory_id, name, mark_kind, mark, mark_sha256, consent, method, address, agent, act, act_sha256, created_at
from signature
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract
  and number = :number
order by id`

const readCode = `-- readCode
select code_hash, tries, until
from signing_code
where workspace_id = :workspace
  and client_id = :client
  and signatory_id = :signatory`

const keepCode = `-- keepCode
insert into signing_code (workspace_id, signatory_id, client_id, code_hash, until, created_at)
values (:workspace, :signatory, :client, :hash, :until, :now)
on conflict (workspace_id, signatory_id) do update
set code_hash = excluded.code_hash,
	tries = 0,
	until = excluded.until,
	created_at = excluded.created_at`

// One more is asked for, unless there were too many since a time. Before its mail is
// written it is a code that nobody can enter.
const askCode = `-- askCode
insert into signing_code (workspace_id, signatory_id, client_id, code_hash, until, asked, asked_since, created_at)
values (:workspace, :signatory, :client, '', :now, 1, :now, :now)
on conflict (workspace_id, signatory_id) do update
set asked = case when signing_code.asked_since <= :since then 1 else signing_code.asked + 1 end,
	asked_since = case when signing_code.asked_since <= :since then excluded.asked_since else signing_code.asked_since end
where signing_code.asked < :most
   or signing_code.asked_since <= :since`

const countTry = `-- countTry
update signing_code
set tries = tries + 1
where workspace_id = :workspace
  and client_id = :client
  and signatory_id = :signatory
  and tries < :most`

const deleteCode = `-- deleteCode
delete from signing_code
where workspace_id = :workspace
  and client_id = :client
  and signatory_id = :signatory`

// A link with what has become of it: one that is void says why it is.
const openLink = `-- openLink
select l.contract_id, l.signatory_id, l.client_id, s.name, s.email, l.void_at is not null, n.state, n.version_number, s.number, s.state,
	exists (select 1 from signing_link m where m.workspace_id = l.workspace_id and m.signatory_id = l.signatory_id and m.void_at is null)
from signing_link l
join signatory s on s.workspace_id = l.workspace_id and s.id = l.signatory_id
join contract n on n.workspace_id = l.workspace_id and n.id = l.contract_id
where l.workspace_id = :workspace
  and l.token_hash = :hash`

const insertSigningLink = `-- insertSigningLink
insert into signing_link (workspace_id, id, contract_id, client_id, signatory_id, token_hash, created_at)
values (:workspace, :id, :contract, :client, :signatory, :hash, :now)`

const voidLinks = `-- voidLinks
update signing_link
set void_at = :now
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract
  and void_at is null`

const voidLinksOf = `-- voidLinksOf
update signing_link
set void_at = :now
where workspace_id = :workspace
  and signatory_id = :signatory
  and void_at is null`

const setSeal = `-- setSeal
update contract
set seal = :seal,
	seal_problem = :problem,
	seal_tries = :tries,
	seal_at = :now,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :id
  and sealed_version_id is null`
