package calendar

// Seen is what a contact sees of events (e) of the client: meetings alone, all of them
// by :all_meetings, or those that they asked for or take part in. The statement names
// workspace and client besides.
const Seen = `
  and e.with_client
  and (:all_meetings or e.contact_id = :contact or exists (
	select 1
	from calendar_attendee s
	where s.workspace_id = e.workspace_id and s.event_id = e.id and s.contact_id = :contact))`

// comesIn is a contact (k) of a client (cl) with a login (i) who can sign in and answer.
const comesIn = `k.suspended_at is null and k.meetings <> 'none' and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null
	and i.password_hash <> ''`

// reachable tells whether somebody of the client of an event (e) can answer: who asked
// for it, takes part, or sees all meetings.
const reachable = `exists (
	select 1
	from contact k
	cross join client cl
	join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
	where k.workspace_id = e.workspace_id and k.client_id = e.client_id and k.may_request
	  and cl.workspace_id = k.workspace_id and cl.id = k.client_id and ` + comesIn + `
	  and (k.meetings = 'all' or k.id = e.contact_id or exists (
		select 1
		from calendar_attendee s
		where s.workspace_id = k.workspace_id and s.event_id = e.id and s.contact_id = k.id)))`

// Waits is an event (e) with times on the table that waits for staff: it is their turn,
// or nobody of the client can take theirs.
const Waits = `(e.turn = 'staff' or e.turn = 'client' and not ` + reachable + `)`

// Yours tells whether an event (e) is held by :member, or by nobody on the team (h).
const Yours = `(h.id is null or h.id = :member)`

// Holder joins who on the team holds an event (e), as h.
const Holder = `
left join member h on h.workspace_id = e.workspace_id and h.id = e.organiser_id and h.removed_at is null`

// Unheld are events (e), with the client (c) of those that have one, that lie ahead and
// whose organiser left the team. One with an answer due is held by who gives it.
const Unheld = `
from member h
cross join calendar_event e
left join client c on c.workspace_id = e.workspace_id and c.id = e.client_id
where h.workspace_id = :workspace
  and h.removed_at is not null
  and e.workspace_id = :workspace
  and e.organiser_id = h.id
  and e.state = 'confirmed'
  and e.ends_at > :now
  and not ` + Waits

const eventsBy = `
from calendar_event e
left join client c on c.workspace_id = e.workspace_id and c.id = e.client_id
left join contact q on q.workspace_id = e.workspace_id and q.id = e.contact_id
left join identity qi on qi.workspace_id = q.workspace_id and qi.id = q.identity_id
left join member m on m.workspace_id = e.workspace_id and m.id = e.organiser_id
left join identity mi on mi.workspace_id = m.workspace_id and mi.id = m.identity_id
where e.workspace_id = :workspace`

const firstColumns = `
select e.id, e.client_id, c.name, e.with_client, e.contact_id, qi.name, e.organiser_id, mi.name, coalesce(m.removed_at is not null, false),
	e.title, e.about, e.type, e.place, e.link, `

const lastColumns = `, e.zone, e.length, e.state, e.state_at, e.ended_by, e.reason, e.starts_at, e.ends_at,
	e.proposal_id, e.turn, e.lapses_at, e.turn = 'client' and not ` + reachable + `, coalesce((
	select s.part
	from calendar_slot s
	where s.workspace_id = e.workspace_id and s.event_id = e.id
	  and (s.open or e.state in ('declined', 'expired') and s.starts_at = e.starts_at and s.ends_at = e.ends_at)
	order by s.starts_at, s.id
	limit 1), ''), e.sequence, e.updated_at, e.created_at`

const (
	staffColumns = firstColumns + `e.notes` + lastColumns + eventsBy
	// The client's own reading has no notes.
	clientColumns = firstColumns + `''` + lastColumns + eventsBy + `
  and e.client_id = :client` + Seen
)

const readEvent = `-- readEvent` + staffColumns + `
  and e.id = :event`

const readSeenEvent = `-- readSeenEvent` + clientColumns + `
  and e.id = :event`

// The zone that a contact (k, with a login i) reads times in: what they chose, or else
// where they first named times from.
const zoneOfContact = `coalesce(nullif(i.digest_zone, ''), k.meeting_zone)`

const ofContactAlone = `
from contact k
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id`

const ofThem = `
where k.workspace_id = :workspace
  and k.client_id = :client
  and k.id = :contact`

const readZoneOfContact = `-- readZoneOfContact
select ` + zoneOfContact + ofContactAlone + ofThem

const readTermsForClient = `-- readTermsForClient
select w.working_hours, w.meeting_notice_minutes, w.meeting_length_minutes, w.version, ` + zoneOfContact + ofContactAlone + `
join workspace w on w.id = k.workspace_id` + ofThem

const countRequests = `-- countMeetingRequests
select count(*)
from calendar_event
where workspace_id = :workspace
  and client_id = :client
  and turn = 'staff'
  and state in ('requested', 'proposed')`

const keepZone = `-- keepZoneOfContact
update contact
set meeting_zone = :zone
where workspace_id = :workspace
  and client_id = :client
  and id = :contact
  and meeting_zone = ''`

// Statements of a change name the client of the event, empty for none.
const ofEvent = `e.workspace_id = :workspace and e.id = :event and coalesce(e.client_id, '') = :client`

const insertEvent = `-- insertEvent
insert into calendar_event (workspace_id, id, client_id, with_client, contact_id, organiser_id, title, about, type, place, link, notes, zone, length,
	state, state_at, starts_at, ends_at, proposal_id, turn, lapses_at, updated_at, created_at)
values (:workspace, :event, nullif(:client, ''), :with_client, :asker, :organiser, :title, :about, :type, :place, :link, :notes, :zone, :length,
	:state, :now, :starts_at, :ends_at, :proposal, :turn, :lapses_at, :now, :now)`

// One step, with what it sets besides.
const moveEvent = `-- moveEvent
update calendar_event
set state = :to,
	state_at = :now,
	ended_by = :ended_by,
	reason = :reason,
	length = :length,
	starts_at = :starts_at,
	ends_at = :ends_at,
	proposal_id = :proposal,
	turn = :turn,
	lapses_at = :lapses_at,
	organiser_id = :organiser,
	zone = :zone,
	place = :place,
	link = :link,
	sequence = sequence + 1,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and coalesce(client_id, '') = :client
  and id = :event
  and state = :before
  and sequence = :seen`

const takeEvent = `-- takeEvent
update calendar_event
set organiser_id = :organiser,
	sequence = sequence + 1,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :event`

const saveEvent = `-- saveEvent
update calendar_event
set client_id = :of,
	with_client = :with_client,
	title = :title,
	about = :about,
	type = :type,
	place = :place,
	link = :link,
	notes = :notes,
	length = :length,
	starts_at = :starts_at,
	ends_at = :ends_at,
	sequence = :sequence,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :event
  and sequence = :before`

const insertProposal = `-- insertProposal
insert into calendar_proposal (workspace_id, id, event_id, by_side, author_id, note, created_at)
select e.workspace_id, cast(:proposal as text), e.id, cast(:side as text), cast(:identity as text), cast(:note as text), cast(:now as bigint)
from calendar_event e
where ` + ofEvent

const settleProposal = `-- settleProposal
update calendar_proposal
set outcome = :outcome,
	outcome_at = :now
where workspace_id = :workspace
  and event_id = :event
  and id = :proposal
  and exists (
	select 1
	from calendar_event e
	where ` + ofEvent + `)`

const insertSlot = `-- insertSlot
insert into calendar_slot (workspace_id, id, event_id, proposal_id, part, starts_at, ends_at, open)
select e.workspace_id, cast(:id as text), e.id, cast(:proposal as text), cast(:part as text), cast(:starts_at as bigint), cast(:ends_at as bigint), true
from calendar_event e
where ` + ofEvent

const closeSlots = `-- closeSlots
update calendar_slot
set open = false
where workspace_id = :workspace
  and event_id = :event
  and open
  and exists (
	select 1
	from calendar_event e
	where ` + ofEvent + `)`

const listOpenSlots = `-- listOpenSlots
select s.id, s.part, s.starts_at, s.ends_at
from calendar_event e
join calendar_slot s on s.workspace_id = e.workspace_id and s.event_id = e.id and s.open
where ` + ofEvent + `
order by s.starts_at, s.id`

// What was on the table last.
const listLastSlots = `-- listLastSlots
select s.id, s.part, s.starts_at, s.ends_at
from calendar_event e
join calendar_slot s on s.workspace_id = e.workspace_id and s.event_id = e.id and s.proposal_id = (
	select max(p.id)
	from calendar_proposal p
	where p.workspace_id = e.workspace_id and p.event_id = e.id)
where ` + ofEvent + `
order by s.starts_at, s.id`

const insertAttendee = `-- insertAttendee
insert into calendar_attendee (workspace_id, id, event_id, member_id, contact_id)
select e.workspace_id, cast(:id as text), e.id, cast(:member as text), cast(:contact_id as text)
from calendar_event e
where ` + ofEvent + `
on conflict do nothing`

const removeAttendee = `-- removeAttendee
delete from calendar_attendee
where workspace_id = :workspace
  and event_id = :event
  and (member_id = :member or contact_id = :contact_id)
  and exists (
	select 1
	from calendar_event e
	where ` + ofEvent + `)`

// Members (m) who take part in an event (e). Those who left give away no time.
const membersOf = `
from calendar_event e
join calendar_attendee s on s.workspace_id = e.workspace_id and s.event_id = e.id and s.member_id is not null
join member m on m.workspace_id = s.workspace_id and m.id = s.member_id and m.removed_at is null`

// The members of an event that are not away elsewhere at its time.
const takeTime = `-- takeTime
insert into calendar_busy (workspace_id, member_id, event_id, starts_at, ends_at)
select e.workspace_id, s.member_id, e.id, e.starts_at, e.ends_at` + membersOf + `
where ` + ofEvent + `
  and not exists (
	select 1
	from calendar_busy b
	where b.workspace_id = e.workspace_id
	  and b.member_id = s.member_id
	  and b.starts_at > e.starts_at - 604800000000
	  and b.starts_at < e.ends_at
	  and b.ends_at > e.starts_at)`

const releaseTime = `-- releaseTime
delete from calendar_busy
where workspace_id = :workspace
  and event_id = :event
  and exists (
	select 1
	from calendar_event e
	where ` + ofEvent + `)`

const countMembers = `-- countMembers
select count(*)` + membersOf + `
where ` + ofEvent

const findClash = `-- findClash
select i.name, o.title` + membersOf + `
join calendar_busy b on b.workspace_id = s.workspace_id and b.member_id = s.member_id and b.event_id <> e.id
	and b.starts_at > e.starts_at - 604800000000 and b.starts_at < e.ends_at and b.ends_at > e.starts_at
join calendar_event o on o.workspace_id = b.workspace_id and o.id = b.event_id
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
where ` + ofEvent + `
order by b.starts_at, i.name
limit 1`

const findClient = `-- findCalendarClient
select count(*)
from client
where workspace_id = :workspace
  and id = :of
  and archived_at is null`

const findMember = `-- findCalendarMember
select count(*)
from member
where workspace_id = :workspace
  and id = :member
  and removed_at is null
  and joined_at is not null`

const findContact = `-- findCalendarContact
select count(*)
from contact k
join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
where k.workspace_id = :workspace
  and k.client_id = :of
  and k.id = :contact
  and ` + comesIn
