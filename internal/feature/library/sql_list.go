package library

// ofPlaces are the records whose name matches.
const ofPlaces = `
	select p.id from project p where p.workspace_id = :workspace and p.name_key like :pattern escape '\'
	union all
	select n.id from contract n where n.workspace_id = :workspace and n.search_key like :pattern escape '\'
	union all
	select n.id from invoice n where n.workspace_id = :workspace and lower(n.number) like :pattern escape '\'
	union all
	select n.id from support_case n where n.workspace_id = :workspace and n.search_key like :pattern escape '\'`

// matching narrows staff's list and what is counted of it. :whose is shared, none or client.
const matching = `
  and d.state = :state
  and (:whose = '' or :whose = 'shared' and d.shared <> 'none' or :whose = 'none' and d.shared = 'none' or :whose = 'client' and d.source = 'client')
  and (:pattern = '%%' or d.name_key like :pattern escape '\' or c.name_key like :pattern escape '\' or d.place_id in (` + ofPlaces + `))` + seenByStaff

const listed = matching + `
  and (:category = '' or d.category = :category)`

const (
	ofAll    = ``
	ofClient = `
  and d.client_id = :of`
	ofPlace = `
  and d.place_kind = :kind
  and d.place_id = :of`

	pageAfter = `
  and d.latest_id < :from
order by d.latest_id desc
limit 51`
	pageBefore = `
  and d.latest_id > :from
order by d.latest_id
limit 51`
)

const (
	listAfter        = `-- listDocuments` + rowColumns + fromDocument + ofAll + listed + pageAfter
	listBefore       = `-- listDocumentsBefore` + rowColumns + fromDocument + ofAll + listed + pageBefore
	listClientAfter  = `-- listDocumentsOfClient` + rowColumns + fromDocument + ofClient + listed + pageAfter
	listClientBefore = `-- listDocumentsOfClientBefore` + rowColumns + fromDocument + ofClient + listed + pageBefore
	listPlaceAfter   = `-- listDocumentsOfPlace` + rowColumns + fromDocument + ofPlace + listed + pageAfter
	listPlaceBefore  = `-- listDocumentsOfPlaceBefore` + rowColumns + fromDocument + ofPlace + listed + pageBefore
)

// shelves are the categories there are, in their order: the three that always are,
// then the workspace's own.
const shelves = `
	select 'contracts' as id, '' as name, '' as name_key, 1 as rank, cast(null as bigint) as archived_at
	union all
	select 'deliverables', '', '', 2, null
	union all
	select 'reports', '', '', 3, null
	union all
	select o.id, o.name, o.name_key, 4, o.archived_at from document_category o where o.workspace_id = :workspace`

// countedOf begins the count of a category (s) up to MostCounted: so no page counts a
// hundred thousand rows.
const countedOf = `
	(select count(*) from (
		select 1 as one
		from document d
		join client c on c.workspace_id = d.workspace_id and c.id = d.client_id
		where d.workspace_id = :workspace
		  and d.category = s.id`

const (
	counted = `
		limit 100) few)`
	shelvesOrder = `
order by s.rank, s.name_key, s.id`
	fromShelves = `
from (` + shelves + `) s`
)

const (
	countShelves       = `-- countShelves` + shelfColumns + countedOf + ofAll + matching + counted + fromShelves + shelvesOrder
	countPlaceShelves  = `-- countShelvesOfPlace` + shelfColumns + countedOf + ofPlace + matching + counted + fromShelves + shelvesOrder
	countClientShelves = `-- countShelvesOfClient` + shelfColumns + countedOf + ofClient + matching + counted + `,` + room + fromShelves + `
join workspace w on w.id = :workspace
join client c on c.workspace_id = :workspace and c.id = :of` + shelvesOrder
)

const shelfColumns = `
select s.id, s.name, s.archived_at is null,`

const shownPlaces = `
	select p.id from project p where p.workspace_id = :workspace and p.client_id = :client and p.name_key like :pattern escape '\'
	union all
	select n.id from contract n where n.workspace_id = :workspace and n.client_id = :client and n.search_key like :pattern escape '\'
	union all
	select n.id from invoice n where n.workspace_id = :workspace and n.client_id = :client and lower(n.number) like :pattern escape '\'
	union all
	select n.id from support_case n where n.workspace_id = :workspace and n.client_id = :client and n.search_key like :pattern escape '\'`

const shownMatching = `
  and d.client_id = :client
  and (:pattern = '%%' or d.name_key like :pattern escape '\' or d.place_id in (` + shownPlaces + `))` + Seen

const shownColumns = `
select d.id, d.name, d.category, g.name, d.source, coalesce(v.created_by = :identity, false), d.earlier, d.place_kind, d.place_id,` + placeName + `,
	v.id, v.number, v.name, v.size_bytes, v.media_type, v.created_at, i.name,
	not exists (select 1 from document_download l where l.workspace_id = d.workspace_id and l.version_id = d.latest_id and l.identity_id = :identity)`

const fromShown = `
from document d
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
left join document_category g on g.workspace_id = d.workspace_id and g.id = d.category
left join identity i on i.workspace_id = v.workspace_id and i.id = v.created_by
where d.workspace_id = :workspace`

const (
	shownAfter          = `-- shownDocuments` + shownColumns + fromShown + shownMatching + pageAfter
	shownBefore         = `-- shownDocumentsBefore` + shownColumns + fromShown + shownMatching + pageBefore
	shownCategoryAfter  = `-- shownDocumentsOfCategory` + shownColumns + fromShown + ofCategory + shownMatching + pageAfter
	shownCategoryBefore = `-- shownDocumentsOfCategoryBefore` + shownColumns + fromShown + ofCategory + shownMatching + pageBefore

	ofCategory = `
  and d.category = :category`
)

// listShownShelves reads the newest of each category. Where they begin is found once for
// each category and kept: PostgreSQL would find it for each document of the client. The
// cross join has SQLite begin with the categories, and not with those documents.
const listShownShelves = `-- shownShelves
with s as materialized (
	select k.id as id, k.rank as rank, k.name_key as name_key, coalesce((
		select min(newest)
		from (
			select d.latest_id as newest
			from document d
			where d.workspace_id = :workspace
			  and d.client_id = :client
			  and d.category = k.id` + Seen + `
			order by d.latest_id desc
			limit 6) few), '') as least
	from (` + shelves + `) k)` + shownColumns + `
from s
cross join document d
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
left join document_category g on g.workspace_id = d.workspace_id and g.id = d.category
left join identity i on i.workspace_id = v.workspace_id and i.id = v.created_by
where d.workspace_id = :workspace
  and d.client_id = :client
  and d.category = s.id
  and d.latest_id >= s.least` + Seen + `
order by s.rank, s.name_key, s.id, d.latest_id desc`

const countShownShelves = `-- countShownShelves` + shelfColumns + `
	(select count(*) from (
		select 1 as one
		from document d
		where d.workspace_id = :workspace
		  and d.category = s.id` + shownMatching + counted + fromShelves + shelvesOrder

const readShown = `-- readShownDocument` + shownColumns + `, d.version` + fromShown + `
  and d.client_id = :client
  and d.id = :document` + Seen

const listShownVersions = `-- listShownVersions` + versionColumns + `
join document d on d.workspace_id = v.workspace_id and d.id = v.document_id and d.client_id = :client
where v.workspace_id = :workspace
  and v.document_id = :document
  and (d.earlier or v.id = d.latest_id or d.source = 'client')
order by v.number desc
limit 200`

const listShownOfPlace = `-- shownDocumentsOfPlace` + shownColumns + fromShown + `
  and d.client_id = :client
  and d.place_kind = :kind
  and d.place_id = :place` + Seen + `
order by d.latest_id desc
limit 11`
