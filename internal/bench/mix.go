package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// kind is one thing that people do in the portal, and how often of all they do. A kind
// whose route is not registered is passed over and said to be.
type kind struct {
	Name   string
	Weight float64
	Route  string            // as it is registered
	Ways   []way             // one of them is taken each time
	Form   map[string]string // of what is posted; nil for what is read
	Goal   string
	Most   float64 // microseconds of processor time that one may take; 0 for no goal
}

// way is an address and its share of a kind. In braces stand names of what the one who
// asks has, or of words.
type way struct {
	Share int
	Path  string
}

func at(path string) []way { return []way{{1, path}} }

// mix is what people do.
var mix = []kind{
	{"sign-in", 0.2, "POST /portal/login", at("/portal/login"), map[string]string{"email": "{email}", "password": "{password}"}, "", 0},
	{"dashboard", 3, "GET /portal/{$}", at("/portal/"), nil, "", 0},
	{"projects", 1.5, "GET /portal/projects", at("/portal/projects"), nil, "", 0},
	{"project", 1.5, "GET /portal/projects/{id}", at("/portal/projects/{project}"), nil, "", 0},
	{"invoices", 3, "GET /portal/invoices", []way{
		{7, "/portal/invoices"}, {1, "/portal/invoices?status=paid"}, {1, "/portal/invoices?q={thing}"}, {1, "{deep}"},
	}, nil, "", 0},
	{"invoice", 3, "GET /portal/invoices/{id}", at("/portal/invoices/{invoice}"), nil, "", 0},
	{"fresh PDF", 0.6, "GET /portal/invoices/{id}/pdf", at("/portal/invoices/{invoice}/pdf"), nil, "G6", 4000},
	{"contract", 0.5, "GET /portal/contracts/{id}", at("/portal/contracts/{contract}"), nil, "", 0},
	{"cases", 1, "GET /portal/cases", at("/portal/cases"), nil, "", 0},
	{"case", 2, "GET /portal/cases/{id}", at("/portal/cases/{case}"), nil, "", 0},
	{"reply", 0.4, "POST /portal/cases/{id}/replies", at("/portal/cases/{open}/replies"), map[string]string{"body": "The {thing} are there, and the {thing} with them. Thank you."}, "", 0},
	{"change request", 0.1, "POST /portal/change-requests", at("/portal/change-requests"), map[string]string{
		"project": "{running}", "title": "Other {thing}", "description": "We would like the {thing} to look like the {thing}.", "category": "feature",
		"priority": "medium", "justification": "Our customers ask for it.",
	}, "", 0},
	{"documents", 1, "GET /portal/documents", at("/portal/documents"), nil, "", 0},
	{"download", 0.8, "GET /portal/documents/{id}/file", at("/portal/documents/{document}/file"), nil, "", 0},
	{"meetings", 0.4, "GET /portal/meetings", at("/portal/meetings"), nil, "", 0},
}

// things are words that the data are full of.
var things = []string{"drawings", "handbook", "inventory", "newsletter", "plan", "report", "shop", "templates"}

// have are what people have: where it is found, as a reader would, and how it is written
// there.
var have = []struct {
	name, page string
	written    *regexp.Regexp
}{
	{"project", "/portal/projects", linked("projects")}, {"invoice", "/portal/invoices", linked("invoices")},
	{"contract", "/portal/contracts", linked("contracts")}, {"case", "/portal/cases", linked("cases")},
	{"open", "/portal/cases?status=open", linked("cases")}, {"document", "/portal/documents", linked("documents")},
	{"running", "/portal/change-requests/new", regexp.MustCompile(`<option value="([0-9a-v]{26})"`)}, {"deep", "/portal/invoices", following},
}

func linked(to string) *regexp.Regexp {
	return regexp.MustCompile(`href="/portal/` + to + `/([0-9a-v]{26})"`)
}

// walker is somebody who is signed in, and what they have by name.
type walker struct {
	cookie *http.Cookie
	has    map[string][]string
}

// walk is a mix for people who are there. The same seed chooses the same.
type walk struct {
	kinds   []kind
	walkers []walker
	able    map[string][]int // who can go a way, by its address and form
}

// doing is one thing that somebody is about to do.
type doing struct {
	kind *kind
	by   *walker
	path string
	form string // empty for what is read
}

var braces = regexp.MustCompile(`\{([a-z]+)\}`)

// newWalk finds out who can do what. The error names what nobody can.
func newWalk(kinds []kind, walkers []walker) (*walk, error) {
	w := &walk{kinds, walkers, map[string][]int{}}
	for _, k := range kinds {
		for _, y := range k.Ways {
			all := y.Path
			for _, value := range k.Form {
				all += value
			}
			for i, one := range walkers {
				if one.can(all) {
					w.able[k.Name+y.Path] = append(w.able[k.Name+y.Path], i)
				}
			}
			if len(w.able[k.Name+y.Path]) == 0 {
				return nil, fmt.Errorf("none of %d people can do %s at %s", len(walkers), k.Name, y.Path)
			}
		}
	}
	return w, nil
}

// can tells whether somebody has all that a text names.
func (w walker) can(all string) bool {
	for _, name := range braces.FindAllStringSubmatch(all, -1) {
		if len(w.has[name[1]]) == 0 {
			return false
		}
	}
	return true
}

// next chooses what is done next, by the weights.
func (w *walk) next(rng *rand.Rand) doing {
	whole := 0.0
	for _, k := range w.kinds {
		whole += k.Weight
	}
	left := rng.Float64() * whole
	for i := range w.kinds {
		if left -= w.kinds[i].Weight; left < 0 || i == len(w.kinds)-1 {
			return w.do(rng, &w.kinds[i])
		}
	}
	panic("a mix has kinds")
}

// do chooses how and by whom something is done.
func (w *walk) do(rng *rand.Rand, k *kind) doing {
	shares := 0
	for _, y := range k.Ways {
		shares += y.Share
	}
	left, i := rng.IntN(shares), 0
	for left >= k.Ways[i].Share {
		left -= k.Ways[i].Share
		i++
	}
	path := k.Ways[i].Path
	able := w.able[k.Name+path]
	d := doing{kind: k, by: &w.walkers[able[rng.IntN(len(able))]]}
	d.path = d.by.fill(rng, path)
	if k.Form != nil {
		d.form = d.by.write(rng, k.Form)
	}
	return d
}

// fill puts what somebody has, or words, where a text names them.
func (w walker) fill(rng *rand.Rand, in string) string {
	return braces.ReplaceAllStringFunc(in, func(name string) string {
		some := w.has[strings.Trim(name, "{}")]
		return some[rng.IntN(len(some))]
	})
}

// write fills a form, its fields in the order of their names.
func (w walker) write(rng *rand.Rand, form map[string]string) string {
	filled := url.Values{}
	for _, name := range sortedNames(form) {
		filled.Set(name, w.fill(rng, form[name]))
	}
	return filled.Encode()
}

// request is what a browser would send to an address, where a host answers. Who signs in
// is nobody yet.
func (d doing) request(ctx context.Context, base, host string) *http.Request {
	method := http.MethodGet
	if d.kind.Form != nil {
		method = http.MethodPost
	}
	r := request(ctx, method, base+d.path, d.form, host)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+host)
	}
	if d.kind.Form["password"] == "" {
		r.AddCookie(d.by.cookie)
	}
	return r
}

// answers tells whether a status is that of what was wanted.
func (d doing) answers(status int) bool {
	if d.kind.Form != nil {
		return status == http.StatusSeeOther
	}
	return status == http.StatusOK
}
