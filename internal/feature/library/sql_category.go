package library

const listCategories = `-- listDocumentCategories
select id, version, name
from document_category
where workspace_id = :workspace
  and archived_at is null
order by name_key, id`

const countCategory = `-- countDocumentCategory
select count(*)
from document_category
where workspace_id = :workspace
  and archived_at is null
  and id = :id`

const insertCategory = `-- insertDocumentCategory
insert into document_category (workspace_id, id, name, name_key)
values (:workspace, :id, :name, :name_key)`

const renameCategory = `-- renameDocumentCategory
update document_category
set name = :name,
	name_key = :name_key,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and version = :version
  and archived_at is null`

const archiveCategory = `-- archiveDocumentCategory
update document_category
set archived_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and archived_at is null`

const saveLimits = `-- saveDocumentLimits
update workspace
set file_limit_bytes = :file,
	client_limit_bytes = :client_limit,
	storage_limit_bytes = :storage
where id = :workspace`
