package library

const listOver = `-- listOver
select d.id
from document d
where d.workspace_id = :workspace
  and d.state = 'deleted'
  and d.state_at < :before
order by d.state_at, d.id
limit 100`

const countOver = `-- countOver
select count(*)
from document d
where d.workspace_id = :workspace
  and d.id = :document
  and d.state = 'deleted'
  and d.state_at < :before`

const listBlobs = `-- listBlobsOfDocument
select v.blob_key
from document_version v
where v.workspace_id = :workspace
  and v.document_id = :document
union all
select r.blob_key
from document_version v
join document_preview r on r.workspace_id = v.workspace_id and r.version_id = v.id
where v.workspace_id = :workspace
  and v.document_id = :document`

const purgeDownloads = `-- purgeDownloads
delete from document_download
where workspace_id = :workspace
  and document_id = :document`

const purgeShares = `-- purgeShares
delete from document_share
where workspace_id = :workspace
  and document_id = :document`

const purgePictures = `-- purgePictures
delete from document_preview
where workspace_id = :workspace
  and version_id in (select v.id from document_version v where v.workspace_id = :workspace and v.document_id = :document)`

const purgeVersions = `-- purgeVersions
delete from document_version
where workspace_id = :workspace
  and document_id = :document`

const purgeDocument = `-- purgeDocument
delete from document
where workspace_id = :workspace
  and id = :document`

const countRows = `-- countRowsOfBlob
select (select count(*) from document_version v where v.workspace_id = :workspace and v.blob_key = :key)
	+ (select count(*) from document_preview r where r.workspace_id = :workspace and r.blob_key = :key)`

const listWrong = `-- listWrongDocuments
select 'files of ' || c.client_id as what
from (
	select v.client_id as client_id, 1 as records, v.size_bytes as bytes
	from document_version v
	where v.workspace_id = :workspace and v.client_id is not null
	union all
	select t.client_id, -t.records, -t.minor
	from client_tally t
	where t.workspace_id = :workspace and t.part = 'files'
) c
group by c.client_id
having sum(c.records) <> 0 or sum(c.bytes) <> 0
union all
select 'files of all'
where (select coalesce(sum(v.size_bytes), 0) from document_version v where v.workspace_id = :workspace and v.client_id is not null)
	<> coalesce((select t.minor from workspace_tally t where t.workspace_id = :workspace and t.part = 'files' and t.day = '' and t.currency = ''), 0)
union all
select 'newest version of document ' || d.id
from document d
where d.workspace_id = :workspace
  and d.latest_id <> coalesce((
	select v.id
	from document_version v
	where v.workspace_id = d.workspace_id and v.document_id = d.id
	order by v.number desc
	limit 1), '')
order by what`
