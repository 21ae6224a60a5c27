package change

const messageColumns = `
select m.id as id, m.author_kind as author_kind, m.author_id as author_id, i.name as author, m.body as body, m.created_at as created_at,
	f.id as file, f.name as file_name, v.id as file_version, v.media_type as media_type, coalesce(v.size_bytes, 0) as size_bytes
from (
	select s.workspace_id, s.request_id, s.id, s.author_kind, s.author_id, s.body, s.created_at
	from change_message s
	where s.workspace_id = :workspace
	  and s.request_id = :request`

const withFiles = `
) m
join identity i on i.workspace_id = m.workspace_id and i.id = m.author_id
left join change_file f on f.workspace_id = m.workspace_id and f.request_id = m.request_id and f.message_id = m.id
left join document_version v on v.workspace_id = f.workspace_id and v.id = f.file_version_id
union all
select '', '', '', '', '', 0, f.id, f.name, v.id, v.media_type, v.size_bytes
from change_file f
join document_version v on v.workspace_id = f.workspace_id and v.id = f.file_version_id
where f.workspace_id = :workspace
  and f.request_id = :request
  and f.message_id is null`

const (
	olderFirst = `
	  and s.id > :from
	order by s.id
	limit 51` + withFiles
	newerFirst = `
	  and s.id < :from
	order by s.id desc
	limit 51` + withFiles
)

const messagesAfter = `-- changeMessagesAfter` + messageColumns + olderFirst + `
order by 1, 7`

const messagesBefore = `-- changeMessagesBefore` + messageColumns + newerFirst + `
order by 1 desc, 7`

const ofClient = `
	  and s.client_id = :client`

const seenAfter = `-- seenChangeMessagesAfter` + messageColumns + ofClient + olderFirst + `
  and f.client_id = :client
order by 1, 7`

const seenBefore = `-- seenChangeMessagesBefore` + messageColumns + ofClient + newerFirst + `
  and f.client_id = :client
order by 1 desc, 7`

const findFile = `-- findChangeFile
select f.file_version_id, f.name
from change_file f
where f.workspace_id = :workspace
  and f.request_id = :request
  and f.id = :file`

const findSeenFile = `-- findSeenChangeFile
select f.file_version_id, f.name
from change_file f
join change_request r on r.workspace_id = f.workspace_id and r.id = f.request_id
where f.workspace_id = :workspace
  and f.client_id = :client
  and r.client_id = :client
  and f.request_id = :request
  and f.id = :file` + SeenByContact
