package support

// The parts of a thread, each cut to a page before they are put together.

const replyLines = `
select * from (
	select r.id as id, 'reply' as kind, r.author_kind = 'staff' as by_staff, r.author_id as author, i.name as name, r.body as body, '{}' as params, r.created_at as at
	from case_reply r
	join identity i on i.workspace_id = r.workspace_id and i.id = r.author_id
	where r.workspace_id = :workspace
	  and r.case_id = :case`

const noteLines = `
select * from (
	select o.id, 'note', true, o.author_id, i.name, o.body, '{}', o.created_at
	from case_note o
	join identity i on i.workspace_id = o.workspace_id and i.id = o.author_id
	where o.workspace_id = :workspace
	  and o.case_id = :case`

const eventLines = `
select * from (
	select a.id, a.kind, a.actor_kind = 'staff', a.actor_id, i.name, '', cast(a.params as text), a.at
	from activity a
	left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
	where a.workspace_id = :workspace
	  and a.subject_kind = 'case'
	  and a.subject_id = :case`

const (
	earlierReplies = `
	  and r.id < :from
	order by r.id desc
	limit 51) x`
	laterReplies = `
	  and r.id > :from
	order by r.id
	limit 51) x`
	earlierNotes = `
	  and o.id < :from
	order by o.id desc
	limit 51) y`
	laterNotes = `
	  and o.id > :from
	order by o.id
	limit 51) y`
	earlierEvents = `
	  and a.id < :from
	order by a.id desc
	limit 51) z`
	laterEvents = `
	  and a.id > :from
	order by a.id
	limit 51) z`
	union   = "\nunion all"
	earlier = `
order by id desc
limit 51`
	later = `
order by id
limit 51`
)

const threadEarlier = `-- threadEarlier` + replyLines + earlierReplies + union + noteLines + earlierNotes + union + eventLines + earlierEvents + earlier

const threadLater = `-- threadLater` + replyLines + laterReplies + union + noteLines + laterNotes + union + eventLines + laterEvents + later

// What a client reads of a thread: replies, and events that are for them. That the
// contact sees the case was asked before.

const shownReplyLines = replyLines + `
	  and r.client_id = :client`

// The client is compared with an empty text joined to it, so that the events of the
// case are read rather than those of the client.
const shownEventLines = eventLines + `
	  and a.client_id || '' = :client
	  and a.audience = 'client'`

const shownEarlier = `-- shownEarlier` + shownReplyLines + earlierReplies + union + shownEventLines + earlierEvents + earlier

const shownLater = `-- shownLater` + shownReplyLines + laterReplies + union + shownEventLines + laterEvents + later

const replyFiles = `
select f.reply_id as of, f.id as id, f.name, v.media_type, v.size_bytes, f.file_version_id
from case_reply_file f
join document_version v on v.workspace_id = f.workspace_id and v.id = f.file_version_id
where f.workspace_id = :workspace
  and f.case_id = :case
  and f.reply_id between :first and :last`

const listFiles = `-- listFiles` + replyFiles + `
union all
select f.note_id, f.id, f.name, v.media_type, v.size_bytes, f.file_version_id
from case_note_file f
join document_version v on v.workspace_id = f.workspace_id and v.id = f.file_version_id
where f.workspace_id = :workspace
  and f.case_id = :case
  and f.note_id between :first and :last
order by of, id`

const listShownFiles = `-- listShownFiles` + replyFiles + `
  and f.client_id = :client
order by f.reply_id, f.id`

const findFile = `-- findFile
select f.name, f.file_version_id
from case_reply_file f
where f.workspace_id = :workspace
  and f.case_id = :case
  and f.id = :file
union all
select f.name, f.file_version_id
from case_note_file f
where f.workspace_id = :workspace
  and f.case_id = :case
  and f.id = :file`

const findShownFile = `-- findShownFile
select f.name, f.file_version_id
from case_reply_file f
join support_case n on n.workspace_id = f.workspace_id and n.client_id = f.client_id and n.id = f.case_id
where f.workspace_id = :workspace
  and f.client_id = :client
  and f.case_id = :case
  and f.id = :file` + SeenByContact
