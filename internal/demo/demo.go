// Package demo fills a fresh installation with the studio Halden & Rowe and the
// clients it works for, so that somebody can look around. Everything is made
// through the doors that the pages use, and every date is relative to today.
package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project"
	"foyer/internal/feature/staff"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/server"
)

// The passwords of the demo. It serves this machine alone.
const (
	StaffPassword  = "foyer-demo-staff"
	ClientPassword = "foyer-demo-client"
)

// The people of the demo, by the address they sign in with.
const (
	Priya = "priya@haldenrowe.example"
	Jun   = "jun@haldenrowe.example"
	Theo  = "theo@haldenrowe.example"
	Ines  = "ines@marlow.example"
	Rui   = "rui@marlow.example"
	Sam   = "sam@northwind.example"
)

// Clock is a clock that stands in the past while the demo's story is told, and
// runs with the real one afterwards.
type Clock struct {
	mu   sync.Mutex
	ago  time.Duration
	base func() time.Time
}

// NewClock makes a clock over the real one.
func NewClock(now func() time.Time) *Clock { return &Clock{base: now} }

// Now is the time of the story.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(-c.ago)
}

func (c *Clock) set(ago time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ago = ago
}

const day = 24 * time.Hour

// teller tells the story.
type teller struct {
	*server.Server
	clock *Clock
	site  auth.Site
	// Those who do the work, by address, the clients they do it for and the
	// projects, by name.
	team    map[string]auth.Staff
	clients map[string]client.ID
	works   map[string]project.ID
}

var facts = auth.Facts{Address: "127.0.0.1", Agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"}

// Seed makes the demo data on an installation that has not been set up.
func Seed(ctx context.Context, s *server.Server, clock *Clock) error {
	t := &teller{Server: s, clock: clock, team: map[string]auth.Staff{}, clients: map[string]client.ID{}, works: map[string]project.ID{}}
	defer clock.set(0)
	story := append(slices.Concat(t.projects(), t.invoices(), t.contracts(), t.talkOf(), t.documents(), t.meetings()), []beat{
		{400 * day, t.setUp},
		{400*day - time.Hour, t.studio},
		{260 * day, t.others},
		{250 * day, t.first},
		{6 * day, t.signIns},
		{day - 2*time.Hour, t.signIns},
		{0, t.remind},
	}...)
	for _, b := range inOrder(story) {
		clock.set(b.ago)
		if err := b.tell(ctx); err != nil {
			return fmt.Errorf("tell of %.0f days ago: %w", b.ago.Hours()/24, err)
		}
	}
	return nil
}

func (t *teller) setUp(ctx context.Context) error {
	token, err := t.Gate.PrepareSetup(ctx)
	if err != nil {
		return err
	}
	_, err = t.Gate.SetUp(ctx, facts, auth.Setup{
		Token: token.Reveal(), Workspace: "Halden & Rowe", Name: "Priya Rowe", Email: Priya, Password: StaffPassword,
		Zone: "Europe/Dublin", Language: "en",
	})
	if err != nil {
		return err
	}
	t.site, err = t.Gate.SiteFor(ctx, t.Gate.Base().Host)
	return err
}

// as signs a staff member in, as far as the story has come.
func (t *teller) as(ctx context.Context, email string) (auth.Staff, error) {
	v := t.Gate.Visitor(t.site, facts)
	token, err := t.Gate.SignIn(ctx, v, auth.StaffRealm, email, StaffPassword, id.Secret{})
	if err != nil {
		return auth.Staff{}, err
	}
	signed, err := t.Gate.Signed(ctx, v, auth.StaffRealm, token)
	if err != nil {
		return auth.Staff{}, err
	}
	return signed.Staff()
}

// password lets somebody choose their password with an invitation, as its mail
// would.
func (t *teller) password(ctx context.Context, realm auth.Realm, identity, password string) error {
	sys, err := t.Gate.System(ctx, t.site.ID)
	if err != nil {
		return err
	}
	var token id.Secret
	err = sys.Write(ctx, func(tx scope.Tx) (err error) {
		token, err = sys.MintLink(ctx, tx, identity, auth.InviteLink, "")
		return err
	})
	if err != nil {
		return err
	}
	return t.Gate.Redeem(ctx, t.Gate.Visitor(t.site, facts), realm, token, password)
}

func (t *teller) studio(ctx context.Context) error {
	priya, err := t.as(ctx, Priya)
	if err != nil {
		return err
	}
	settings := workspace.Feature{Documents: document.Shelf{Blobs: t.Blobs}}.ForStaff(priya)
	logo, err := logo()
	if err != nil {
		return err
	}
	version := func() int64 {
		now, readErr := settings.Get(ctx)
		if readErr != nil {
			err = readErr
		}
		return now.Version
	}
	steps := []func() error{
		func() error {
			return settings.SaveCompany(ctx, workspace.Company{
				Name: "Halden & Rowe", LegalName: "Halden & Rowe Ltd", Website: "https://haldenrowe.example", Industry: "Design studio", LegalStructure: "Limited company",
				Address: "14 Foundry Lane\nDublin D08 K2N4\nIreland", Phone: "+353 1 555 0142", TaxID: "IE3829471T", RegistrationNumber: "614 882",
				Email: "hello@haldenrowe.example", Version: version(),
			})
		},
		func() error { return settings.SaveColor(ctx, workspace.Color{Color: "#17594a", Version: version()}) },
		func() error { return settings.SaveLogo(ctx, bytes.NewReader(logo)) },
		func() error {
			return settings.SaveMail(ctx, workspace.MailIdentity{SenderName: "Halden & Rowe", Sender: "hello@haldenrowe.example", Version: version()})
		},
	}
	for _, step := range steps {
		if stepErr := step(); stepErr != nil || err != nil {
			return firstOf(stepErr, err)
		}
	}
	return t.invite(ctx, priya)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// invite brings the team together.
func (t *teller) invite(ctx context.Context, priya auth.Staff) error {
	t.team[Priya] = priya
	team := staff.ForStaff(priya)
	for _, in := range []staff.Invitation{{Name: "Jun Sato", Email: Jun, Role: auth.Support}, {Name: "Theo Halden", Email: Theo, Role: auth.Project}} {
		member, err := team.Invite(ctx, in)
		if err != nil {
			return err
		}
		m, err := team.Get(ctx, member)
		if err != nil {
			return err
		}
		if err := t.password(ctx, auth.StaffRealm, m.Identity, StaffPassword); err != nil {
			return err
		}
		if t.team[in.Email], err = t.as(ctx, in.Email); err != nil {
			return err
		}
	}
	return nil
}

// first are the two clients that the demo is about.
func (t *teller) first(ctx context.Context) error {
	clients := client.ForStaff(t.team[Priya])
	for _, in := range []client.Details{marlow, northwind} {
		made, err := t.client(ctx, in)
		if err != nil {
			return err
		}
		if in.Email == Ines {
			if _, err := clients.CreateContact(ctx, made, rui); err != nil {
				return err
			}
		}
		if err := t.openPortal(ctx, clients, made); err != nil {
			return err
		}
	}
	return nil
}

// client writes a client down.
func (t *teller) client(ctx context.Context, in client.Details) (client.ID, error) {
	made, err := client.ForStaff(t.team[Priya]).Create(ctx, in)
	if err != nil {
		return "", fmt.Errorf("%s: %w", in.Name, err)
	}
	t.clients[in.Name] = made
	return made, nil
}

// openPortal switches a client's portal on, and everyone there chooses a
// password.
func (t *teller) openPortal(ctx context.Context, clients client.App, c client.ID) error {
	if err := clients.EnablePortal(ctx, c); err != nil {
		return err
	}
	_, contacts, err := clients.Contacts(ctx, c)
	if err != nil {
		return err
	}
	for _, contact := range contacts {
		if err := clients.Invite(ctx, c, contact.ID); err != nil {
			return err
		}
		if err := t.password(ctx, auth.PortalRealm, contact.Identity, ClientPassword); err != nil {
			return err
		}
	}
	return nil
}

// others are all the other clients: enough for more than one page.
func (t *teller) others(ctx context.Context) error {
	for _, in := range others {
		if _, err := t.client(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// signIns are the visits that the sign-in history shows.
func (t *teller) signIns(ctx context.Context) error {
	v := t.Gate.Visitor(t.site, facts)
	for _, email := range []string{Ines, Rui, Sam} {
		if _, err := t.Gate.SignIn(ctx, v, auth.PortalRealm, email, ClientPassword, id.Secret{}); err != nil {
			if _, known := problem.As(err); known {
				return fmt.Errorf("%s: %w", email, err)
			}
			return err
		}
	}
	return nil
}
