package auth

// Realm tells staff from the people of clients. A login belongs to one.
type Realm string

// The two realms.
const (
	StaffRealm  Realm = "staff"
	PortalRealm Realm = "portal"
)

// Area is a part of the product that rights are given for.
type Area string

// The areas of staff roles.
const (
	Clients   Area = "clients"
	Projects  Area = "projects"
	Money     Area = "money"
	Contracts Area = "contracts"
	Cases     Area = "cases"
	Changes   Area = "changes"
	Documents Area = "documents"
	Calendar  Area = "calendar"
	Settings  Area = "settings"
	People    Area = "people"
	// Own is what belongs to the person alone: every role may.
	Own Area = "own"
)

// Areas lists the areas that roles differ in, in the order of the tables.
var Areas = []Area{Clients, Projects, Money, Contracts, Cases, Changes, Documents, Calendar, Settings, People}

// Level is how far a right goes; writing includes reading.
type Level int

// The levels.
const (
	None Level = iota
	Read
	Write
)

// Role is what a staff member is in the workspace.
type Role string

// The six roles.
const (
	Owner   Role = "owner"
	Admin   Role = "admin"
	Finance Role = "finance"
	Project Role = "project"
	Support Role = "support"
	Viewer  Role = "viewer"
)

// Roles lists the roles, most powerful first.
var Roles = []Role{Owner, Admin, Finance, Project, Support, Viewer}

// Known tells whether it is one of the six.
func (r Role) Known() bool { return rights[r] != nil }

// rights is the one table of what roles may do.
var rights = map[Role]map[Area]Level{
	Owner: all(Write),
	Admin: all(Write),
	Finance: {
		Money: Write, Contracts: Write,
		Clients: Read, Projects: Read, Cases: Read, Changes: Read, Documents: Read, Calendar: Read, People: Read,
	},
	Project: {
		Clients: Write, Projects: Write, Changes: Write, Contracts: Write, Documents: Write, Calendar: Write,
		Money: Read, Cases: Read,
	},
	Support: {
		Cases: Write, Changes: Write, Calendar: Write, Documents: Write,
		Clients: Read, Projects: Read,
	},
	Viewer: {
		Clients: Read, Projects: Read, Money: Read, Contracts: Read, Cases: Read, Changes: Read, Documents: Read, Calendar: Read,
	},
}

func all(level Level) map[Area]Level {
	m := map[Area]Level{}
	for _, a := range Areas {
		m[a] = level
	}
	return m
}

// Right is what a staff transaction names: an area and whether it writes.
type Right struct {
	Area  Area
	Level Level
}

// The rights, by the name that transactions and routes use.
var (
	ClientsRead    = Right{Clients, Read}
	ClientsWrite   = Right{Clients, Write}
	ProjectsRead   = Right{Projects, Read}
	ProjectsWrite  = Right{Projects, Write}
	MoneyRead      = Right{Money, Read}
	MoneyWrite     = Right{Money, Write}
	ContractsRead  = Right{Contracts, Read}
	ContractsWrite = Right{Contracts, Write}
	CasesRead      = Right{Cases, Read}
	CasesWrite     = Right{Cases, Write}
	ChangesRead    = Right{Changes, Read}
	ChangesWrite   = Right{Changes, Write}
	DocumentsRead  = Right{Documents, Read}
	DocumentsWrite = Right{Documents, Write}
	CalendarRead   = Right{Calendar, Read}
	CalendarWrite  = Right{Calendar, Write}
	SettingsRead   = Right{Settings, Read}
	SettingsWrite  = Right{Settings, Write}
	PeopleRead     = Right{People, Read}
	PeopleWrite    = Right{People, Write}
	OwnRead        = Right{Own, Read}
	OwnWrite       = Right{Own, Write}
)

// The roles that may write an area, as statements name them. They say again what the
// table says, and TestWritersInStatements compares them.
const (
	MoneyWriters     = `('owner', 'admin', 'finance')`
	ContractsWriters = `('owner', 'admin', 'finance', 'project')`
	CasesWriters     = `('owner', 'admin', 'support')`
	ChangesWriters   = `('owner', 'admin', 'project', 'support')`
	CalendarWriters  = `('owner', 'admin', 'project', 'support')`
	DocumentsWriters = `('owner', 'admin', 'project', 'support')`
)

// String is the right as docs/permissions.md prints it.
func (r Right) String() string {
	if r.Level == Write {
		return string(r.Area) + " write"
	}
	return string(r.Area) + " read"
}

// May tells whether a role has a right.
func (r Role) May(right Right) bool {
	return right.Area == Own && r.Known() || rights[r][right.Area] >= right.Level && right.Level > None
}

// Capability is how much of an area a contact sees.
type Capability string

// The capabilities. Own means as author, watcher or signatory.
const (
	NoneOfIt Capability = "none"
	OwnOfIt  Capability = "own"
	AllOfIt  Capability = "all"
)

// Capabilities are what a contact may see and do at one client.
type Capabilities struct {
	Money, Projects, Documents, People         Capability // none or all
	Cases, Changes, Meetings, Contracts        Capability // none, own or all
	Pay, Sign, Accept, Request, Upload, Manage bool
}

// Of is how much of an area the contact sees: of Own everybody sees their own,
// of an area that is staff's alone nothing.
func (c Capabilities) Of(area Area) Capability {
	switch area {
	case Own:
		return OwnOfIt
	case Money:
		return orNone(c.Money)
	case Projects:
		return orNone(c.Projects)
	case Documents:
		return orNone(c.Documents)
	case People:
		return orNone(c.People)
	case Cases:
		return orNone(c.Cases)
	case Changes:
		return orNone(c.Changes)
	case Calendar:
		return orNone(c.Meetings)
	case Contracts:
		return orNone(c.Contracts)
	}
	return NoneOfIt
}

func orNone(c Capability) Capability {
	if c == "" {
		return NoneOfIt
	}
	return c
}

// Preset is a named set of capabilities that staff begin from.
type Preset string

// The presets.
const (
	PrimaryPreset   Preset = "primary"
	BillingPreset   Preset = "billing"
	SignatoryPreset Preset = "signatory"
	ProjectPreset   Preset = "project"
	SupportPreset   Preset = "support"
	ReaderPreset    Preset = "reader"
)

// Presets lists the presets in the order in which they are offered.
var Presets = []Preset{PrimaryPreset, BillingPreset, SignatoryPreset, ProjectPreset, SupportPreset, ReaderPreset}

// Capabilities is what the preset stands for; an unknown one sees nothing.
func (p Preset) Capabilities() Capabilities {
	c := Capabilities{
		Money: NoneOfIt, Projects: NoneOfIt, Documents: NoneOfIt, People: NoneOfIt,
		Cases: NoneOfIt, Changes: NoneOfIt, Meetings: NoneOfIt, Contracts: NoneOfIt,
	}
	switch p {
	case PrimaryPreset:
		return Capabilities{AllOfIt, AllOfIt, AllOfIt, AllOfIt, AllOfIt, AllOfIt, AllOfIt, AllOfIt, true, true, true, true, true, true}
	case BillingPreset:
		c.Money, c.Documents, c.Pay = AllOfIt, AllOfIt, true
	case SignatoryPreset:
		c.Contracts, c.Sign = OwnOfIt, true
	case ProjectPreset:
		c.Projects, c.Documents = AllOfIt, AllOfIt
		c.Changes, c.Cases, c.Meetings = AllOfIt, OwnOfIt, AllOfIt
		c.Accept, c.Request, c.Upload = true, true, true
	case SupportPreset:
		c.Cases, c.Projects, c.Request = AllOfIt, AllOfIt, true
	case ReaderPreset:
		c.Projects, c.Documents = AllOfIt, AllOfIt
	}
	return c
}
