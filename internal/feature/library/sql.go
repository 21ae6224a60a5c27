package library

import (
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
)

// placeName is what the record of a document (d) is called.
const placeName = `
	case d.place_kind
	when 'project' then (select p.name from project p where p.workspace_id = d.workspace_id and p.id = d.place_id)
	when 'contract' then (select n.name from contract n where n.workspace_id = d.workspace_id and n.id = d.place_id)
	when 'invoice' then (select n.number from invoice n where n.workspace_id = d.workspace_id and n.id = d.place_id)
	when 'case' then (select n.number || ' · ' || n.subject from support_case n where n.workspace_id = d.workspace_id and n.id = d.place_id)
	end`

// Seen says whether a contact sees a document (d). Records are counted, not asked whether
// they exist: PostgreSQL would read all of them to answer that for many documents.
const Seen = `
  and d.state = 'kept'
  and (d.shared = 'client' or d.shared = 'chosen' and exists (
	select 1
	from document_share h
	where h.workspace_id = d.workspace_id and h.document_id = d.id and h.contact_id = :contact))
  and case d.place_kind
	when 'client' then true
	when 'project' then :projects and (
		select count(*)
		from project p
		where p.workspace_id = d.workspace_id and p.id = d.place_id and ` + project.ProjectSeen + `) > 0
	when 'contract' then :contracts and (
		select count(*)
		from contract n
		where n.workspace_id = d.workspace_id and n.id = d.place_id` + contract.SeenByContact + `) > 0
	when 'invoice' then :money and (
		select count(*)
		from invoice n
		where n.workspace_id = d.workspace_id and n.id = d.place_id and ` + invoice.Seen + `) > 0
	when 'case' then :cases and (
		select count(*)
		from support_case n
		where n.workspace_id = d.workspace_id and n.id = d.place_id` + support.SeenByContact + `) > 0
	else false
	end`

// seenByStaff says whether a role sees a document (d): with its place.
const seenByStaff = `
  and case d.place_kind
	when 'client' then true
	when 'project' then :projects
	when 'contract' then :contracts
	when 'invoice' then :money
	when 'case' then :cases
	else false
	end`

const rowColumns = `
select d.id, d.name, d.category, g.name, d.source, d.shared, d.state, d.place_kind, d.place_id,` + placeName + `, d.client_id, c.name,
	v.id, v.number, v.name, v.size_bytes, v.media_type, v.created_at, i.name,
	(select count(*) from document_download l where l.workspace_id = d.workspace_id and l.document_id = d.id)`

const fromDocument = `
from document d` + besideDocument + `
where d.workspace_id = :workspace`

const besideDocument = `
join client c on c.workspace_id = d.workspace_id and c.id = d.client_id
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
left join document_category g on g.workspace_id = d.workspace_id and g.id = d.category
left join identity i on i.workspace_id = v.workspace_id and i.id = v.created_by`

// room is how much there is for a client (c): the limits, and what is used of them.
const room = `
	w.file_limit_bytes, w.client_limit_bytes, w.storage_limit_bytes,
	coalesce((select t.minor from client_tally t where t.workspace_id = :workspace and t.client_id = c.id and t.part = 'files' and t.day = '' and t.currency = ''), 0),
	coalesce((select t.minor from workspace_tally t where t.workspace_id = :workspace and t.part = 'files' and t.day = '' and t.currency = ''), 0)`

const readDocument = `-- readDocument` + rowColumns + `, d.version, d.earlier, d.state_at,` + room + `
from workspace w
join document d on d.workspace_id = w.id` + besideDocument + `
where d.workspace_id = :workspace
  and d.state <> 'inner'
  and d.id = :document` + seenByStaff

const versionColumns = `
select v.id, v.number, v.name, v.size_bytes, v.media_type, v.created_at, i.name, r.version_id is not null
from document_version v
left join document_preview r on r.workspace_id = v.workspace_id and r.version_id = v.id
left join identity i on i.workspace_id = v.workspace_id and i.id = v.created_by`

const listVersions = `-- listVersionsOfDocument` + versionColumns + `
where v.workspace_id = :workspace
  and v.document_id = :document
order by v.number desc
limit 200`

const listContacts = `-- listContactsOfDocument
select k.id, i.name, k.suspended_at is not null, k.documents <> 'none',
	exists (select 1 from document_share h where h.workspace_id = d.workspace_id and h.document_id = d.id and h.contact_id = k.id)
from document d
join contact k on k.workspace_id = d.workspace_id and k.client_id = d.client_id
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
where d.workspace_id = :workspace
  and d.id = :document
order by lower(i.name), k.id
limit 500`

const listDownloads = `-- listDownloads
select i.name, i.realm = 'portal', v.number, l.kind = 'preview', l.at, l.address
from document_download l
join document_version v on v.workspace_id = l.workspace_id and v.id = l.version_id
join identity i on i.workspace_id = l.workspace_id and i.id = l.identity_id
where l.workspace_id = :workspace
  and l.document_id = :document
order by l.id desc
limit 50`

// findFile finds the bytes of a version that staff may have, the newest where :version
// is empty.
const findFile = `-- findFile
select d.name, v.name, v.id, v.id = d.latest_id` + fromVersion + seenByStaff

const fromVersion = `
from document d
join document_version v on v.workspace_id = d.workspace_id and v.document_id = d.id
where d.workspace_id = :workspace
  and d.state <> 'inner'
  and d.id = :document
  and v.id = case when :version = '' then d.latest_id else :version end`

const findShownFile = `-- findShownFile
select d.name, v.name, v.id, v.id = d.latest_id` + fromVersion + `
  and d.client_id = :client
  and (v.id = d.latest_id or d.earlier or d.source = 'client')` + Seen

const findPicture = `-- findPicture
select r.blob_key, r.sha256, r.pieces, r.size_bytes, r.media_type
from document_preview r
join document_version v on v.workspace_id = r.workspace_id and v.id = r.version_id
where r.workspace_id = :workspace
  and r.version_id = :version
  and (:client = '' or v.client_id = :client)`

const noteDownload = `-- noteDownload
insert into document_download (workspace_id, id, document_id, version_id, kind, identity_id, address, at)
select v.workspace_id, :id, v.document_id, v.id, :kind, :by, :address, cast(:now as bigint)
from document_version v
where v.workspace_id = :workspace
  and v.id = :version
  and (:anew or not exists (
	select 1
	from document_download l
	where l.workspace_id = :workspace and l.version_id = v.id
	  and l.identity_id = :by and l.kind = :kind and l.at > :since))`

// findPlace finds the record that a document is to be attached to.
const findPlace = `-- findPlace
select p.name, c.id, c.name,` + room + `
from (
	select 'client' as kind, k.id as id, k.name as name, k.id as client_id from client k where k.workspace_id = :workspace and k.id = :place and k.lead_status is null
	union all
	select 'project', p.id, p.name, p.client_id from project p where p.workspace_id = :workspace and p.id = :place
	union all
	select 'contract', n.id, n.name, n.client_id from contract n where n.workspace_id = :workspace and n.id = :place
	union all
	select 'invoice', n.id, n.number, n.client_id from invoice n where n.workspace_id = :workspace and n.id = :place
	union all
	select 'case', n.id, n.number || ' · ' || n.subject, n.client_id from support_case n where n.workspace_id = :workspace and n.id = :place
) p
join client c on c.workspace_id = :workspace and c.id = p.client_id
join workspace w on w.id = :workspace
where p.kind = :kind`

const findShownPlace = `-- findShownPlace
select p.name
from (
	select 'client' as kind, k.id as id, k.name as name from client k where k.workspace_id = :workspace and k.id = :client
	union all
	select 'project', p.id, p.name from project p where p.workspace_id = :workspace and p.client_id = :client and :projects and ` + project.ProjectSeen + `
) p
where p.kind = :kind
  and p.id = :place`

const listShownPlaces = `-- listShownPlaces
select p.id, p.name
from project p
where p.workspace_id = :workspace
  and p.client_id = :client
  and :projects
  and ` + project.ProjectSeen + `
order by p.name_key, p.id
limit 200`

// countOpenPlaces tells whether a record is one that its client sees.
const countOpenPlaces = `-- countOpenPlaces
select count(*)
from (
	select 'client' as kind, k.id as id from client k where k.workspace_id = :workspace and k.id = :place
	union all
	select 'project', p.id from project p where p.workspace_id = :workspace and p.id = :place and ` + project.ProjectSeen + `
	union all
	select 'contract', n.id from contract n where n.workspace_id = :workspace and n.id = :place and ` + contract.Seen + `
	union all
	select 'invoice', n.id from invoice n where n.workspace_id = :workspace and n.id = :place and ` + invoice.Seen + `
	union all
	select 'case', n.id from support_case n where n.workspace_id = :workspace and n.id = :place
) places
where kind = :kind`

const listClients = `-- listClientsWithDocuments
select c.id, c.name
from client c
where c.workspace_id = :workspace
  and c.archived_at is null
  and c.lead_status is null
order by c.name_key, c.id
limit 501`

// listPlaces are the records of a client that one of its documents can be attached to,
// the newest of each kind.
const listPlaces = `-- listPlaces
select kind, id, name
from (
	select * from (select 1 as rank, 'project' as kind, p.id as id, p.name as name from project p
		where p.workspace_id = :workspace and p.client_id = :of and :projects order by p.id desc limit 100) a
	union all
	select * from (select 2, 'contract', n.id, n.name from contract n
		where n.workspace_id = :workspace and n.client_id = :of and :contracts order by n.id desc limit 100) b
	union all
	select * from (select 3, 'invoice', n.id, n.number from invoice n
		where n.workspace_id = :workspace and n.client_id = :of and :money and n.number is not null order by n.id desc limit 100) e
	union all
	select * from (select 4, 'case', n.id, n.number || ' · ' || n.subject from support_case n
		where n.workspace_id = :workspace and n.client_id = :of and :cases order by n.id desc limit 100) f
) all_places
order by rank, id desc`

// readRoom is how much room there is: the limits, and what is used of them.
const readRoom = `-- readRoom
select` + room + `
from workspace w
left join client c on c.workspace_id = w.id and c.id = :client
where w.id = :workspace`

const (
	listNames      = `-- listNamesAtPlace` + namesAtPlace
	listShownNames = `-- listShownNamesAtPlace` + namesAtPlace + Seen

	namesAtPlace = `
select d.name_key, d.id, v.sha256, d.shared
from document d
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
where d.workspace_id = :workspace
  and d.client_id = :client
  and d.place_kind = :kind
  and d.place_id = :place
  and d.state = 'kept'`
)

const changeDocument = `-- changeDocument
update document
set name = :name,
	name_key = :name_key,
	category = :category,
	place_kind = :kind,
	place_id = :place,
	earlier = :earlier,
	version = version + 1
where workspace_id = :workspace
  and id = :document`

const shareDocument = `-- shareDocument
update document
set shared = :shared,
	version = version + 1
where workspace_id = :workspace
  and id = :document`

const shareFound = `-- shareFound
update document
set shared = 'client',
	version = version + 1
where workspace_id = :workspace
  and id = :document
  and shared = 'none'
  and state = 'kept'`

const forgetChosen = `-- forgetChosen
delete from document_share
where workspace_id = :workspace
  and document_id = :document`

const chooseContact = `-- chooseContact
insert into document_share (workspace_id, document_id, contact_id)
select d.workspace_id, d.id, k.id
from document d
join contact k on k.workspace_id = d.workspace_id and k.client_id = d.client_id and k.id = :person
where d.workspace_id = :workspace
  and d.id = :document`

const moveState = `-- moveDocumentState
update document
set state = :state,
	state_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :document`

const renameTo = `-- renameDocument
update document
set name = :name,
	name_key = :name_key,
	version = version + 1
where workspace_id = :workspace
  and (:client = '' or client_id = :client)
  and id = :document`

const readName = `-- readNameOfDocument
select d.name, d.shared, v.sha256
from document d
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
where d.workspace_id = :workspace
  and (:client = '' or d.client_id = :client)
  and d.id = :document`

const readLatest = `-- readLatestOfDocument
select d.latest_id
from document d
where d.workspace_id = :workspace
  and (:client = '' or d.client_id = :client)
  and d.id = :document`

const findUndrawn = `-- findUndrawn
select v.id
from document_version v
where v.workspace_id = :workspace
  and v.id = :version
  and not exists (select 1 from document_preview r where r.workspace_id = v.workspace_id and r.version_id = v.id)`

const keepPicture = `-- keepPicture
insert into document_preview (workspace_id, version_id, blob_key, sha256, pieces, size_bytes, media_type, width, height)
values (:workspace, :version, :blob, :sha256, :pieces, :size, :media_type, :width, :height)
on conflict do nothing`
