package library

import (
	"foyer/internal/auth"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/project"
)

// seenByReader says of contacts (k) whether they see a document (d), as Seen says of
// the one who asks.
const seenByReader = `
join client c on c.workspace_id = d.workspace_id and c.id = d.client_id
	and c.portal_enabled_at is not null and c.archived_at is null and c.lead_status is null
join contact k on k.workspace_id = d.workspace_id and k.client_id = d.client_id and k.suspended_at is null and k.documents = 'all'
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id and i.password_hash <> ''
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
left join identity b on b.workspace_id = v.workspace_id and b.id = v.created_by
where d.workspace_id = :workspace
  and d.id = :document
  and d.state = 'kept'
  and (d.shared = 'client' or d.shared = 'chosen' and exists (
	select 1
	from document_share h
	where h.workspace_id = d.workspace_id and h.document_id = d.id and h.contact_id = k.id))
  and case d.place_kind
	when 'client' then true
	when 'project' then k.projects = 'all' and exists (
		select 1
		from project p
		where p.workspace_id = d.workspace_id and p.id = d.place_id and ` + project.ProjectSeen + `)
	when 'contract' then k.contracts <> 'none' and exists (
		select 1
		from contract n
		where n.workspace_id = d.workspace_id and n.id = d.place_id and ` + contract.Seen + `
		  and (k.contracts = 'all' or exists (
			select 1
			from signatory s
			where s.workspace_id = n.workspace_id and s.contract_id = n.id and s.number = n.version_number and s.contact_id = k.id and s.state <> 'delegated')))
	when 'invoice' then k.money = 'all' and exists (
		select 1
		from invoice n
		where n.workspace_id = d.workspace_id and n.id = d.place_id and ` + invoice.Seen + `)
	when 'case' then exists (
		select 1
		from support_case n
		where n.workspace_id = d.workspace_id and n.id = d.place_id and (k.cases = 'all' or k.cases = 'own' and n.contact_id = k.id))
	else false
	end`

const listReaders = `-- listReadersOfDocument
select i.id
from document d` + seenByReader + `
  and d.client_id = :client
  and i.id <> :identity
order by i.id`

const mailColumns = `
select d.name, c.name, d.place_kind,` + placeName + `, b.name
from document d`

const mayReadAsContact = `-- mayReadDocumentAsContact` + mailColumns + seenByReader + `
  and i.id = :reader`

// worksOnDocuments says of members (m) whether they look after a document (d): whose
// project it belongs to, and else everybody who may change it.
const worksOnDocuments = `
join member m on m.workspace_id = d.workspace_id and m.removed_at is null and m.joined_at is not null
	and m.role in ` + auth.DocumentsWriters + `
	and (m.role <> 'support' or d.place_kind not in ('contract', 'invoice'))`

const listStaffReaders = `-- listStaffReadersOfDocument
select m.identity_id
from document d` + worksOnDocuments + `
left join project p on p.workspace_id = d.workspace_id and p.id = d.place_id and d.place_kind = 'project'
left join member o on o.workspace_id = p.workspace_id and o.id = p.owner_id and o.removed_at is null and o.joined_at is not null and o.role in ` + auth.DocumentsWriters + `
where d.workspace_id = :workspace
  and d.client_id = :client
  and d.id = :document
  and m.identity_id <> :identity
  and (o.id is null or m.id = o.id)
order by m.identity_id`

const mayReadAsMember = `-- mayReadDocumentAsMember` + mailColumns + worksOnDocuments + `
join client c on c.workspace_id = d.workspace_id and c.id = d.client_id
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
left join identity b on b.workspace_id = v.workspace_id and b.id = v.created_by
where d.workspace_id = :workspace
  and d.id = :document
  and d.state = 'kept'
  and m.identity_id = :reader`
