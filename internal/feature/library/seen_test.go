package library_test

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// person is somebody of Marlow in a model that knows no statements.
type person struct {
	email, contact, identity                     string
	documents, projects, money, contracts, cases auth.Capability
	suspended                                    bool
}

// spot is a place in the model: a record with who sees it.
type spot struct {
	kind library.Kind
	id   string
	seen func(p *person) bool
}

// paper is a document in the model.
type paper struct {
	id       library.ID
	name     string
	latest   library.VersionID
	at       *spot
	category library.Category
	sharing  library.Sharing
	chosen   []*person
	state    library.State
	content  string
}

func (d *paper) seenBy(p *person) bool {
	return p.documents == auth.AllOfIt && d.state == library.Kept && d.at.seen(p) &&
		(d.sharing == library.WithClient || d.sharing == library.WithChosen && slices.Contains(d.chosen, p))
}

// scene is what the property is tried in.
type scene struct {
	*bench
	t      *testing.T
	people []*person
	spots  []*spot
	shop   project.ID
	shown  bool // the shop
	papers []*paper
}

// Whatever is brought, shared, archived, deleted and hidden, and whoever may see what:
// lists, searches, pages of records, files and mail all say the same, which is what a
// model says.
func TestEveryoneSeesWhatTheyShould(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		s := &scene{bench: b, t: t}
		s.furnish()
		rounds := 0
		rapid.Check(t, func(rt *rapid.T) {
			if rounds++; rounds > often(6, 100) {
				return
			}
			s.clear()
			s.able(rt)
			for i := range rapid.IntRange(4, 16).Draw(rt, "documents") {
				s.bring(rt, i)
			}
			s.able(rt)
			s.compare(rt)
			s.sent(rt)
		})
	})
}

func (s *scene) furnish() {
	t := s.t
	ctx := t.Context()
	_, all, err := s.Clients(t, home).Contacts(ctx, s.marlow)
	must(t, err)
	s.people = []*person{{email: ines, contact: all[0].ID.String(), identity: all[0].Identity}}
	for i := range 3 {
		email := fmt.Sprintf("person%d@marlow.example", i)
		c := s.bench.able(t, email, auth.PrimaryPreset.Capabilities())
		s.people = append(s.people, &person{email: email, contact: c.ID.String(), identity: c.Identity})
	}
	add := func(kind library.Kind, id string, seen func(p *person) bool) {
		s.spots = append(s.spots, &spot{kind, id, seen})
	}
	nobody := func(*person) bool { return false }
	s.shop, s.shown = s.project(t, s.marlow, "Shop", true), true
	add(library.OfClient, s.marlow.String(), func(*person) bool { return true })
	add(library.OfProject, s.shop.String(), func(p *person) bool { return s.shown && p.projects == auth.AllOfIt })
	add(library.OfContract, s.agree(t, s.marlow, "Draft", false).String(), nobody)
	add(library.OfInvoice, s.bill(t, s.marlow, false).String(), nobody)
	add(library.OfInvoice, s.bill(t, s.marlow, true).String(), func(p *person) bool { return p.money == auth.AllOfIt })
	for i, whose := range s.people[1:3] {
		own := func(c auth.Capability, p *person) bool { return c == auth.AllOfIt || c == auth.OwnOfIt && p == whose }
		add(library.OfContract, s.agree(t, s.marlow, fmt.Sprint("Sent ", i), true, whose.contact).String(), func(p *person) bool { return own(p.contracts, p) })
		add(library.OfCase, s.raise(t, whose.email, fmt.Sprint("Case ", i)).String(), func(p *person) bool { return own(p.cases, p) })
	}
	s.ChooseAll(t, auth.Documents, outbox.Now)
	s.Waiting() // letters about these are somebody else's
}

// clear takes all documents away, and the mail about them.
func (s *scene) clear() {
	const brought = `(select id from document where workspace_id = :workspace and source <> 'own')`
	for _, what := range []string{"document_download where document_id in " + brought, "document_share where document_id in " + brought, "document_version where document_id in " + brought, "document where source <> 'own'"} {
		s.Run(s.t, home, `delete from `+what+` and workspace_id = :workspace`, nil)
	}
	s.Run(s.t, home, `delete from outbox where workspace_id = :workspace and kind like 'document%'`, nil)
	rows := s.rows(s.t, home)
	for _, key := range s.keys(s.t, home) {
		if !slices.Contains(rows, key) {
			must(s.t, s.blobs.Delete(s.t.Context(), key))
		}
	}
	s.Waiting()
	s.papers = nil
}

// able draws anew who sees what, and whether the client sees the shop.
func (s *scene) able(rt *rapid.T) {
	for _, p := range s.people {
		of := func(area string, among ...auth.Capability) auth.Capability {
			return rapid.SampledFrom(among).Draw(rt, area)
		}
		p.documents = of("documents", auth.AllOfIt, auth.AllOfIt, auth.NoneOfIt)
		p.projects, p.money = of("projects", auth.AllOfIt, auth.NoneOfIt), of("money", auth.AllOfIt, auth.NoneOfIt)
		p.contracts, p.cases = of("contracts", auth.AllOfIt, auth.OwnOfIt, auth.NoneOfIt), of("cases", auth.AllOfIt, auth.OwnOfIt, auth.NoneOfIt)
		p.suspended = rapid.IntRange(0, 4).Draw(rt, "suspended") == 0
		s.Run(s.t, home, `update contact set documents = :documents, projects = :projects, money = :money, contracts = :contracts, cases = :cases,
			suspended_at = case when :suspended then cast(:now as bigint) end where workspace_id = :workspace and id = :id`, scope.Args{
			"id": p.contact, "documents": p.documents, "projects": p.projects, "money": p.money, "contracts": p.contracts, "cases": p.cases, "suspended": p.suspended,
		})
	}
	s.shown = rapid.Bool().Draw(rt, "shown")
	s.Share(s.t, s.shop, s.shown)
}

// bring makes a document somewhere, shares it in some way and lets something become of
// it; each time mail goes to who sees it then.
func (s *scene) bring(rt *rapid.T, i int) {
	t, ctx := s.t, s.t.Context()
	d := &paper{
		name: fmt.Sprintf("paper %02d.txt", i), content: fmt.Sprint("paper ", i), at: rapid.SampledFrom(s.spots).Draw(rt, "at"), state: library.Kept, sharing: library.NotShared,
		category: rapid.SampledFrom(library.Standing).Draw(rt, "category"),
	}
	d.id = s.put(t, library.Parcel{Kind: d.at.kind, Place: d.at.id, Category: d.category}, d.name, d.content)
	s.papers = append(s.papers, d)
	for range rapid.IntRange(1, 2).Draw(rt, "shares") {
		know := s.seers(d)
		d.sharing, d.chosen = rapid.SampledFrom(library.Sharings).Draw(rt, "sharing"), nil
		var chosen []string
		if d.sharing == library.WithChosen {
			d.chosen = rapid.SliceOfNDistinct(rapid.SampledFrom(s.people), 1, 3, func(p *person) *person { return p }).Draw(rt, "chosen")
		}
		for _, p := range d.chosen {
			chosen = append(chosen, p.contact)
		}
		s.share(t, d.id, d.sharing, chosen...)
		s.told(rt, "document_shared", d, know)
	}
	if rapid.Bool().Draw(rt, "renewed") {
		d.content += " again"
		s.renew(t, d.id, d.name, d.content)
		s.told(rt, "document_renewed", d, nil)
	}
	for _, to := range rapid.SampledFrom([][]library.State{nil, nil, nil, {library.Archived}, {library.Deleted}, {library.Archived, library.Kept}, {library.Archived, library.Deleted}, {library.Deleted, library.Kept}}).Draw(rt, "states") {
		version := s.get(t, d.id).Version
		switch d.state = to; to {
		case library.Archived:
			must(t, s.app(t).Archive(ctx, d.id, version))
		case library.Deleted:
			must(t, s.app(t).Delete(ctx, d.id, version))
		default:
			must(t, s.app(t).Restore(ctx, d.id, version))
		}
	}
	d.latest = s.get(t, d.id).Latest.ID
}

// letters are those who get mail about a document: of a kind that was not looked at yet.
func (s *scene) letters(kind string, d *paper) []string {
	return s.texts(s.t, home, `select identity_id from outbox where workspace_id = :workspace and kind = :kind and problem = '' and cast(params as text) like :of order by identity_id`,
		scope.Args{"kind": kind, "of": "%" + d.id.String() + "%"})
}

// became are those whose mail about a document came to a state.
func (s *scene) became(d *paper, state string) []string {
	return s.texts(s.t, home, `select identity_id from outbox where workspace_id = :workspace and kind like 'document%' and state = :state and cast(params as text) like :of`,
		scope.Args{"state": state, "of": "%" + d.id.String() + "%"})
}

// seers are the logins of those who see a document and can sign in.
func (s *scene) seers(d *paper) []string {
	var all []string
	for _, p := range s.people {
		if d.sharing != library.NotShared && d.seenBy(p) && !p.suspended {
			all = append(all, p.identity)
		}
	}
	slices.Sort(all)
	return all
}

// told holds that the last mails of a kind go to who sees the document and did not know.
func (s *scene) told(rt *rapid.T, kind string, d *paper, know []string) {
	want := slices.DeleteFunc(s.seers(d), func(identity string) bool { return slices.Contains(know, identity) })
	if got := s.letters(kind, d); !slices.Equal(got, want) {
		rt.Fatalf("%s about %s at a %s goes to %d people, want %d: %+v", kind, d.name, d.at.kind, len(got), len(want), d)
	}
	// Those that were looked at are marked.
	s.Run(s.t, home, `update outbox set problem = 'seen' where workspace_id = :workspace and kind like 'document%'`, nil)
}

// sent holds that a mail whose reader sees its document no longer does not go.
func (s *scene) sent(rt *rapid.T) {
	s.Deliver(s.t)
	for _, d := range s.papers {
		if waits := s.became(d, "waiting"); len(waits) > 0 {
			rt.Fatalf("%d mails about %s still wait", len(waits), d.name)
		}
		for _, p := range s.people {
			see := d.seenBy(p) && !p.suspended
			for state, may := range map[string]bool{"sent": see, "dropped": !see} {
				if !may && slices.Contains(s.became(d, state), p.identity) {
					rt.Fatalf("a mail about %s for %s is %s, who sees it: %v", d.name, p.email, state, see)
				}
			}
		}
	}
}

// compare holds what each person is shown against the model.
func (s *scene) compare(rt *rapid.T) {
	t, ctx := s.t, s.t.Context()
	none := &person{documents: auth.NoneOfIt}
	for _, p := range s.people {
		if !p.suspended {
			s.look(rt, p, s.portal(t, p.email))
		}
	}
	for who, portal := range map[string]library.Portal{"Sam": s.portal(t, sam), "Vera": s.f.ForClient(s.Contact(t, away, vera, s.verso))} {
		list, err := portal.List(ctx, library.Wanted{Query: "paper"})
		must(t, err)
		if len(list.Rows) > 0 {
			rt.Fatalf("%s lists %s", who, names(list.Rows))
		}
		s.each(rt, none, portal)
	}
}

// look compares all that a person can ask for.
func (s *scene) look(rt *rapid.T, p *person, portal library.Portal) {
	t, ctx := s.t, s.t.Context()
	s.each(rt, p, portal)
	list, err := portal.List(ctx, library.Wanted{})
	if p.documents == auth.NoneOfIt {
		if !problem.Is(err, problem.NotFound) {
			rt.Fatalf("%s, who sees no documents, lists %s, %v", p.email, names(list.Rows), err)
		}
		return
	}
	must(t, err)
	var seen []*paper
	for _, d := range s.papers {
		if d.seenBy(p) {
			seen = append(seen, d)
		}
	}
	slices.SortFunc(seen, func(a, b *paper) int { return cmp.Compare(b.latest, a.latest) })
	said := func(most int, keep func(*paper) bool) string {
		var all []string
		for _, d := range seen {
			if keep(d) && len(all) < most {
				all = append(all, d.name)
			}
		}
		return strings.Join(all, ", ")
	}
	var grouped []string
	for i, category := range library.Standing {
		in := func(d *paper) bool { return d.category == category }
		if few := said(6, in); few != "" {
			grouped = append(grouped, few)
		}
		of, err := portal.List(ctx, library.Wanted{Category: category})
		must(t, err)
		count := len(slices.DeleteFunc(slices.Clone(seen), func(d *paper) bool { return !in(d) }))
		if names(of.Rows) != said(library.PageSize, in) || list.Shelves[i].Count != count {
			rt.Fatalf("%s sees of %s %q, counted %d; want %q", p.email, category, names(of.Rows), list.Shelves[i].Count, said(library.PageSize, in))
		}
	}
	if names(list.Rows) != strings.Join(grouped, ", ") {
		rt.Fatalf("%s sees %q, want %q", p.email, names(list.Rows), grouped)
	}
	found, err := portal.List(ctx, library.Wanted{Query: "Paper"})
	must(t, err)
	if want := said(library.PageSize, func(*paper) bool { return true }); names(found.Rows) != want {
		rt.Fatalf("%s finds %q, want %q", p.email, names(found.Rows), want)
	}
	for _, at := range s.spots {
		rows, err := portal.OfPlace(ctx, at.kind, at.id)
		must(t, err)
		if want := said(library.Several+1, func(d *paper) bool { return d.at == at }); names(rows) != want {
			rt.Fatalf("%s sees at a %s %q, want %q", p.email, at.kind, names(rows), want)
		}
	}
}

// each compares each document by itself.
func (s *scene) each(rt *rapid.T, p *person, portal library.Portal) {
	t, ctx := s.t, s.t.Context()
	for _, d := range s.papers {
		_, got := portal.Get(ctx, d.id)
		f, opened := portal.File(ctx, d.id, "", library.ToKeep)
		if want := d.seenBy(p); want != (got == nil) || want != (opened == nil) {
			rt.Fatalf("%s gets %s at a %s: %v, %v, want %v", p.email, d.name, d.at.kind, got, opened, want)
		}
		if opened != nil {
			continue
		}
		content, err := io.ReadAll(f)
		must(t, err)
		must(t, f.Close())
		if string(content) != d.content {
			rt.Fatalf("%s holds %q, want %q", d.name, content, d.content)
		}
	}
}
