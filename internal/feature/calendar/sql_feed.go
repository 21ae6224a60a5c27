package calendar

const readContactFeed = `-- readContactFeed
select token_sealed, created_at
from calendar_feed
where workspace_id = :workspace
  and client_id = :client
  and identity_id = :identity
  and ended_at is null`

const insertContactFeed = `-- insertContactFeed
insert into calendar_feed (workspace_id, id, identity_id, client_id, token_hash, token_sealed, created_at)
values (:workspace, :id, :identity, :client, :hash, :sealed, :now)`

const endContactFeed = `-- endContactFeed
update calendar_feed
set ended_at = :now
where workspace_id = :workspace
  and client_id = :client
  and identity_id = :identity
  and ended_at is null`

const readMemberFeed = `-- readMemberFeed
select token_sealed, created_at
from calendar_feed
where workspace_id = :workspace
  and client_id is null
  and identity_id = :identity
  and ended_at is null`

const insertMemberFeed = `-- insertMemberFeed
insert into calendar_feed (workspace_id, id, identity_id, token_hash, token_sealed, created_at)
values (:workspace, :id, :identity, :hash, :sealed, :now)`

const endMemberFeed = `-- endMemberFeed
update calendar_feed
set ended_at = :now
where workspace_id = :workspace
  and client_id is null
  and identity_id = :identity
  and ended_at is null`

// Whose feed it is, while they may come in.
const readFeedOwner = `-- readFeedOwner
select m.id, k.id, k.client_id, coalesce(nullif(i.language, ''), cl.language, ''), coalesce(k.meetings = 'all', false)
from calendar_feed f
join identity i on i.workspace_id = f.workspace_id and i.id = f.identity_id
left join member m on m.workspace_id = f.workspace_id and f.client_id is null and m.identity_id = f.identity_id
	and m.removed_at is null and m.joined_at is not null
left join client cl on cl.workspace_id = f.workspace_id and cl.id = f.client_id
left join contact k on k.workspace_id = f.workspace_id and k.client_id = f.client_id and k.identity_id = f.identity_id and ` + comesIn + `
where f.workspace_id = :workspace
  and f.token_hash = :hash
  and f.ended_at is null`

const inFeed = `
  and e.state in ('requested', 'proposed', 'confirmed', 'completed', 'no_show')
  and e.starts_at > :from
  and e.starts_at < :until`

const listFeedOfMember = `-- listFeedOfMember` + staffColumns + inFeed + `
  and exists (
	select 1
	from calendar_attendee s
	where s.workspace_id = e.workspace_id and s.event_id = e.id and s.member_id = :member)
order by e.starts_at, e.id
limit :most`

const listFeedOfContact = `-- listFeedOfContact` + firstColumns + `''` + lastColumns + eventsBy + `
  and e.client_id = :of` + Seen + inFeed + `
order by e.starts_at, e.id
limit :most`
