package auth

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Before the first workspace there is no scope to speak of, so these
// statements belong to none.

const readClaim = `select claimed_at is not null or exists (select 1 from workspace) from installation where id = 1`

const storeSetupToken = `update installation set setup_hash = $1 where id = 1 and claimed_at is null`

const claimInstallation = `-- claimInstallation
update installation
set claimed_at = $1, setup_hash = ''
where id = 1
  and claimed_at is null
  and setup_hash = $2
  and setup_hash <> ''
  and not exists (select 1 from workspace)`

const insertWorkspace = `-- insertWorkspace
insert into workspace (id, name, time_zone, language, created_at)
values ($1, $2, $3, $4, $5)`

// PrepareSetup makes the token with which the first run is claimed, for the
// console to print. It is empty once the installation has been set up.
func (g *Gate) PrepareSetup(ctx context.Context) (id.Secret, error) {
	token, claimed := id.NewSecret(), false
	err := g.db.Unscoped(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, readClaim).Scan(&claimed); err != nil || claimed {
			return err
		}
		_, err := tx.ExecContext(ctx, storeSetupToken, token.Hash())
		return err
	})
	if err != nil || claimed {
		return id.Secret{}, err
	}
	return token, nil
}

// Setup is what the first run asks for.
type Setup struct {
	Token     string
	Workspace string
	Name      string
	Email     string
	Password  string
	Zone      string
	Language  string
}

// Check says what is wrong with the fields, and gives them cleaned.
func (in Setup) Check() (Setup, error) {
	var fields problem.Fields
	if in.Token = strings.TrimSpace(in.Token); in.Token == "" {
		fields.Add("token", "setup.token_required")
	}
	in.Workspace = text.Line(&fields, "workspace", in.Workspace, text.Required, 200)
	in.Name = text.Line(&fields, "name", in.Name, text.Required, 200)
	in.Email = text.Email(&fields, "email", in.Email, text.Required)
	if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "" || in.Zone == "Local" {
		fields.Add("zone", "field.zone")
	}
	if !lang.Known(in.Language) {
		fields.Add("language", "field.choice")
	}
	CheckPassword(&fields, "password", in.Password, in.Email, in.Name, in.Workspace)
	return in, fields.Err()
}

// SetUp claims the installation, makes the first workspace and its Owner, and
// signs the Owner in. Of any number at once one succeeds. Problems are TooMany
// and Invalid by field: under "token" also when it has been set up already.
func (g *Gate) SetUp(ctx context.Context, facts Facts, in Setup) (id.Secret, error) {
	if err := g.countAddress(ctx, facts.Address, "setup"); err != nil {
		return id.Secret{}, err
	}
	in, err := in.Check()
	if err != nil {
		return id.Secret{}, err
	}
	hash, err := g.hasher.Hash(ctx, in.Password)
	if err != nil {
		return id.Secret{}, err
	}
	workspace := g.ids.New()
	err = g.db.Unscoped(ctx, func(tx *sql.Tx) error {
		now := g.now().UnixMicro()
		res, err := tx.ExecContext(ctx, claimInstallation, now, id.SecretFrom(in.Token).Hash())
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return err
			}
			return problem.Field("token", "setup.token_wrong")
		}
		if _, err = tx.ExecContext(ctx, insertWorkspace, workspace, in.Workspace, in.Zone, in.Language, now); err != nil {
			return err
		}
		return g.insertOwner(ctx, tx, workspace, in.Name, in.Email, hash)
	})
	if err != nil {
		return id.Secret{}, err
	}
	return g.firstSession(ctx, workspace, in.Email, facts)
}

const insertIdentity = `-- insertIdentity
insert into identity (workspace_id, id, realm, name, email, email_key, password_hash, password_set_at, created_at)
values (:workspace, :id, :realm, :name, :email, :key, :password, :set, :now)`

const insertMember = `-- insertMember
insert into member (workspace_id, id, identity_id, role, joined_at, created_at)
values (:workspace, :id, :person, 'owner', :now, :now)`

// insertOwner writes the Owner in the transaction that makes the workspace, so
// that there is never one without the other. It binds the workspace itself,
// because this transaction is older than the scope.
func (g *Gate) insertOwner(ctx context.Context, tx *sql.Tx, workspace, name, email string, hash PasswordHash) error {
	key, err := mail.NormalizeAddress(email)
	if err != nil {
		return err
	}
	return db.InScope(ctx, g.db, tx, scope.Who{Kind: scope.System, Workspace: workspace}, g.now(), func(tx scope.Tx) error {
		identity := g.ids.New()
		var set any
		var password any = ""
		if hash.encoded != "" {
			password, set = hash, tx.Now().UnixMicro()
		}
		_, err := tx.Exec(ctx, insertIdentity, scope.Args{
			"id": identity, "realm": string(StaffRealm), "name": name, "email": email, "key": key, "password": password, "set": set,
		})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertMember, scope.Args{"id": g.ids.New(), "person": identity}); err != nil {
			return err
		}
		return g.ports.Record(ctx, tx, Event{
			Kind: "owner.created", SubjectKind: "identity", SubjectID: identity, Area: People, Audience: ForStaffOnly,
		})
	})
}

func (g *Gate) firstSession(ctx context.Context, workspace, email string, facts Facts) (id.Secret, error) {
	site, err := g.siteByID(ctx, workspace)
	if err != nil {
		return id.Secret{}, err
	}
	v := g.Visitor(site, facts)
	var token id.Secret
	err = v.write(ctx, func(tx scope.Tx) error {
		found, err := scope.One(ctx, tx, findCredential, scope.Args{"realm": string(StaffRealm), "email": AddressKey(email)}, scanCredential)
		if err != nil {
			return err
		}
		token, err = g.openSession(ctx, tx, found.identity, "", facts)
		return err
	})
	return token, err
}

// NewOwner is an Owner made from the console.
type NewOwner struct {
	Email, Name string
	// Host names the workspace; empty is the one at the base URL.
	Host string
	// Workspace opens a new workspace of that name at Host.
	Workspace, Zone, Language string
}

func (in NewOwner) check() (NewOwner, error) {
	var fields problem.Fields
	in.Name = text.Line(&fields, "name", in.Name, text.Required, 200)
	in.Email = text.Email(&fields, "email", in.Email, text.Required)
	if in.Workspace != "" {
		in.Workspace = text.Line(&fields, "workspace", in.Workspace, text.Required, 200)
		if in.Host = HostName(in.Host); in.Host == "" {
			fields.Add("host", "field.required")
		}
		if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "" || in.Zone == "Local" {
			fields.Add("zone", "field.zone")
		}
		if !lang.Known(in.Language) {
			fields.Add("language", "field.choice")
		}
	}
	return in, fields.Err()
}

const insertHost = `-- insertHost
insert into workspace_host (host, workspace_id, kind, created_at)
values ($1, $2, 'app', $3)`

// CreateOwner makes an Owner from the console, in an existing workspace or a new
// one, and gives the address at which they choose a password. It is for the
// operator, who has the database anyway.
func (g *Gate) CreateOwner(ctx context.Context, in NewOwner) (string, error) {
	in, err := in.check()
	if err != nil {
		return "", err
	}
	site, err := g.siteForOwner(ctx, in)
	if err != nil {
		return "", err
	}
	who := System{asker{g, site, Facts{}}}
	var token id.Secret
	err = who.Write(ctx, func(tx scope.Tx) error {
		found, err := scope.One(ctx, tx, findIdentity, scope.Args{"realm": string(StaffRealm), "email": AddressKey(in.Email)}, scope.Value[string])
		if err != nil {
			return err
		}
		token, err = g.mint(ctx, tx, found, InviteLink, "")
		return err
	})
	return site.URL(StaffRealm, "/password/reset/"+token.Reveal()), err
}

const findIdentity = `-- findIdentity
select id
from identity
where workspace_id = :workspace
  and realm = :realm
  and email_key = :email`

const promoteMember = `-- promoteMember
update member
set role = 'owner',
	removed_at = null,
	version = version + 1
where workspace_id = :workspace
  and identity_id = :person`

// siteForOwner finds or opens the workspace and puts the Owner into it.
func (g *Gate) siteForOwner(ctx context.Context, in NewOwner) (Site, error) {
	if in.Workspace != "" {
		workspace := g.ids.New()
		err := g.db.Unscoped(ctx, func(tx *sql.Tx) error {
			now := g.now().UnixMicro()
			if _, err := tx.ExecContext(ctx, insertWorkspace, workspace, in.Workspace, in.Zone, in.Language, now); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, insertHost, in.Host, workspace, now); err != nil {
				if db.IsUnique(err) {
					return problem.Field("host", "setup.host_taken")
				}
				return err
			}
			return g.insertOwner(ctx, tx, workspace, in.Name, in.Email, PasswordHash{})
		})
		if err != nil {
			return Site{}, err
		}
		return g.siteByID(ctx, workspace)
	}
	host := in.Host
	if host == "" {
		host = g.base.Host
	}
	site, err := g.SiteFor(ctx, host)
	if err != nil {
		return Site{}, problem.Field("host", "setup.host_unknown")
	}
	return site, g.putOwner(ctx, site, in)
}

// putOwner makes a member the Owner, or adds one.
func (g *Gate) putOwner(ctx context.Context, site Site, in NewOwner) error {
	who := System{asker{g, site, Facts{}}}
	exists := true
	err := who.Write(ctx, func(tx scope.Tx) error {
		found, err := scope.One(ctx, tx, findIdentity, scope.Args{"realm": string(StaffRealm), "email": AddressKey(in.Email)}, scope.Value[string])
		if problem.Is(err, problem.NotFound) {
			exists = false
			return nil
		}
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, promoteMember, scope.Args{"person": found}); err != nil {
			return err
		}
		return g.record(ctx, tx, found, "", "owner.created", nil)
	})
	if err != nil || exists {
		return err
	}
	return g.db.Unscoped(ctx, func(tx *sql.Tx) error {
		return g.insertOwner(ctx, tx, site.ID, in.Name, in.Email, PasswordHash{})
	})
}
