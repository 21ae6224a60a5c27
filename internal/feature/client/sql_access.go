package client

// What is known of a contact, its login and what happened at its door. The
// latest mail tells whether the address works; mails about other clients are
// left out. A new address waits to be confirmed while its link is alive (l) or
// the mail with it is still to be sent (v).
const contactColumns = `
select c.id, c.identity_id, i.name, i.email, i.email_key, c.job_title, c.phone, c.is_primary,
	c.money, c.projects, c.documents, c.people, c.cases, c.changes, c.meetings, c.contracts,
	c.may_pay, c.may_sign, c.may_accept, c.may_request, c.may_upload, c.may_manage,
	c.created_at, c.version, i.email_verified_at, i.password_hash <> '', i.password_temporary_until, c.invited_at, c.suspended_at,
	(select count(*)
		from contact e
		where e.workspace_id = c.workspace_id and e.identity_id = c.identity_id and e.client_id <> c.client_id),
	coalesce(t.attempts, 0), t.latest_at,
	(select max(r.created_at)
		from outbox r
		where r.workspace_id = c.workspace_id and r.identity_id = c.identity_id and r.kind = 'reset'),
	b.sent_to, b.problem, b.done_at, z.reason, z.words, z.at, l.email, l.created_at, v.email, v.created_at,
	cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null
from contact c
join client cl on cl.workspace_id = c.workspace_id and cl.id = c.client_id
join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
left join sign_in_limit t on t.workspace_id = c.workspace_id and t.realm = 'portal' and t.purpose = 'sign_in' and t.email_key = i.email_key
left join outbox b on b.workspace_id = c.workspace_id and b.state = 'bounced' and b.id = (
	select max(m.id)
	from outbox m
	where m.workspace_id = c.workspace_id
	  and m.identity_id = c.identity_id
	  and (m.client_id is null or m.client_id = c.client_id))
left join mail_stop z on z.workspace_id = c.workspace_id and z.email_key = i.email_key
left join link l on l.workspace_id = c.workspace_id and l.id = (
	select max(k.id)
	from link k
	where k.workspace_id = c.workspace_id
	  and k.identity_id = c.identity_id
	  and k.purpose = 'email'
	  and k.used_at is null
	  and k.void_at is null
	  and k.expires_at > :now)
left join outbox v on v.workspace_id = c.workspace_id and v.id = (
	select max(w.id)
	from outbox w
	where w.workspace_id = c.workspace_id
	  and w.identity_id = c.identity_id
	  and w.kind = 'email_verify'
	  and w.state = 'waiting')
where c.workspace_id = :workspace
  and c.client_id = :client`

const listContacts = `-- listContacts` + contactColumns + `
order by c.is_primary desc, c.id
limit 500`

const readContact = `-- readContact` + contactColumns + `
  and c.id = :contact`

// Confirmations that were not sent yet are not sent any more.
const dropVerification = `-- dropVerification
update outbox
set state = 'dropped',
	done_at = :now
where workspace_id = :workspace
  and identity_id = :person
  and kind = 'email_verify'
  and state = 'waiting'
  and (claimed_until is null or claimed_until < :now)`

const listSessions = `-- listSessions
select s.id, s.identity_id, s.address, s.agent, s.created_at, s.seen_at
from session s
join identity i on i.workspace_id = s.workspace_id and i.id = s.identity_id and i.epoch = s.epoch
where s.workspace_id = :workspace
  and s.client_id = :client
  and s.realm = 'portal'
  and s.ended_at is null
order by s.seen_at desc, s.id desc
limit 200`

const findSession = `-- findSession
select identity_id
from session
where workspace_id = :workspace
  and client_id = :client
  and id = :session
  and realm = 'portal'
  and ended_at is null`

// What happened at this client's door: to the logins of its contacts, and to
// the door itself. What happened while another client was chosen is not this
// client's to see.
const listHistory = `-- listHistory
select a.id, a.at, a.actor_kind, a.actor_id, i.name, a.address, a.agent, a.kind, a.subject_id, a.params
from (
	select 'client' as kind, cast(:client as text) as id
	union all
	select 'identity', c.identity_id
	from contact c
	where c.workspace_id = :workspace
	  and c.client_id = :client) s
cross join activity a
left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
where a.workspace_id = :workspace
  and a.subject_kind = s.kind
  and a.subject_id = s.id
  and (a.client_id is null or a.client_id = :client)
  and a.kind in ('session.started', 'session.ended', 'password.set', 'reset.requested', 'reset.sent', 'invitation.sent',
	'email.verification_sent', 'email.changed', 'portal.enabled', 'portal.disabled')
order by a.id desc
limit 20`
