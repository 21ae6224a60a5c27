package client

import (
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// ContactID names a contact.
type ContactID = id.Of[Contact]

// State is where a contact stands with the portal.
type State string

// The states.
const (
	Off       State = "off"
	Invited   State = "invited"
	Active    State = "active"
	Suspended State = "suspended"
)

// Contact is a person at one client.
type Contact struct {
	ID           ContactID
	Identity     string // id of the login
	Name         string
	Email        string // the login
	JobTitle     string
	Phone        string
	Primary      bool
	Capabilities auth.Capabilities
	CreatedAt    time.Time
	Version      int64

	Verified       bool // the address has proved to reach them
	HasPassword    bool
	TemporaryUntil time.Time // of a password set by staff that was not replaced yet
	InvitedAt      time.Time
	SuspendedAt    time.Time
	Elsewhere      int // other clients that the same person is a contact of

	FailedTries int // wrong passwords since the last right one
	FailedAt    time.Time
	ResetAt     time.Time // when a reset link was last wanted
	Bounce      Bounce    // of the latest mail, zero when it went through
	Stop        Stop      // why their address gets no mail any more, zero while it does
	Pending     Pending   // a new address that waits to be confirmed

	portal   bool
	emailKey string
}

// Bounce is a mail that came back.
type Bounce struct {
	To    string
	Words string // of the mail server
	At    time.Time
}

// Stop is why an address gets no mail any more.
type Stop struct {
	Reason outbox.Reason
	Words  string // of the mail server, or of the report
	At     time.Time
}

// Pending is an address that becomes the login once it is confirmed.
type Pending struct {
	Email string
	At    time.Time // when its confirmation was wanted
}

// State is where the contact stands.
func (c Contact) State() State {
	switch {
	case !c.SuspendedAt.IsZero():
		return Suspended
	case !c.portal:
		return Off
	case c.HasPassword && c.TemporaryUntil.IsZero():
		return Active
	case c.HasPassword || !c.InvitedAt.IsZero():
		return Invited
	}
	return Off
}

// untouched tells whether nobody can have used the login yet, so that its
// address may change without asking.
func (c Contact) untouched() bool { return !c.HasPassword && c.Elsewhere == 0 }

// Preset is the preset that the contact's capabilities are, or Custom.
func (c Contact) Preset() auth.Preset { return PresetOf(c.Capabilities) }

// Custom stands for capabilities that are no preset's.
const Custom auth.Preset = "custom"

// PresetOf is the preset that capabilities are, or Custom.
func PresetOf(c auth.Capabilities) auth.Preset {
	for _, p := range auth.Presets {
		if p.Capabilities() == c {
			return p
		}
	}
	return Custom
}

// ContactDetails are what people type about a contact.
type ContactDetails struct {
	Name     string
	Email    string // ignored for the primary contact, whose address is the client's
	JobTitle string
	Phone    string
	// Preset is the preset chosen in the form and Drawn the one that the form was
	// drawn with; Capabilities are its single rights. See Settle.
	Preset       auth.Preset
	Drawn        auth.Preset
	Capabilities auth.Capabilities
}

// ContactFields are the names of the form's fields in their order.
var ContactFields = []string{
	"name", "email", "job_title", "phone", "preset",
	"money", "projects", "documents", "people", "cases", "changes", "meetings", "contracts",
}

// Settle decides between a preset and the single rights of one form, which
// works without a script: whichever the person touched holds. Where both were
// touched and differ, it is not known which is meant: ok is false.
func (d ContactDetails) Settle() (c auth.Capabilities, ok bool) {
	preset := d.Preset.Capabilities()
	switch {
	case d.Preset == Custom, d.Capabilities == preset:
		return d.Capabilities, true
	case d.Preset == d.Drawn:
		return d.Capabilities, true // only single rights were touched
	case d.Drawn == Custom, d.Capabilities == d.Drawn.Capabilities():
		return preset, true // only the preset was touched
	}
	return d.Capabilities, false
}

// check cleans the details and says what is wrong with them, by the names of
// the form's fields.
func (d ContactDetails) check() (ContactDetails, error) {
	var f problem.Fields
	d.Name = text.Line(&f, "name", d.Name, text.Required, longest)
	d.Email = text.Email(&f, "email", d.Email, text.Required)
	d.JobTitle = text.Line(&f, "job_title", d.JobTitle, text.Optional, longest)
	d.Phone = phone(&f, "phone", d.Phone)
	d.checkCapabilities(&f)
	text.Choice(&f, "preset", d.Preset, presets)
	if f.Err() == nil {
		settled, ok := d.Settle()
		if !ok {
			f.Add("preset", "contact.preset_unclear")
		}
		d.Capabilities = settled
	}
	return d, f.Err()
}

var presets = append(append([]auth.Preset{}, auth.Presets...), Custom)

// Areas are the parts of the portal that a contact may see all of or nothing.
var Areas = []string{"money", "projects", "documents", "people"}

// FineAreas are the parts of which a contact may also see their own share.
var FineAreas = []string{"cases", "changes", "meetings", "contracts"}

// Capability is a contact's share of an area of Areas or FineAreas.
func Capability(c *auth.Capabilities, area string) *auth.Capability {
	switch area {
	case "money":
		return &c.Money
	case "projects":
		return &c.Projects
	case "documents":
		return &c.Documents
	case "people":
		return &c.People
	case "cases":
		return &c.Cases
	case "changes":
		return &c.Changes
	case "meetings":
		return &c.Meetings
	case "contracts":
		return &c.Contracts
	}
	return nil
}

// Acts are the things that a contact may be allowed to do.
var Acts = []string{"pay", "sign", "accept", "request", "upload", "manage"}

// Act is whether a contact may do one of Acts.
func Act(c *auth.Capabilities, act string) *bool {
	switch act {
	case "pay":
		return &c.Pay
	case "sign":
		return &c.Sign
	case "accept":
		return &c.Accept
	case "request":
		return &c.Request
	case "upload":
		return &c.Upload
	case "manage":
		return &c.Manage
	}
	return nil
}

var (
	wholeOrNothing = []auth.Capability{auth.NoneOfIt, auth.AllOfIt}
	everyShare     = []auth.Capability{auth.NoneOfIt, auth.OwnOfIt, auth.AllOfIt}
)

// Shares are the levels that an area of Areas or FineAreas can have.
func Shares(area string) []auth.Capability {
	for _, fine := range FineAreas {
		if area == fine {
			return everyShare
		}
	}
	return wholeOrNothing
}

func (d *ContactDetails) checkCapabilities(f *problem.Fields) {
	for _, areas := range [][]string{Areas, FineAreas} {
		for _, area := range areas {
			text.Choice(f, area, *Capability(&d.Capabilities, area), Shares(area))
		}
	}
}
