package calendar

// What stands in the calendar, the times that are on the table, and the days on which
// something is due.
const listEntries = `-- listEntries
select * from (
	select case when e.with_client then 'meeting' else 'own' end as kind, e.id as id, e.title as title, c.name as client, e.type as type, e.state as state, '' as part,
		e.starts_at as starts_at, e.ends_at as ends_at, '' as due_on
	from calendar_event e
	left join client c on c.workspace_id = e.workspace_id and c.id = e.client_id
	where e.workspace_id = :workspace
	  and e.state in ('confirmed', 'completed', 'no_show')
	  and e.starts_at > :longest
	  and e.starts_at < :until
	  and e.ends_at > :from
	  and (:member = '' or exists (
		select 1
		from calendar_attendee s
		where s.workspace_id = e.workspace_id and s.event_id = e.id and s.member_id = :member))
	order by e.starts_at, e.id
	limit :most) a
union all
select * from (
	select 'pending', e.id, e.title, c.name, e.type, e.state, s.part, s.starts_at, s.ends_at, ''
	from calendar_slot s
	join calendar_event e on e.workspace_id = s.workspace_id and e.id = s.event_id
	left join client c on c.workspace_id = e.workspace_id and c.id = e.client_id
	where s.workspace_id = :workspace
	  and s.open
	  and s.starts_at > :longest
	  and s.starts_at < :until
	  and s.ends_at > :from
	  and (:member = '' or e.organiser_id is null or exists (
		select 1
		from calendar_attendee t
		where t.workspace_id = e.workspace_id and t.event_id = e.id and t.member_id = :member))
	order by s.starts_at, s.id
	limit :most) b
union all
select * from (
	select 'milestone', p.id, t.name, c.name, '', '', '', cast(null as bigint), cast(null as bigint), t.due_on
	from target t
	join project p on p.workspace_id = t.workspace_id and p.id = t.project_id
	join client c on c.workspace_id = p.workspace_id and c.id = p.client_id
	where t.workspace_id = :workspace
	  and :projects
	  and t.kind = 'milestone'
	  and t.state in ('planned', 'in_progress')
	  and p.state <> 'cancelled'
	  and t.due_on >= :first
	  and t.due_on < :end
	order by t.due_on, t.id
	limit :most) d
union all
select * from (
	select 'due', n.id, n.number, c.name, '', '', '', cast(null as bigint), cast(null as bigint), o.due_on
	from open_amount o
	join invoice n on n.workspace_id = o.workspace_id and n.id = o.invoice_id
	join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
	where o.workspace_id = :workspace
	  and :money
	  and o.open_minor > 0
	  and not o.written_off
	  and o.due_on >= :first
	  and o.due_on < :end
	order by o.due_on, o.invoice_id
	limit :most) f`

const listWaiting = `-- listWaiting` + staffColumns + `
  and e.id in (select w.id` + listedWaiting + `)
order by e.lapses_at, e.id`

// What waits for :member, who may answer by :writes, and what waits for others.
const (
	waiting = `
	where e.workspace_id = :workspace
	  and e.turn <> ''
	  and ` + Waits

	waitsForMember = Holder + waiting + `
	  and :writes and ` + Yours

	waitsForOthers = waiting + `
	  and not (:writes and ` + Yours + `)`
)

const listedWaiting = `
from (
	select e.workspace_id as workspace_id, e.id as id, e.proposal_id as proposal_id
	from calendar_event e` + waitsForMember + `
	order by e.lapses_at, e.id
	limit :most) w`

// The times on the table of what waits; what those who hold it have within a day of
// them, where an event takes 8 hours at most; how many wait; and, a line each, what
// waits for others and what nobody holds any more.
const listBesideWaiting = `-- listBesideWaiting
select * from (
	select 'slot' as kind, w.id as event_id, s.id as id, s.part as name, p.note as said, '' as client, '' as other_id, s.starts_at as starts_at, s.ends_at as ends_at, 0 as n` + listedWaiting + `
	join calendar_proposal p on p.workspace_id = w.workspace_id and p.id = w.proposal_id
	join calendar_slot s on s.workspace_id = w.workspace_id and s.event_id = w.id and s.proposal_id = w.proposal_id
	where s.workspace_id = :workspace
	order by s.starts_at, s.id
	limit 100) a
union all
select * from (
	select distinct 'busy', w.id, b.member_id, i.name, e.title, '', b.event_id, b.starts_at, b.ends_at, 0` + listedWaiting + `
	cross join calendar_slot s
	cross join calendar_busy b
	join member m on m.workspace_id = b.workspace_id and m.id = b.member_id and m.removed_at is null
	join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
	join calendar_event e on e.workspace_id = b.workspace_id and e.id = b.event_id
	where s.workspace_id = :workspace
	  and s.event_id = w.id
	  and s.proposal_id = w.proposal_id
	  and b.workspace_id = :workspace
	  and b.starts_at > s.starts_at - 86400000000
	  and b.starts_at < s.ends_at + 86400000000
	  and b.event_id <> w.id
	  and (exists (
		select 1
		from calendar_attendee t
		where t.workspace_id = b.workspace_id and t.event_id = w.id and t.member_id = b.member_id)
	  or b.member_id = :member and not exists (
		select 1
		from calendar_attendee t
		join member h on h.workspace_id = t.workspace_id and h.id = t.member_id and h.removed_at is null
		where t.workspace_id = b.workspace_id and t.event_id = w.id))
	order by b.starts_at, b.member_id
	limit 1000) b
union all
select 'count', '', '', '', '', '', '', cast(null as bigint), cast(null as bigint), count(*)
from (
	select 1 as one
	from calendar_event e` + waitsForMember + `
	limit 100) d
union all
select * from (
	select 'other', e.id, e.type, coalesce(i.name, ''), e.title, coalesce(c.name, ''), '', e.starts_at, e.lapses_at, 0
	from calendar_event e` + Holder + `
	left join identity i on i.workspace_id = h.workspace_id and i.id = h.identity_id
	left join client c on c.workspace_id = e.workspace_id and c.id = e.client_id` + waitsForOthers + `
	order by e.lapses_at, e.id
	limit :most) f
union all
select * from (
	select 'unheld', e.id, e.type, '', e.title, coalesce(c.name, ''), '', e.starts_at, e.ends_at, 0` + Unheld + `
	  and :writes
	order by e.starts_at, e.id
	limit :most) g`

const attendees = `
select s.member_id, s.contact_id, coalesce(mi.name, i.name), coalesce(i.email, mi.email), coalesce(mi.id, i.id),` + takingPart

// The client's own reading has no mail addresses of members.
const seenAttendees = `
select s.member_id, s.contact_id, coalesce(mi.name, i.name), coalesce(i.email, ''), '',` + takingPart

const takingPart = `
	case when s.contact_id is null then m.removed_at is not null else not (` + comesIn + `) end
from calendar_event e
join calendar_attendee s on s.workspace_id = e.workspace_id and s.event_id = e.id
left join member m on m.workspace_id = s.workspace_id and m.id = s.member_id
left join identity mi on mi.workspace_id = m.workspace_id and mi.id = m.identity_id
left join contact k on k.workspace_id = s.workspace_id and k.id = s.contact_id
left join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
left join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
where e.workspace_id = :workspace
  and e.id = :event`

const proposals = `
select p.id, p.by_side, i.name, p.note, p.created_at, p.outcome, s.id, s.part, s.starts_at, s.ends_at
from calendar_event e
join calendar_proposal p on p.workspace_id = e.workspace_id and p.event_id = e.id
join calendar_slot s on s.workspace_id = p.workspace_id and s.event_id = p.event_id and s.proposal_id = p.id
join identity i on i.workspace_id = p.workspace_id and i.id = p.author_id
where e.workspace_id = :workspace
  and e.id = :event`

const (
	ofClient = `
  and e.client_id = :client`

	membersFirst = `
order by s.member_id is null, s.id`
	newestFirst = `
order by p.id desc, s.starts_at, s.id
limit 600`

	listAttendees     = `-- listAttendees` + attendees + membersFirst
	listSeenAttendees = `-- listSeenAttendees` + seenAttendees + ofClient + membersFirst
	listProposals     = `-- listProposals` + proposals + newestFirst
	listSeenProposals = `-- listSeenProposals` + proposals + ofClient + newestFirst
)

// What the members of an event have then; of one without any, what :member has.
const listRoom = `-- listRoom
select 'hours' as kind, '' as member_id, '' as name, '' as event_id, '' as title, cast(null as bigint) as starts_at, cast(null as bigint) as ends_at, w.working_hours as hours
from workspace w
where w.id = :workspace
union all
select * from (
	select 'busy', b.member_id, i.name, b.event_id, e.title, b.starts_at, b.ends_at, ''
	from calendar_busy b
	join member m on m.workspace_id = b.workspace_id and m.id = b.member_id and m.removed_at is null
	join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
	join calendar_event e on e.workspace_id = b.workspace_id and e.id = b.event_id
	where b.workspace_id = :workspace
	  and b.event_id <> :event
	  and b.starts_at > :longest
	  and b.starts_at < :until
	  and b.ends_at > :from
	  and (exists (
		select 1
		from calendar_attendee s
		where s.workspace_id = b.workspace_id and s.event_id = :event and s.member_id = b.member_id)
	  or b.member_id = :member and not exists (
		select 1
		from calendar_attendee s
		join member h on h.workspace_id = s.workspace_id and h.id = s.member_id and h.removed_at is null
		where s.workspace_id = b.workspace_id and s.event_id = :event))
	order by b.starts_at, b.member_id
	limit 500) b`

const members = `
select * from (
	select 'member', m.id, i.name
	from member m
	join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
	where m.workspace_id = :workspace
	  and m.removed_at is null
	  and m.joined_at is not null
	order by i.name, m.id
	limit 200) b`

const listFrame = `-- listFrame
select 'hours' as kind, '' as id, w.working_hours as name
from workspace w
where w.id = :workspace
union all` + members

const listChoices = `-- listChoices
select * from (
	select 'client' as kind, c.id as id, c.name as name
	from client c
	where c.workspace_id = :workspace
	  and c.archived_at is null
	order by c.name_key, c.id
	limit 1000) a
union all` + members + `
union all
select * from (
	select 'contact', k.id, i.name
	from contact k
	join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
	join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
	where k.workspace_id = :workspace
	  and k.client_id = :of
	  and ` + comesIn + `
	order by i.name, k.id
	limit 200) d`

const listUpcoming = `-- listUpcoming` + clientColumns + `
  and (e.state in ('requested', 'proposed') or e.state = 'confirmed' and e.ends_at >= :now)
order by e.starts_at, e.id
limit :most`

const past = clientColumns + `
  and not (e.state in ('requested', 'proposed') or e.state = 'confirmed' and e.ends_at >= :now)`

const listPast = `-- listPastMeetings` + past + `
  and (e.starts_at, e.id) < (:key, :from)
order by e.starts_at desc, e.id desc
limit :most`

const listPastBack = `-- listPastMeetingsBack` + past + `
  and (e.starts_at, e.id) > (:key, :from)
order by e.starts_at, e.id
limit :most`

const listLapsed = `-- listLapsed
select id
from calendar_event
where workspace_id = :workspace
  and lapses_at is not null
  and lapses_at <= :now
order by lapses_at, id
limit 500`

const listOver = `-- listOver
select id
from calendar_event
where workspace_id = :workspace
  and state = 'confirmed'
  and ends_at <= :now
order by ends_at, id
limit 500`
