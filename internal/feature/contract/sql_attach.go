package contract

const countAttachments = `-- countAttachments
select count(*), cast(coalesce(sum(v.size_bytes), 0) as bigint), coalesce(max(f.position), 0),
	cast(coalesce(sum(case when f.name_key = :name_key then 1 else 0 end), 0) as bigint)
from contract_attachment f
join document_version v on v.workspace_id = f.workspace_id and v.id = f.file_version_id
where f.workspace_id = :workspace
  and f.contract_id = :contract`

const insertAttachment = `-- insertAttachment
insert into contract_attachment (workspace_id, id, contract_id, client_id, position, name, name_key, file_version_id, created_by, created_at)
values (:workspace, :id, :contract, :client, :position, :name, :name_key, :file, :identity, :now)`

const deleteAttachment = `-- deleteAttachment
delete from contract_attachment
where workspace_id = :workspace
  and contract_id = :contract
  and id = :id`

const touchContract = `-- touchContract
update contract
set version = version + 1
where workspace_id = :workspace
  and id = :id`
