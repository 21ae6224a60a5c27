package staff

import "foyer/internal/kernel/scope"

const memberColumns = `
select m.id, m.identity_id, i.name, i.email, m.role, m.invited_at, m.joined_at, m.removed_at, m.version,
	(select max(s.seen_at)
		from session s
		where s.workspace_id = :workspace
		  and s.identity_id = m.identity_id)
from member m
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id`

const listMembers = `-- listMembers` + memberColumns + `
where m.workspace_id = :workspace
  and (m.removed_at is not null) = :removed
  and m.id > :after
order by m.id
limit :limit`

const findMember = `-- findMember` + memberColumns + `
where m.workspace_id = :workspace
  and m.id = :member`

const findByEmail = `-- findMemberByEmail` + memberColumns + `
where m.workspace_id = :workspace
  and i.realm = 'staff'
  and i.email_key = :email`

func scanMember(row scope.Row) (m Member, err error) {
	err = row.Scan(&m.ID, &m.Identity, &m.Name, &m.Email, &m.Role, scope.Time(&m.InvitedAt), scope.Time(&m.JoinedAt),
		scope.Time(&m.RemovedAt), &m.Version, scope.Time(&m.SeenAt))
	return m, err
}

const countMembers = `-- countMembers
select count(*), count(removed_at)
from member
where workspace_id = :workspace`

type totals struct{ current, removed int }

func scanTotals(row scope.Row) (t totals, err error) {
	err = row.Scan(&t.current, &t.removed)
	t.current -= t.removed
	return t, err
}

const ownRole = `-- ownRole
select role
from member
where workspace_id = :workspace
  and identity_id = :identity
  and removed_at is null`

const countOtherOwners = `-- countOtherOwners
select count(*)
from member
where workspace_id = :workspace
  and role = 'owner'
  and removed_at is null
  and joined_at is not null
  and id <> :member`

const insertIdentity = `-- insertStaffIdentity
insert into identity (workspace_id, id, realm, name, email, email_key, created_at)
values (:workspace, :id, 'staff', :name, :email, :key, :now)`

const insertMember = `-- insertInvitedMember
insert into member (workspace_id, id, identity_id, role, invited_at, created_at)
values (:workspace, :id, :person, :role, :now, :now)`

const inviteAgain = `-- inviteAgain
update member
set invited_at = :now
where workspace_id = :workspace
  and id = :member`

const setRole = `-- setRole
update member
set role = :role,
	version = version + 1
where workspace_id = :workspace
  and id = :member`

const removeMember = `-- removeMember
update member
set removed_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :member`

const restoreMember = `-- restoreMember
update member
set role = :role,
	removed_at = null,
	invited_at = case when joined_at is null then :now else invited_at end,
	version = version + 1
where workspace_id = :workspace
  and id = :member`
