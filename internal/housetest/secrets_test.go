package housetest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/housetest/house"
)

// ofStaff is what staff say and keep among themselves about a client of a furnished
// house, as it begins after " secret ".
var ofStaff = []string{
	"note", "note.txt", "note file", "note of what is resolved", "note of a matter", "note that was just written", "note that was just written.txt",
	"reason", "reason that was just given", "category", "remark", "remark of a quote", "remark that was just made",
	"draft line", "contract", "project", "milestone", "goal", "funding",
}

// Nothing that staff keep to themselves reaches a client: every note with the names
// and bytes of its files, every reason to wait, category, remark, draft and project
// that is not shared says a word that is in no answer of the portal, in no mail to a
// contact with its files, and in no line of the log; staff read each of them.
func TestNothingOfStaffsOwnReachesClients(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		logged := &record{}
		h.LogTo = logged
		h.Furnish(t)
		s := secrets{t: t, crawl: &crawl{t: t, h: h, policy: readPolicy(t)}}
		s.happen()
		h.Serve(t)
		s.quiet()
		s.staffRead()
		for _, w := range []*house.Workspace{h.First, h.Second} {
			for _, of := range w.Clients {
				for n, contact := range of.Contacts {
					s.contactReads(actor{name: contact.Name, agent: contact, portal: "contact", ws: w, client: of, ownAlone: n == 3})
				}
			}
		}
		s.quiet()
		s.mails()
		must(t, h.Jobs.Stop(t.Context()))
		s.clean("the log", logged.String())
		if lines := strings.Count(logged.String(), "\n"); lines < 1000 {
			t.Errorf("the log has %d lines only", lines)
		}
		figure(t, "staff's own", fmt.Sprintf("%s: %d answers and %d mails to contacts", h.Engine, s.answers, s.mailed))
	})
}

// record is a log that is kept.
type record struct {
	mu   sync.Mutex
	said bytes.Buffer
}

// Write implements io.Writer.
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said.String()
}

type secrets struct {
	t               *testing.T
	crawl           *crawl
	answers, mailed int
	held            string          // address of a case that was put on hold
	words           map[string]bool // canaries with secret after them
}

// happen lets staff keep more to themselves over the pages, with the mails and the
// lines of the log that come of it, and what is refused too.
func (s *secrets) happen() {
	w := s.crawl.h.First
	c := w.Clients[0]
	secret, one := c.Canary+" secret ", "/app/cases/"+c.Case.String()
	send := func(by *house.Agent, page, action, field, said string, file bool) {
		s.t.Helper()
		values := by.Get(s.t, page).Page(s.t).Form(s.t, action)
		values.Set(field, said)
		var got house.Response
		if file {
			got = by.PostFile(s.t, action, values, "files", said+".txt", []byte(said+" file"))
		} else {
			got = by.Post(s.t, action, values)
		}
		if got.Code != http.StatusSeeOther {
			s.t.Errorf("%s: status %d", action, got.Code)
		}
		values.Set(field, strings.Repeat(said, 2000))
		values.Del("_key")
		if got = by.Post(s.t, action, values); got.Code != http.StatusUnprocessableEntity && got.Code != http.StatusConflict {
			s.t.Errorf("%s takes what is too long: status %d", action, got.Code)
		}
	}
	send(w.Members[auth.Support], one, one+"/notes", "body", secret+"note that was just written", true)
	send(w.Owner, one, one+"/replies", "body", c.Canary+" case answer after a note", true)
	change := "/app/change-requests/" + c.SubmittedChange.String()
	send(w.Owner, change, change+"/remark", "remark", secret+"remark that was just made", false)
	s.held = "/app/cases/" + w.Raise(s.t, c.Contacts[0], c.Canary+" case to hold").String()
	send(w.Owner, s.held+"/pause", s.held+"/pause", "reason", secret+"reason that was just given", false)
}

// quiet waits until nothing is left to be done and to be mailed.
func (s *secrets) quiet() {
	s.t.Helper()
	everything := s.crawl.h.Everything(s.t)
	for range 1200 {
		if s.crawl.h.Count(s.t, everything, "river_job where state in ('available', 'running', 'pending')") == "0" &&
			s.crawl.h.Count(s.t, everything, "outbox where state = 'waiting'") == "0" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatal("the work does not come to an end")
}

// clean holds that nothing of staff's is in what came to a client.
func (s *secrets) clean(where, said string) {
	s.t.Helper()
	if s.words == nil {
		s.words = map[string]bool{}
		for _, w := range []*house.Workspace{s.crawl.h.First, s.crawl.h.Second} {
			for _, c := range w.Clients {
				s.words[c.Canary+" secret"] = true
			}
		}
	}
	said = plain(said)
	for word := range s.words {
		if at := strings.Index(said, word); at >= 0 {
			s.t.Errorf("%s has …%s…", where, said[max(0, at-60):min(len(said), at+80)])
		}
	}
}

// plain is a text as it is read: lines, addresses and escapes do not part words.
func plain(said string) string {
	words := strings.Join(strings.Fields(said), " ")
	return words + " " + strings.NewReplacer("%20", " ", "+", " ", "=20", " ", "\\n", " ", "&#32;", " ", "&nbsp;", " ").Replace(words)
}

// text is what a file says: of a PDF what is on its pages.
func (s *secrets) text(kind string, data []byte) string {
	s.t.Helper()
	if !strings.HasPrefix(kind, "application/pdf") || !bytes.HasPrefix(data, []byte("%PDF-1.7")) {
		return string(data)
	}
	file := filepath.Join(s.t.TempDir(), "file.pdf")
	must(s.t, os.WriteFile(file, data, 0o600))
	out, err := exec.CommandContext(s.t.Context(), "pdftotext", file, "-").Output()
	must(s.t, err)
	return string(out) + string(data)
}

// staffRead holds that staff read all of it, so that clients could.
func (s *secrets) staffRead() {
	w := s.crawl.h.First
	c := w.Clients[0]
	var said strings.Builder
	s.visit(actor{name: "owner", agent: w.Owner, role: auth.Owner, ws: w, client: c}, "/app/", func(_ string, got house.Response) { said.WriteString(got.Text()) })
	for _, path := range []string{
		s.held, "/app/cases/" + c.HeldCase.String(), "/app/cases/" + c.ResolvedCase.String(), "/app/cases/" + c.OwnCase.String(), "/app/cases?tab=open",
		"/app/change-requests/" + c.QuotedChange.String(), "/app/change-requests/" + c.SubmittedChange.String(), "/app/invoices/" + c.Draft.String(), "/app/projects/" + c.Project.String() + "/funding",
	} {
		said.WriteString(w.Owner.Get(s.t, path).Text())
	}
	all := plain(said.String())
	for _, word := range ofStaff {
		if !strings.Contains(all, c.Canary+" secret "+word) {
			s.t.Errorf("staff read of no %q", "secret "+word)
		}
	}
}

// visit asks a person for every page that they have an id for, of their own and of
// what is kept from them.
func (s *secrets) visit(a actor, below string, each func(path string, got house.Response)) {
	s.t.Helper()
	for _, r := range s.crawl.h.Router.Routes() {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.Pattern, below) {
			continue
		}
		for _, cell := range s.crawl.fill(a, r) {
			theirs := true
			for _, o := range cell.owners {
				theirs = theirs && (o == own || o == kept)
			}
			if theirs {
				each(cell.path, a.agent.Clone().Get(s.t, cell.path))
			}
		}
	}
}

// contactReads looks at everything that a contact can come to.
func (s *secrets) contactReads(a actor) {
	s.t.Helper()
	look := func(path string, got house.Response) {
		s.t.Helper()
		s.answers++
		s.clean(path+" as "+a.name, s.text(got.Header().Get("Content-Type"), got.Body.Bytes())+fmt.Sprint(got.Header()))
	}
	s.visit(a, "/portal/", look)
	c := a.client
	paths := []string{"/sign/" + c.GuestToken.Reveal()}
	for _, one := range []string{c.HeldCase.String(), c.ResolvedCase.String(), c.SecondCase.String(), c.OwnCase.String(), c.Case.String()} {
		paths = append(paths, "/portal/cases/"+one, "/portal/cases/"+one+"/files/"+c.NoteFile, "/portal/cases/"+one+"/files/"+c.OwnNoteFile)
	}
	for _, one := range []string{c.SubmittedChange.String(), c.AskedChange.String(), c.QuotedChange.String(), c.AgreedChange.String(), c.OwnChange.String()} {
		paths = append(paths, "/portal/change-requests/"+one)
	}
	for _, one := range []string{c.Meeting.String(), c.ProposedMeeting.String(), c.AgreedMeeting.String(), c.MovingMeeting.String(), c.OwnMeeting.String(), c.InnerEvent.String()} {
		paths = append(paths, "/portal/meetings/"+one)
	}
	paths = append(paths, "/calendar/"+c.Feed)
	for _, path := range paths {
		look(path, a.agent.Clone().Get(s.t, path))
	}
	// What staff wrote among themselves finds nothing either.
	for _, list := range []string{"/portal/cases", "/portal/change-requests"} {
		for _, word := range []string{"secret", "secret note", "secret remark", "secret category", "secret reason"} {
			got := a.agent.Clone().Get(s.t, list+"?q="+url.QueryEscape(c.Canary+" "+word))
			for _, name := range []string{" case", " change", " matter", " wish"} {
				if strings.Contains(got.Text(), c.Canary+name) {
					s.t.Errorf("%s finds%s by %q as %s", list, name, word, a.name)
				}
			}
		}
	}
}

// mails looks at every mail to a contact, with what is sent along.
func (s *secrets) mails() {
	s.t.Helper()
	staff := false
	for _, m := range s.crawl.h.Box.List() {
		said := m.Subject + "\n" + m.Text + "\n" + m.HTML + fmt.Sprint(m.Headers)
		for _, f := range m.Files {
			said += f.Name + "\n" + s.text(f.MediaType, f.Bytes)
		}
		if !strings.HasSuffix(m.To.Addr, "@client.example") {
			staff = staff || strings.Contains(plain(said), " secret note that was just written")
			continue
		}
		s.mailed++
		s.clean("the mail "+m.Subject+" to "+m.To.Addr, said)
	}
	if s.mailed < 20 {
		s.t.Errorf("only %d mails came to contacts", s.mailed)
	}
	if !staff {
		s.t.Error("no mail to staff has the note")
	}
}
