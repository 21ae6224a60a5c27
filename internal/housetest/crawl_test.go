package housetest

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/staff"
	"foyer/internal/housetest/house"
	"foyer/internal/server"
)

// The crawl asks every route, as every kind of person, for every id of everyone
// else. What is expected comes from the table that is reviewed by hand and from
// who owns what, never from the rule that the program runs by.

const policyFile = "internal/housetest/testdata/policy.tsv"

// policy is a line of the reviewed table.
type policy struct{ method, pattern, who, right string }

func readPolicy(t *testing.T) map[string]policy {
	t.Helper()
	all := map[string]policy{}
	for line := range strings.SplitSeq(strings.TrimSpace(readTree(t, policyFile)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			t.Fatalf("%s: %q has not four parts", policyFile, line)
		}
		all[f[0]+" "+f[1]] = policy{f[0], f[1], f[2], f[3]}
	}
	return all
}

func TestRoutesAreTheReviewedOnes(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.SQLite)
	reviewed := readPolicy(t)
	for _, r := range h.Router.Routes() {
		line := server.PolicyLine(r)
		p, known := reviewed[r.Name()]
		if !known {
			t.Errorf("a route is not in %s; review its rule and add the line\n%s", policyFile, line)
			continue
		}
		if want := strings.Join([]string{p.method, p.pattern, p.who, p.right}, "\t"); want != line {
			t.Errorf("a route's rule is not the reviewed one\n  has  %s\n  want %s", line, want)
		}
		delete(reviewed, r.Name())
	}
	for name := range reviewed {
		t.Errorf("%s has a route that is not registered: %s", policyFile, name)
	}
}

// owner says to whom an id belongs, as the person who asks sees it.
type owner string

const (
	own       owner = "own"       // this actor's own, or of their client
	kept      owner = "kept"      // their client's, and not shared with them
	sibling   owner = "sibling"   // another client of the same workspace
	foreign   owner = "foreign"   // another workspace
	missing   owner = "missing"   // well formed and not there
	malformed owner = "malformed" // no id at all
)

const noSuchID = "01jzzzzzzzzzzzzzzzzzzzzzzz"

// actor is a kind of person, with what they may come to.
type actor struct {
	name  string
	agent *house.Agent
	// staff is the role, empty for everyone else.
	role auth.Role
	// portal is how far a contact has come: "", "contact", "person" or "session".
	portal string
	ws     *house.Workspace
	client *house.Client
	// without are areas that a contact does not see, and ownAlone tells that of cases
	// and changes they see their own.
	without  []auth.Area
	ownAlone bool
	// reads tells of a contact who may not bring documents.
	reads bool
	// others are what may not be seen: canaries of other clients and workspaces,
	// and what is kept from a contact's own client.
	others []string
}

type crawl struct {
	t      *testing.T
	h      *house.House
	policy map[string]policy
	actors []actor
	cells  int
}

func TestCrawl(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		c := &crawl{t: t, h: h.Furnish(t), policy: readPolicy(t)}
		c.cast()
		everything := h.Everything(t)
		before := h.Checksum(t, everything)
		for _, a := range c.actors {
			for _, r := range h.Router.Routes() {
				c.visit(a, r)
				if t.Failed() && os.Getenv(onceRed) != "" {
					return
				}
			}
			if after := h.Checksum(t, everything); after != before {
				t.Errorf("requests that were refused or only read changed the database, as %s", a.name)
				before = after
			}
		}
		c.permitted()
		figure(t, "crawl", fmt.Sprintf("%s: %d routes x %d kinds of person = %d cells", h.Engine, len(h.Router.Routes()), len(c.actors), c.cells))
		if c.cells < 2000 {
			t.Errorf("only %d cells", c.cells)
		}
	})
}

var figures sync.Mutex

// figure keeps a figure that a test came to, for the end of make test.
func figure(t *testing.T, name, text string) {
	t.Helper()
	t.Log(name + ": " + text)
	file := os.Getenv("FOYER_TEST_FIGURES")
	if file == "" {
		return
	}
	figures.Lock()
	defer figures.Unlock()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := fmt.Fprintf(f, "%s: %s\n", name, text); err != nil {
		t.Fatal(err)
	}
}

// cast gathers the kinds of person there are.
func (c *crawl) cast() {
	t, a, b := c.t, c.h.First, c.h.Second
	all := []string{a.Canary, b.Canary}
	add := func(x actor) { c.actors = append(c.actors, x) }
	add(actor{name: "visitor", agent: c.h.Visitor(a.Host), ws: a, others: all})
	forged := c.h.Visitor(a.Host)
	forged.SetCookie("__Host-fy_staff", "made up")
	forged.SetCookie("__Host-fy_portal", "made up")
	add(actor{name: "forged cookies", agent: forged, ws: a, others: all})
	crossed := c.h.Visitor(a.Host)
	crossed.SetCookie("__Host-fy_staff", b.Owner.Cookie("__Host-fy_staff"))
	crossed.SetCookie("__Host-fy_portal", b.Clients[0].Contacts[0].Cookie("__Host-fy_portal"))
	add(actor{name: "sessions of the other workspace", agent: crossed, ws: a, others: all})
	swapped := c.h.Visitor(a.Host)
	swapped.SetCookie("__Host-fy_staff", a.Clients[0].Contacts[0].Cookie("__Host-fy_portal"))
	swapped.SetCookie("__Host-fy_portal", a.Owner.Cookie("__Host-fy_staff"))
	add(actor{name: "sessions of the other realm", agent: swapped, ws: a, others: all})
	for _, role := range auth.Roles {
		add(actor{name: "staff " + string(role), agent: a.Members[role], role: role, ws: a, client: a.Clients[0], others: []string{b.Canary}})
	}
	add(actor{name: "staff owner of the other workspace", agent: b.Owner, role: auth.Owner, ws: b, client: b.Clients[0], others: []string{a.Canary}})
	add(actor{name: "primary contact", agent: a.Clients[0].Contacts[0], portal: "contact", ws: a, client: a.Clients[0], others: []string{a.Clients[1].Canary, b.Canary, a.Clients[0].Canary + " secret"}})
	add(actor{
		name: "contact without projects", agent: a.Clients[0].Contacts[2], portal: "contact", without: []auth.Area{auth.Projects, auth.Contracts, auth.Cases, auth.Changes, auth.Calendar}, reads: true, ws: a, client: a.Clients[0],
		others: append(c.helped(a.Clients[0], " matter", " wish", " call"), a.Clients[1].Canary, b.Canary, a.Clients[0].Canary+" secret", a.Clients[0].Canary+" project", a.Clients[0].Canary+" milestone", a.Clients[0].Canary+" contract", "CTR-2026"),
	})
	add(actor{
		name: "contact without money", agent: a.Clients[0].Contacts[1], portal: "contact", without: []auth.Area{auth.Money, auth.Contracts, auth.Cases, auth.Changes, auth.Calendar}, reads: true, ws: a, client: a.Clients[0],
		others: append(c.helped(a.Clients[0], " matter", " wish", " call"), a.Clients[1].Canary, b.Canary, a.Clients[0].Canary+" secret", a.Clients[0].Canary+" invoice", "INV-2026", a.Clients[0].Canary+" contract", "CTR-2026"),
	})
	add(actor{
		name: "contact who sees their own cases, changes and meetings", agent: a.Clients[0].Contacts[3], portal: "contact", without: []auth.Area{auth.Money, auth.Contracts}, ownAlone: true, ws: a, client: a.Clients[0],
		others: append(c.helped(a.Clients[0]), a.Clients[1].Canary, b.Canary, a.Clients[0].Canary+" secret", a.Clients[0].Canary+" invoice", "INV-2026", a.Clients[0].Canary+" contract", "CTR-2026"),
	})
	add(actor{name: "contact of the sibling client", agent: a.Clients[1].Contacts[0], portal: "contact", ws: a, client: a.Clients[1], others: []string{a.Clients[0].Canary, b.Canary}})
	add(actor{name: "contact of the other workspace", agent: b.Clients[0].Contacts[0], portal: "contact", ws: b, client: b.Clients[0], others: []string{a.Canary, b.Clients[1].Canary}})
	for name, x := range c.turnedAway(t) {
		add(actor{name: name, agent: x.agent, portal: x.portal, ws: a, others: []string{a.Clients[1].Canary, b.Canary}})
	}
}

// helped are the beginnings of what is said in cases, changes and meetings of a client's.
func (c *crawl) helped(of *house.Client, more ...string) []string {
	var said []string
	for _, name := range append(more, " case", " change", " meeting") {
		said = append(said, of.Canary+name)
	}
	return said
}

type outsider struct {
	agent  *house.Agent
	portal string
}

// turnedAway are people whose session was good once, or is not yet.
func (c *crawl) turnedAway(t *testing.T) map[string]outsider {
	t.Helper()
	a, ctx := c.h.First, t.Context()
	clients := a.ClientsAs(t, a.Owner)
	make1 := func(name string) (client.ID, client.ContactID, *house.Agent) {
		id, err := clients.Create(ctx, client.Details{Name: name, Email: name + "@outside.example", Type: client.Organization, Preferred: client.ByEmail})
		must(t, err)
		must(t, clients.EnablePortal(ctx, id))
		_, contacts, err := clients.Contacts(ctx, id)
		must(t, err)
		must(t, c.h.Gate.Redeem(ctx, c.h.Gate.Visitor(a.Site, auth.Facts{}), auth.PortalRealm, a.Link(t, auth.PortalRealm, name+"@outside.example", auth.InviteLink), house.Password))
		return id, contacts[0].ID, a.SignIn(t, auth.PortalRealm, name+"@outside.example")
	}
	off, _, wasIn := make1("switched-off")
	must(t, clients.DisablePortal(ctx, off))
	archived, _, wasClient := make1("archived")
	must(t, clients.Archive(ctx, archived))
	suspendedAt, suspended, wasContact := make1("suspended")
	must(t, clients.Suspend(ctx, suspendedAt, suspended))
	temporaryAt, temporary, _ := make1("temporary")
	must(t, clients.SetPassword(ctx, temporaryAt, temporary, house.Password+" set by staff"))
	due := c.h.Visitor(a.Host)
	if r := due.Post(t, "/portal/login", url.Values{"email": {"temporary@outside.example"}, "password": {house.Password + " set by staff"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("sign in with a temporary password: %d", r.Code)
	}
	// A session in which no client is chosen does not end with any client's
	// portal; it opens nothing all the same.
	ofTwo := func(name string) (*house.Agent, map[client.ID]client.ContactID) {
		one, contact, _ := make1(name)
		two, err := clients.Create(ctx, client.Details{Name: name + "-again", Email: name + "@outside.example", Type: client.Organization, Preferred: client.ByEmail})
		must(t, err)
		must(t, clients.EnablePortal(ctx, two))
		_, contacts, err := clients.Contacts(ctx, two)
		must(t, err)
		return a.SignIn(t, auth.PortalRealm, name+"@outside.example"), map[client.ID]client.ContactID{one: contact, two: contacts[0].ID}
	}
	undecided, _ := ofTwo("of-two")
	undecidedOff, off2 := ofTwo("of-two-off")
	for id := range off2 {
		must(t, clients.DisablePortal(ctx, id))
	}
	undecidedSuspended, suspended2 := ofTwo("of-two-suspended")
	for id, contact := range suspended2 {
		must(t, clients.Suspend(ctx, id, contact))
	}
	// Sessions that nobody ended, of people who may not come any more.
	h := c.h
	leaver, err := staff.ForStaff(a.Owner.Staff(t)).Invite(ctx, staff.Invitation{Name: "Leaver", Email: "leaver@a.example", Role: auth.Admin})
	must(t, err)
	must(t, h.Gate.Redeem(ctx, h.Gate.Visitor(a.Site, auth.Facts{}), auth.StaffRealm, a.Link(t, auth.StaffRealm, "leaver@a.example", auth.InviteLink), house.Password))
	left := a.SignIn(t, auth.StaffRealm, "leaver@a.example")
	h.Change(t, `update member set removed_at = 1 where id = '`+leaver+`'`)
	idle := a.SignIn(t, auth.StaffRealm, "support@a.example")
	h.Change(t, `update session set seen_at = seen_at - 3601000000 where id = '`+idle.SessionID(t, auth.StaffRealm)+`'`)
	_, _, idleContact := make1("idle")
	h.Change(t, `update session set seen_at = seen_at - 86401000000 where id = '`+idleContact.SessionID(t, auth.PortalRealm)+`'`)
	_, _, ended := make1("ended")
	dead := ended.Clone()
	ended.Post(t, "/portal/logout", nil)
	return map[string]outsider{
		"contact whose portal is off": {wasIn, ""}, "contact of an archived client": {wasClient, ""}, "suspended contact": {wasContact, ""},
		"contact with a temporary password": {due, "session"}, "contact of two clients who has not chosen": {undecided, "person"},
		"removed member whose session was not ended": {left, ""}, "staff session idle for too long": {idle, ""}, "contact's session idle for too long": {idleContact, ""},
		"ended session": {dead, ""}, "contact of two clients whose portals are off": {undecidedOff, ""}, "contact who is suspended at two clients": {undecidedSuspended, ""},
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// cell is one request of the crawl.
type cell struct {
	path   string
	owners map[string]owner
}

// fill makes the paths of a route for an actor: each id position takes every
// owner in turn while the others stay their own.
func (c *crawl) fill(a actor, r web.Route) []cell {
	params := make([]string, 0, len(r.Rule.Objects))
	for p := range r.Rule.Objects {
		params = append(params, p)
	}
	sort.Strings(params)
	base := cell{owners: map[string]owner{}}
	for _, p := range params {
		base.owners[p] = own
	}
	var cells []cell
	add := func(owners map[string]owner) {
		path := strings.TrimSuffix(r.Pattern, "{$}")
		for _, p := range params {
			path = strings.Replace(path, "{"+p+"}", url.PathEscape(c.object(a, r.Rule.Objects[p], owners[p])), 1)
		}
		cells = append(cells, cell{path, owners})
	}
	add(base.owners)
	for _, p := range params {
		for _, o := range []owner{kept, sibling, foreign, missing, malformed} {
			if o == kept && !a.keepsFrom(r.Rule.Objects[p]) {
				continue
			}
			owners := map[string]owner{}
			for _, q := range params {
				owners[q] = own
			}
			owners[p] = o
			add(owners)
		}
	}
	return cells
}

// keepsFrom tells whether there is something of a kind that is kept from an actor at
// their own client.
func (a actor) keepsFrom(kind string) bool {
	return slices.Contains([]string{"project", "invoice", "contract", "case file", "document", "document version", "meeting"}, kind) || a.ownAlone && (kind == "case" || kind == "change request")
}

// object is an id of a kind that belongs to an owner, seen from an actor.
func (c *crawl) object(a actor, kind string, o owner) string {
	switch o {
	case missing:
		return noSuchID
	case malformed:
		return "no id'; --"
	}
	ws, other := a.ws, c.h.Second
	if a.ws == c.h.Second {
		other = c.h.First
	}
	at := ws.Clients[0]
	if a.client != nil {
		at = a.client
	}
	switch o {
	case sibling:
		at = ws.Clients[1]
		if a.client == ws.Clients[1] {
			at = ws.Clients[0]
		}
	case foreign:
		ws, at = other, other.Clients[0]
	}
	switch kind {
	case "client":
		return at.ID.String()
	case "contact":
		return at.ContactIDs[1].String()
	case "project":
		if o == kept {
			return at.Unshared.String()
		}
		return at.Project.String()
	case "target":
		return at.Target.String()
	case "funding":
		return at.Funding.String()
	case "invoice":
		if o == kept {
			return at.Draft.String()
		}
		return at.Invoice.String()
	case "issued invoice":
		return at.Invoice.String()
	case "draft":
		return at.Draft.String()
	case "payment":
		return at.Payment.String()
	case "checkout":
		return at.Checkout.String()
	case "unmatched payment":
		return at.Unmatched.String()
	case "stripe endpoint", "mail endpoint":
		return ws.Site.ID + "0123456789abcdefghijklmnop"
	case "contract":
		if o == kept {
			return at.DraftContract.String()
		}
		return at.Contract.String()
	case "open contract":
		return at.Contract.String()
	case "draft contract":
		return at.DraftContract.String()
	case "signed contract":
		return at.SignedContract.String()
	case "executed contract":
		return at.SealedContract.String()
	case "attachment":
		return at.Attachment.String()
	case "draft attachment":
		return at.DraftAttachment.String()
	case "signatory":
		return at.Signatory.String()
	case "case":
		if a.ownAlone && o == own {
			return at.OwnCase.String()
		}
		return at.Case.String()
	case "case file":
		switch {
		case o == kept && a.ownAlone:
			return at.OwnNoteFile
		case o == kept:
			return at.NoteFile
		case a.ownAlone && o == own:
			return at.OwnCaseFile
		}
		return at.CaseFile
	case "change request":
		if a.ownAlone && o == own {
			return at.OwnChange.String()
		}
		return at.Change.String()
	case "change file":
		if a.ownAlone && o == own {
			return at.OwnChangeFile
		}
		return at.ChangeFile
	case "meeting":
		switch {
		case o == kept && a.ownAlone:
			return at.Meeting.String()
		case o == kept:
			return at.InnerEvent.String()
		case a.ownAlone && o == own:
			return at.OwnMeeting.String()
		}
		return at.Meeting.String()
	case "case category":
		return at.Category.String()
	case "document category":
		return string(at.Shelf)
	case "document":
		if o == kept {
			return at.KeptDocument.String()
		}
		return at.Document.String()
	case "brought document":
		return at.Brought.String()
	case "document version":
		if o == kept {
			return at.KeptVersion.String()
		}
		return at.DocumentVersion.String()
	case "rate":
		return ws.Rate.String()
	case "mail":
		return ws.Mail
	case "saved line":
		return ws.Saved.String()
	case "session":
		return at.Contacts[1].SessionID(c.t, auth.PortalRealm)
	case "own session":
		return c.ownSession(a, ws, at, o)
	case "member":
		return ws.MemberIDs[auth.Support]
	case "host":
		return ws.PortalHost()
	case "link", "unsubscribe":
		return "made-up-token"
	case "calendar feed":
		return "made-up-token.ics"
	case "asset":
		return "app.0000000000000000.css"
	case "demo mail":
		return "1"
	}
	c.t.Fatalf("the crawl cannot fill an id of kind %q", kind)
	return ""
}

func (c *crawl) ownSession(a actor, ws *house.Workspace, at *house.Client, o owner) string {
	switch {
	case o == own && a.role != "":
		return a.agent.SessionID(c.t, auth.StaffRealm)
	case o == own && a.portal == "contact":
		return a.agent.SessionID(c.t, auth.PortalRealm)
	case a.role == auth.Viewer:
		return ws.Members[auth.Support].SessionID(c.t, auth.StaffRealm)
	case a.role != "":
		return ws.Members[auth.Viewer].SessionID(c.t, auth.StaffRealm)
	}
	return at.Contacts[1].SessionID(c.t, auth.PortalRealm)
}

// expectation is what a cell must answer.
type expectation int

const (
	allow expectation = iota
	toSignIn
	toPassword
	toChoice
	forbid
	hide
	open
)

// brings are the addresses at which contacts bring documents.
var brings = []string{"/portal/documents", "/portal/documents/new", "/portal/documents/{id}/versions"}

// expect computes what a cell must answer from the reviewed policy and from who
// owns what.
func (c *crawl) expect(a actor, p policy, cell cell, objects web.Objects) expectation {
	realm := auth.PortalRealm
	if strings.HasPrefix(p.pattern, "/app") {
		realm = auth.StaffRealm
	}
	in := a.portal != "" && realm == auth.PortalRealm || a.role != "" && realm == auth.StaffRealm
	switch who, _, _ := strings.Cut(p.who, " of "); who {
	case "anyone", "visitors", "service":
		return open
	case "session":
		if !in {
			return toSignIn
		}
		return open
	case "person":
		switch {
		case !in:
			return toSignIn
		case a.portal == "session":
			return toPassword
		}
	case "contact":
		switch {
		case !in:
			return toSignIn
		case a.portal == "session":
			return toPassword
		case a.portal == "person":
			return toChoice
		case slices.Contains(a.without, auth.Area(p.right)):
			return hide
		}
	case "staff":
		switch {
		case !in:
			return toSignIn
		case !roleMay(a.role, p.right):
			return forbid
		}
	}
	for param, o := range cell.owners {
		if !visible(a, objects, param, o) {
			return hide
		}
	}
	if a.reads && slices.Contains(brings, p.pattern) && (p.method == "POST" || strings.HasSuffix(p.pattern, "/new")) {
		return forbid
	}
	return allow
}

// visible says whether an actor who came through the door may see an object.
func visible(a actor, objects web.Objects, param string, o owner) bool {
	if o == own {
		return objects[param] != "own session" || a.portal != "person"
	}
	// Staff see every client and project of their workspace; what hangs below one
	// is seen below that one alone.
	if a.role == "" || o != sibling && o != kept {
		return false
	}
	kind := objects[param]
	if kind == "case file" {
		return o == kept // a note's
	}
	return (kind == "client" || kind == "project" || kind == "case" || kind == "change request" || kind == "meeting" || kind == "case category" || strings.HasPrefix(kind, "document") || strings.HasSuffix(kind, "invoice") || strings.HasSuffix(kind, "contract") || kind == "draft") && len(objects) == 1 || kind == "member" || kind == "host" ||
		kind == "rate" || kind == "saved line" || kind == "unmatched payment" || kind == "mail"
}

// roleMay reads the reviewed right against decision's table of roles, written
// here a second time so that the two cannot share a mistake.
func roleMay(role auth.Role, right string) bool {
	area, level, _ := strings.Cut(right, " ")
	if area == "own" {
		return true
	}
	const none, read, write = 0, 1, 2
	table := map[auth.Role]map[string]int{
		auth.Owner:   {"clients": write, "projects": write, "money": write, "contracts": write, "cases": write, "changes": write, "documents": write, "calendar": write, "settings": write, "people": write},
		auth.Admin:   {"clients": write, "projects": write, "money": write, "contracts": write, "cases": write, "changes": write, "documents": write, "calendar": write, "settings": write, "people": write},
		auth.Finance: {"clients": read, "projects": read, "money": write, "contracts": write, "cases": read, "changes": read, "documents": read, "calendar": read, "settings": none, "people": read},
		auth.Project: {"clients": write, "projects": write, "money": read, "contracts": write, "cases": read, "changes": write, "documents": write, "calendar": write, "settings": none, "people": none},
		auth.Support: {"clients": read, "projects": read, "money": none, "contracts": none, "cases": write, "changes": write, "documents": write, "calendar": write, "settings": none, "people": none},
		auth.Viewer:  {"clients": read, "projects": read, "money": read, "contracts": read, "cases": read, "changes": read, "documents": read, "calendar": read, "settings": none, "people": none},
	}
	need := read
	if level == "write" {
		need = write
	}
	return table[role][area] >= need
}

// visit asks a route for every id as an actor, but for changes that are allowed.
func (c *crawl) visit(a actor, r web.Route) {
	p, reviewed := c.policy[r.Name()]
	if !reviewed {
		return // TestRoutesAreTheReviewedOnes says so
	}
	nothing := ""
	for _, cell := range c.fill(a, r) {
		want := c.expect(a, p, cell, r.Rule.Objects)
		changes := r.Method != http.MethodGet
		if changes && (want == allow || want == open) {
			continue
		}
		var got house.Response
		if changes {
			got = a.agent.Clone().Post(c.t, cell.path, url.Values{})
		} else {
			got = a.agent.Clone().Get(c.t, cell.path)
		}
		c.cells++
		c.judge(a, r, cell, want, got)
		if want == hide {
			answer := fmt.Sprint(got.Code) + got.Text()
			if nothing == "" {
				nothing = answer
			}
			if answer != nothing {
				c.t.Errorf("%s %s as %s: what is not theirs and what is not there are told apart (%v)", r.Method, cell.path, a.name, cell.owners)
			}
		}
	}
}

func (c *crawl) judge(a actor, r web.Route, cell cell, want expectation, got house.Response) {
	where := fmt.Sprintf("%s %s as %s (%v)", r.Method, cell.path, a.name, cell.owners)
	location := got.Header().Get("Location")
	switch {
	case got.Code >= 500:
		c.t.Errorf("%s: status %d", where, got.Code)
	case want == allow && got.Code != http.StatusOK:
		c.t.Errorf("%s: status %d, want 200", where, got.Code)
	case want == toSignIn && (got.Code != http.StatusSeeOther || !strings.Contains(location, "/login")):
		c.t.Errorf("%s: status %d to %q, want the sign-in page", where, got.Code, location)
	case want == toPassword && (got.Code != http.StatusSeeOther || !strings.HasSuffix(location, "/password/new")):
		c.t.Errorf("%s: status %d to %q, want the page for a new password", where, got.Code, location)
	case want == toChoice && (got.Code != http.StatusSeeOther || location != "/portal/client"):
		c.t.Errorf("%s: status %d to %q, want the choice of client", where, got.Code, location)
	case want == forbid && got.Code != http.StatusForbidden:
		c.t.Errorf("%s: status %d, want 403", where, got.Code)
	case want == hide && got.Code != http.StatusNotFound:
		c.t.Errorf("%s: status %d, want 404", where, got.Code)
	}
	c.searchCanaries(a, where, got)
}

// searchCanaries looks through everything that came back for what is others'.
func (c *crawl) searchCanaries(a actor, where string, got house.Response) {
	said := got.Text() + fmt.Sprint(got.Header())
	for _, canary := range a.others {
		at := strings.Index(said, canary)
		demo := strings.HasPrefix(got.Request.URL.Path, "/demo/") // the demo's mailbox is everybody's
		if at < 0 || demo || mayName(a, canary, said) {
			continue
		}
		c.t.Errorf("%s: the answer has %q: …%s…", where, canary, said[max(0, at-60):min(len(said), at+60)])
	}
}

// mayName allows the workspace's own name and public address, which everybody
// at its address sees.
func mayName(a actor, canary, said string) bool {
	if canary != a.ws.Canary {
		return false
	}
	rest := strings.NewReplacer(canary+" Studio", "", canary+"@studio.example", "").Replace(said)
	return !strings.Contains(rest, canary)
}

// permitted makes the changes that are allowed, last because they change things:
// none may be refused or fail.
func (c *crawl) permitted() {
	// Those who may do least go first, so that nobody is shut out before their turn.
	least := slices.Clone(c.actors)
	slices.SortStableFunc(least, func(x, y actor) int { return slices.Index(auth.Roles, y.role) - slices.Index(auth.Roles, x.role) })
	slices.SortStableFunc(least, func(x, y actor) int { return len(y.portal) - len(x.portal) })
	for _, a := range least {
		if a.role == "" && a.portal != "contact" {
			continue
		}
		for _, r := range c.h.Router.Routes() {
			p := c.policy[r.Name()]
			if r.Method == http.MethodGet || slices.Contains([]string{"anyone", "visitors"}, p.who) || strings.HasSuffix(r.Pattern, "/end") {
				continue
			}
			for _, cell := range c.fill(a, r) {
				if c.expect(a, p, cell, r.Rule.Objects) != allow {
					continue
				}
				got := a.agent.Clone().Post(c.t, cell.path, url.Values{})
				c.cells++
				if got.Code >= 500 || got.Code == http.StatusForbidden || got.Code == http.StatusUnauthorized || strings.Contains(got.Header().Get("Location"), "/login") {
					c.t.Errorf("%s %s as %s: status %d, want it done or a form with a sentence", r.Method, cell.path, a.name, got.Code)
				}
				c.searchCanaries(a, r.Name(), got)
			}
		}
	}
}
