package contract

import "foyer/internal/auth"

// The text of a contract may be long, and is read where it is needed alone.
const (
	columns = fields + `''` + rest
	whole   = fields + `n.content` + rest
)

const fields = `
select n.id, n.version, n.number, n.client_id, c.name, n.name, n.description, n.kind, n.amount_minor, n.currency, n.starts_on, n.ends_on, n.renews_on,
	n.project_id, p.name, n.amends_id, m.number, n.language, `

const rest = `, n.code, n.reminds, n.sign_by, n.state, n.state_at, n.reason, n.version_number,
	n.signed_at, n.executed_at, n.terminated_on, n.seal, n.seal_problem, n.seal_tries, n.sealed_version_id, n.sealed_sha256, n.warned_of, n.check_code, n.created_at
from contract n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join project p on p.workspace_id = n.workspace_id and p.id = n.project_id
left join contract m on m.workspace_id = n.workspace_id and m.id = n.amends_id
where n.workspace_id = :workspace`

const readContract = `-- readContract` + columns + `
  and n.id = :contract`

// A contract with its text.
const readWritten = `-- readWritten` + whole + `
  and n.id = :contract`

// A contract of a client as whoever signs it finds it.
const readSigning = `-- readSigning` + columns + `
  and n.client_id = :client
  and n.id = :contract`

// Seen is what a client may see of contracts: what was sent and not taken back. One
// that was taken back, changed and then cancelled would show what was never sent.
const Seen = `n.state <> 'draft' and n.version_number > 0 and (n.state <> 'cancelled' or n.signed_at is not null)`

// SeenByContact are those that a contact sees: :all, or those that they sign, approve
// or get a copy of.
const SeenByContact = `
  and ` + Seen + `
  and (:all or exists (
	select 1
	from signatory s
	where s.workspace_id = n.workspace_id
	  and s.contract_id = n.id
	  and s.number = n.version_number
	  and s.contact_id = :contact
	  and s.state <> 'delegated'))`

const readShown = `-- readShown` + columns + `
  and n.client_id = :client
  and n.id = :contract` + SeenByContact

// How a contact's turns at versions that were sent stand, the last in front.
const turnsIn = `-- turnsIn
select s.state
from signatory s
join contract n on n.workspace_id = s.workspace_id and n.id = s.contract_id
where s.workspace_id = :workspace
  and s.client_id = :client
  and s.contract_id = :contract
  and s.contact_id = :contact
  and s.number <= n.version_number
  and s.invited_at is not null
order by s.number desc, s.id desc`

const readDefaults = `-- readDefaults
select coalesce(nullif((select c.currency from client c where c.workspace_id = w.id and c.id = :client), ''), w.currency),
	coalesce(nullif((select c.language from client c where c.workspace_id = w.id and c.id = :client), ''), w.language)
from workspace w
where w.id = :workspace
  and (:client = '' or exists (select 1 from client c where c.workspace_id = w.id and c.id = :client))`

// writer is a member who may write contracts.
const writer = `m.role in ` + auth.ContractsWriters

// What the forms about a contract of a client offer.
const listChoices = `-- listChoices
select 'contact', k.id, i.name, i.email, k.job_title, k.may_sign and k.contracts <> 'none' and k.suspended_at is null
from contact k
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
where k.workspace_id = :workspace
  and k.client_id = :client
union all
select 'member', i.id, i.name, i.email, '', ` + writer + `
from member m
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
where m.workspace_id = :workspace
  and m.removed_at is null
union all
select 'project', p.id, p.name, '', '', true
from project p
where p.workspace_id = :workspace
  and p.client_id = :client
union all
select 'contract', n.id, n.number || ' ' || n.name, '', '', true
from contract n
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.state = 'executed'
union all
select 'client', c.id, c.name, '', '', true
from client c
where c.workspace_id = :workspace
  and c.archived_at is null
  and c.lead_status is null
order by 1, 3, 2`

const findChosen = `-- findChosen
select
	(select count(*) from client c where c.workspace_id = :workspace and c.id = :client and c.archived_at is null and c.lead_status is null),
	(select count(*) from project p where p.workspace_id = :workspace and p.client_id = :client and p.id = :project),
	(select count(*) from contract n where n.workspace_id = :workspace and n.client_id = :client and n.id = :amends and n.state = 'executed' and n.id <> :id)`

// A member who may write contracts, and so may sign them.
const findWriter = `-- findWriter
select i.id, i.name, i.email
from member m
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
where m.workspace_id = :workspace
  and m.identity_id = :person
  and m.removed_at is null
  and ` + writer + `
limit 1`

const insertContract = `-- insertContract
insert into contract (workspace_id, id, client_id, number, name, search_key, description, kind, amount_minor, currency, starts_on, ends_on, renews_on,
	project_id, amends_id, language, state, state_at, check_code, created_by, created_at)
values (:workspace, :id, :client, :number, :name, :search_key, :description, :kind, :amount, :currency, :starts_on, :ends_on, :renews_on,
	:project, :amends, :language, 'draft', :now, :check_code, :identity, :now)`

const updateContract = `-- updateContract
update contract
set name = :name,
	search_key = :search_key,
	description = :description,
	kind = :kind,
	amount_minor = :amount,
	currency = :currency,
	starts_on = :starts_on,
	ends_on = :ends_on,
	renews_on = :renews_on,
	project_id = :project,
	amends_id = :amends,
	language = :language,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const updateContent = `-- updateContent
update contract
set content = :content,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const updateSigning = `-- updateSigning
update contract
set code = :code,
	reminds = :reminds,
	sign_by = :sign_by,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const updateSignBy = `-- updateSignBy
update contract
set sign_by = :sign_by,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const moveContract = `-- moveContract
update contract
set state = :state,
	state_at = :now,
	reason = :reason,
	signed_at = case when :state = 'signed' then :now when :state = 'draft' then null else signed_at end,
	executed_at = case when :state = 'executed' then :now else executed_at end,
	seal = case when :state in ('draft', 'cancelled') then '' else seal end,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :id`

const endContract = `-- endContract
update contract
set terminated_on = :on
where workspace_id = :workspace
  and id = :id`

const sendContract = `-- sendContract
update contract
set state = 'pending_signature',
	state_at = :now,
	reason = '',
	version_number = :number,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const insertVersion = `-- insertVersion
insert into contract_version (workspace_id, contract_id, client_id, number, snapshot, file_version_id, sha256, pages, created_by, created_at)
values (:workspace, :contract, :client, :number, :snapshot, :file, :sha256, :pages, :identity, :now)`

const readVersion = `-- readVersion
select snapshot, file_version_id, sha256, pages, created_at, created_by
from contract_version
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract
  and number = :number`

const lastLink = `-- lastLink
select seq, entry, previous_hash, hash
from contract_event
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract
order by seq desc
limit 1`

const listLinks = `-- listLinks
select seq, entry, previous_hash, hash
from contract_event
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract
order by seq`

const insertLink = `-- insertLink
insert into contract_event (workspace_id, contract_id, client_id, seq, entry, previous_hash, hash)
values (:workspace, :contract, :client, :seq, :entry, :previous, :hash)`

// What a draft says besides its text: a row for each attachment, and one where there
// is none.
const readParties = `-- readContractParties
select w.name, w.legal_name, w.address, w.tax_id, w.registration_number, w.email, w.pdf_color, w.brand_color, w.pdf_footer, w.paper, w.logo_version_id,
	w.logo_sha256, c.name, c.legal_name, c.tax_id, c.registration_number, c.email, coalesce(a.street, ''), coalesce(a.postal_code, ''), coalesce(a.city, ''),
	coalesce(a.region, ''), coalesce(a.country, ''), coalesce(p.name, ''), f.id, f.name, v.size_bytes, v.sha256, v.id, v.media_type
from contract n
join workspace w on w.id = n.workspace_id
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join client_address a on a.workspace_id = c.workspace_id and a.id = (
	select b.id
	from client_address b
	where b.workspace_id = :workspace
	  and b.client_id = c.id
	  and b.billing
	order by b.position
	limit 1)
left join project p on p.workspace_id = n.workspace_id and p.id = n.project_id
left join contract_attachment f on f.workspace_id = n.workspace_id and f.contract_id = n.id
left join document_version v on v.workspace_id = f.workspace_id and v.id = f.file_version_id
where n.workspace_id = :workspace
  and n.id = :contract
order by f.position`

const keepSealed = `-- keepSealed
update contract
set sealed_version_id = :file,
	sealed_sha256 = :sha256,
	seal = 'done',
	seal_problem = '',
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and sealed_version_id is null`

const nameOf = `-- nameOf
select name
from identity
where workspace_id = :workspace
  and id = :person`
