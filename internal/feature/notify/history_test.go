package notify_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/scope"
)

// reader is somebody of the model: what they may see and want, and what they have not
// heard of yet.
type reader struct {
	member    bool
	works     bool // their role answers cases
	sees      auth.Capability
	suspended bool
	choice    outbox.Choice
	pending   []news
}

// news is what somebody is to hear of, and when.
type news struct {
	word  string
	about *matter
	daily bool
	due   time.Time
}

// matter is a case of the model.
type matter struct {
	id       support.ID
	of       string // whose it is
	assignee string
	wrote    map[string]bool
}

// history is a desk, and the model beside it, which knows nothing of SQL.
type history struct {
	*desk
	t       *testing.T
	cases   support.Feature
	marlow  client.ID
	readers map[string]*reader
	matters []*matter
	words   int
	random  *rand.Rand
}

// Over random histories of people who write, lose and get back rights, change their
// minds about mail and let time pass, everybody hears exactly once of what they should
// hear of, and nobody of anything else.
func TestEverybodyHearsOnce(t *testing.T) {
	histories := 4
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		histories = 100
	}
	for n := range histories {
		seed := uint64(20261129 + n)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				h := begin(t, d, seed)
				for range 70 {
					h.step()
					h.deliver()
				}
				if h.words < 15 {
					t.Errorf("in a whole history only %d things were said", h.words)
				}
			})
		})
	}
}

func begin(t *testing.T, d *desk, seed uint64) *history {
	t.Helper()
	blobs, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	h := &history{desk: d, t: t, cases: support.Feature{Documents: document.Shelf{Blobs: blobs}}, random: rand.New(rand.NewPCG(seed, seed))}
	h.cases.WriteMail(d.Mails)
	h.marlow = d.Client(t, home, "Marlow Ceramics", ines)
	d.Add(t, h.marlow, "eva@marlow.example", auth.SupportPreset, true)
	d.Add(t, h.marlow, "rui@marlow.example", auth.ProjectPreset, true)
	d.Add(t, h.marlow, "tom@marlow.example", auth.ProjectPreset, true)
	d.Hire(t, "Jun Sato", "jun@haldenrowe.example", auth.Support)
	d.Hire(t, "Fay Fin", "fay@haldenrowe.example", auth.Finance)
	d.Deliver(t)
	d.Mails.Quiet = outbox.Quiet
	h.readers = map[string]*reader{
		ines: {sees: auth.AllOfIt, choice: outbox.Now}, "eva@marlow.example": {sees: auth.AllOfIt, choice: outbox.Now},
		"rui@marlow.example": {sees: auth.OwnOfIt, choice: outbox.Now}, "tom@marlow.example": {sees: auth.OwnOfIt, choice: outbox.Now},
		owner: {member: true, works: true, choice: outbox.Now}, "jun@haldenrowe.example": {member: true, works: true, choice: outbox.Now},
		"fay@haldenrowe.example": {member: true, choice: outbox.Daily},
	}
	return h
}

func (r *reader) mayRead(email string, m *matter) bool {
	return r.member || !r.suspended && (r.sees == auth.AllOfIt || r.sees == auth.OwnOfIt && m.of == email)
}

// one is a random one of the people for whom fits says yes; empty for none.
func (h *history) one(fits func(email string, r *reader) bool) string {
	var all []string
	for _, email := range slices.Sorted(maps.Keys(h.readers)) {
		if fits(email, h.readers[email]) {
			all = append(all, email)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[h.random.IntN(len(all))]
}

func (h *history) word() string {
	h.words++
	return fmt.Sprintf("word%dx", h.words)
}

// tell is the rule of the model: who is to hear of a word.
func (h *history) tell(m *matter, word, by string, staff bool) {
	for email, r := range h.readers {
		concerned := r.member && (m.assignee == email || m.wrote[email])
		if r.member && staff && !concerned && r.works {
			concerned = h.one(func(email string, r *reader) bool { return r.member && (m.assignee == email || m.wrote[email]) }) == ""
		}
		if !r.member && !staff {
			concerned = (m.of == email || m.wrote[email]) && r.mayRead(email, m)
		}
		if r.member != staff || !concerned || email == by || r.choice == outbox.None {
			continue
		}
		n := news{word: word, about: m, due: h.Now().Add(outbox.Quiet)}
		if r.choice == outbox.Daily {
			n.daily, n.due = true, time.Date(h.Now().Year(), h.Now().Month(), h.Now().Day(), 8, 0, 0, 0, time.UTC)
			if !n.due.After(h.Now()) {
				n.due = n.due.Add(24 * time.Hour)
			}
		}
		r.pending = append(r.pending, n)
	}
}

// step is one thing that somebody does.
func (h *history) step() {
	t := h.t
	var m *matter
	if len(h.matters) > 0 {
		m = h.matters[h.random.IntN(len(h.matters))]
	}
	contact := h.one(func(email string, r *reader) bool {
		return !r.member && !r.suspended && r.sees != auth.NoneOfIt && (m == nil || r.mayRead(email, m))
	})
	member := h.one(func(_ string, r *reader) bool { return r.works })
	switch n := h.random.IntN(22); {
	case n < 3 && contact != "":
		word := h.word()
		made, err := h.cases.ForClient(h.Contact(t, home, contact, h.marlow)).Raise(t.Context(), support.Matter{Subject: "A case", Description: word, Priority: support.Medium})
		must(t, err)
		m = &matter{id: made, of: contact, wrote: map[string]bool{contact: true}}
		h.matters = append(h.matters, m)
		h.tell(m, word, contact, true)
	case n < 8 && m != nil && contact != "":
		word := h.word()
		_, err := h.cases.ForClient(h.Contact(t, home, contact, h.marlow)).Reply(t.Context(), m.id, word, nil)
		must(t, err)
		m.wrote[contact] = true
		h.tell(m, word, contact, true)
		h.tell(m, word, contact, false)
	case n < 12 && m != nil:
		word := h.word()
		must(t, h.cases.ForStaff(h.Staff(t, home, member, h.Form())).Reply(t.Context(), m.id, support.Message{Body: word}))
		m.wrote[member] = true
		if m.assignee == "" {
			m.assignee = member
		}
		h.tell(m, word, member, false)
	case n < 14 && m != nil:
		word := h.word()
		must(t, h.cases.ForStaff(h.Staff(t, home, member, h.Form())).Note(t.Context(), m.id, support.Message{Body: word}))
		m.wrote[member] = true
		h.tell(m, word, member, true)
	case n < 17:
		email := h.one(func(_ string, r *reader) bool { return !r.member })
		r := h.readers[email]
		r.sees, r.suspended = []auth.Capability{auth.NoneOfIt, auth.OwnOfIt, auth.AllOfIt, auth.AllOfIt}[h.random.IntN(4)], h.random.IntN(2) == 0 && !r.suspended
		gone := h.Now()
		if !r.suspended {
			gone = time.Time{}
		}
		h.Run(t, home, `update contact set cases = :sees, suspended_at = :gone where workspace_id = :workspace
			and identity_id = (select i.id from identity i where i.workspace_id = :workspace and i.realm = 'portal' and i.email = :email)`,
			scope.Args{"sees": r.sees, "gone": gone, "email": email})
	case n < 19:
		email := h.one(func(string, *reader) bool { return true })
		r := h.readers[email]
		r.choice = outbox.Choices[h.random.IntN(len(outbox.Choices))]
		table, id := "contact", "client_id, contact_id"
		if r.member {
			table, id = "member", "member_id"
		}
		h.Run(t, home, `insert into `+table+`_mail (workspace_id, `+id+`, area, choice)
			select r.workspace_id, `+map[string]string{"contact": "r.client_id, r.id", "member": "r.id"}[table]+`, 'cases', :choice
			from `+table+` r join identity i on i.workspace_id = r.workspace_id and i.id = r.identity_id and i.email = :email
			where r.workspace_id = :workspace
			on conflict (workspace_id, `+table+`_id, area) do update set choice = excluded.choice`, scope.Args{"choice": r.choice, "email": email})
	}
	h.Later([]time.Duration{0, time.Second, time.Minute, 3 * time.Minute, 9 * time.Hour}[h.random.IntN(5)])
}

var marker = regexp.MustCompile(`word\d+x`)

// deliver lets the mails go whose time has come, and compares who heard what.
func (h *history) deliver() {
	got := map[string][]string{}
	for _, m := range h.Daily(h.t) {
		said := marker.FindAllString(m.Text, -1)
		got[m.To.Addr] = append(got[m.To.Addr], said...)
	}
	for email, r := range h.readers {
		var want []string
		var left []news
		due := map[*matter]bool{} // a thread's mail goes when its first news is due
		for _, n := range r.pending {
			due[n.about] = due[n.about] || !n.daily && !n.due.After(h.Now())
		}
		for _, n := range r.pending {
			switch {
			case n.daily && n.due.After(h.Now()), !n.daily && !due[n.about]:
				left = append(left, n)
			case r.mayRead(email, n.about) && r.choice != outbox.None:
				want = append(want, n.word)
			}
		}
		r.pending = left
		slices.Sort(want)
		slices.Sort(got[email])
		if !slices.Equal(got[email], want) {
			h.t.Fatalf("at %s %s heard of %q, and should of %q", h.Now(), email, got[email], want)
		}
		delete(got, email)
	}
	if len(got) > 0 {
		h.t.Fatalf("strangers heard: %q", got)
	}
}
