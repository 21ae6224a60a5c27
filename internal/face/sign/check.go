package sign

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/problem"
)

// check is the page on which anybody has a file checked, or asks by id and code how
// a contract stands.
type check struct {
	web.View
	Verdict *contract.Verdict
	Record  *contract.Record // that was asked for by id and code
	ID      string
	Code    string
	Unknown bool // there is none of that id and code
	Root    string
}

func newCheck(w http.ResponseWriter, r *http.Request, who auth.Visitor) check {
	return check{View: web.VisitorView(w, r), Root: who.Site().PortalURL("/verify/root.pem")}
}

func (f Face) showCheck(w http.ResponseWriter, r *http.Request, who auth.Visitor) error {
	p, q, status := newCheck(w, r, who), r.URL.Query(), http.StatusOK
	if p.ID, p.Code = strings.TrimSpace(q.Get("id")), q.Get("code"); p.ID != "" {
		found, err := f.Contracts.LookUp(r.Context(), who, contract.ID(strings.ToLower(p.ID)), p.Code)
		switch {
		case problem.Is(err, problem.NotFound):
			p.Unknown, status = true, http.StatusNotFound
		case err != nil:
			return err
		default:
			p.Record = &found
		}
	}
	if machine(r) {
		return answer(w, status, p.said())
	}
	return p.draw(w, r, status)
}

func (f Face) postCheck(w http.ResponseWriter, r *http.Request, who auth.Visitor) error {
	p := newCheck(w, r, who)
	verdict, err := f.checked(r, who)
	if known, ok := problem.As(err); ok {
		if known.Kind == problem.TooMany {
			w.Header().Set("Retry-After", "60")
		}
		p.View = p.WithProblem(known)
		if machine(r) {
			return answer(w, web.Status(known), map[string]string{"error": p.trouble()})
		}
		return p.draw(w, r, web.Status(known))
	}
	if err != nil {
		return err
	}
	p.Verdict = &verdict
	if machine(r) {
		return answer(w, http.StatusOK, p.said())
	}
	return p.draw(w, r, http.StatusOK)
}

// checked reads the file, in memory alone, and has it checked.
func (f Face) checked(r *http.Request, who auth.Visitor) (v contract.Verdict, err error) {
	if err := f.Gate.CountCheck(r.Context(), who); err != nil {
		return v, err
	}
	large := problem.Field("file", "verify.too_large", "max", contract.LargestChecked>>20)
	large.Kind = problem.TooLarge
	var none struct {
		File string `form:"file"` // what browsers send where no file is chosen
	}
	if err := web.Decode(r, &none); problem.Is(err, problem.TooLarge) {
		return v, large
	} else if err != nil {
		return v, err
	}
	file, head, err := r.FormFile("file")
	if err != nil || head.Size == 0 {
		return v, problem.Field("file", "verify.none")
	}
	defer file.Close()
	if head.Size > contract.LargestChecked {
		return v, large
	}
	content, err := io.ReadAll(file)
	if err != nil {
		return v, err
	}
	return f.Contracts.Verify(r.Context(), who, content)
}

func (f Face) showRoot(w http.ResponseWriter, r *http.Request, who auth.Visitor) error {
	root, err := f.Contracts.Root(r.Context(), who)
	if err != nil {
		return err
	}
	return web.File(w, "root.pem", "application/x-pem-file", root)
}

// machine tells whether a program asks, which reads JSON.
func machine(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

func answer(w http.ResponseWriter, status int, said any) error {
	data, err := json.MarshalIndent(said, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(append(data, '\n'))
	return err
}

// saidRecord and saidCheck are what programs read.
type saidRecord struct {
	ID       contract.ID    `json:"id"`
	State    contract.State `json:"state"`
	Number   string         `json:"number,omitempty"`
	Name     string         `json:"name,omitempty"`
	Sent     *time.Time     `json:"sent_at,omitempty"`
	Executed *time.Time     `json:"executed_at,omitempty"`
	EndedOn  string         `json:"ended_on,omitempty"`
	SignedBy []string       `json:"signed_by,omitempty"`
}

type saidCheck struct {
	Answer   contract.Answer `json:"answer,omitempty"`
	SHA256   string          `json:"sha256,omitempty"`
	Signer   string          `json:"seal_names,omitempty"`
	At       *time.Time      `json:"sealed_at,omitempty"`
	Stamped  string          `json:"time_confirmed_by,omitempty"`
	Revision int             `json:"intact_bytes,omitempty"`
	Record   *saidRecord     `json:"contract,omitempty"`
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (p check) said() saidCheck {
	var out saidCheck
	record := p.Record
	if v := p.Verdict; v != nil {
		out = saidCheck{Answer: v.Answer, SHA256: v.SHA256, Signer: v.Signer, At: moment(v.At), Stamped: v.Stamped}
		if v.Answer == contract.Changed {
			out.Revision = v.Revision
		}
		record = v.Record
	}
	if record != nil {
		out.Record = &saidRecord{record.ID, record.State, record.Number, record.Name, moment(record.SentAt), moment(record.ExecutedAt), record.EndedOn, record.People}
	}
	return out
}

func (p check) draw(w http.ResponseWriter, r *http.Request, status int) error {
	p.Loads = []string{looks}
	return web.Render(w, r, status, web.Nest(p.Document(p.T("verify.title")), open(p.View, true), checkView(p)))
}

// trouble is what is wrong, in one sentence.
func (p check) trouble() string {
	if said := p.Error("file"); said != "" {
		return said
	}
	return p.Trouble()
}

func (p check) summary() ui.ErrorSummary {
	if items := p.ErrorItems("file"); len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// tones are the colours of the answers.
var tones = map[contract.Answer]struct {
	tone ui.Tone
	icon string
}{
	contract.Intact: {ui.OK, "badge-check"}, contract.Unknown: {ui.Warn, "shield-alert"}, contract.Changed: {ui.Bad, "triangle-alert"},
	contract.NotSealed: {ui.Warn, "file"}, contract.NotPDF: {ui.Warn, "file"},
}

// says is the answer in sentences.
func (p check) says() ui.Note {
	v := p.Verdict
	at := tones[v.Answer]
	key := "verify." + string(v.Answer)
	text := p.T(key+".text", "workspace", p.Site.Name)
	if v.Answer == contract.Intact && v.Record == nil {
		text = p.T("verify.intact.no_record", "workspace", p.Site.Name)
	}
	return ui.Note{Tone: at.tone, Icon: at.icon, Title: p.T(key+".title", "workspace", p.Site.Name), Text: text}
}

// facts are what is known of the file and its seal.
func (p check) facts() []ui.KeyValue {
	var items []ui.KeyValue
	add := func(key, value string) {
		if value != "" {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: value})
		}
	}
	v := p.Verdict
	if v == nil {
		return nil
	}
	if r := v.Record; r != nil {
		add("sign.contract", r.Name)
		add("sign.fact.number", r.Number)
		add("verify.signed_by", strings.Join(r.People, ", "))
		items = append(items, p.record(*r)...)
	}
	add("verify.signer", v.Signer)
	add("verify.sealed_at", p.clock(v.At))
	if !v.At.IsZero() {
		stamped := v.Stamped
		if stamped == "" {
			stamped = p.T("verify.stamped_nobody")
		}
		add("verify.stamped", stamped)
	}
	if v.Answer == contract.Changed && v.Revision > 0 {
		add("verify.revision", p.N("verify.bytes", v.Revision))
	}
	return items
}

// record is where a contract stands, and when: no names.
func (p check) record(r contract.Record) []ui.KeyValue {
	items := []ui.KeyValue{{Key: p.T("verify.state"), Value: p.T("contract.standing." + string(r.State))}}
	add := func(key, value string) {
		if value != "" {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: value})
		}
	}
	add("verify.sent", p.clock(r.SentAt))
	add("verify.executed", p.clock(r.ExecutedAt))
	add("verify.ended", r.EndedOn)
	return items
}

// clock is a moment in universal time, as certificates have it.
func (p check) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return p.ListDate(t) + ", " + t.Format("15:04:05") + " UTC"
}

// byHand are the commands that check a file without us.
func (p check) byHand() string {
	return `curl -O ` + p.Root + `
mkdir check && certutil -N --empty-password -d sql:check
certutil -A -d sql:check -n root -t TC,TC,TC -i root.pem
pdfsig -nssdir check contract.pdf`
}

// byCMS are those for the signature alone.
func (p check) byCMS() string {
	return `range=$(grep -a -o '/ByteRange *\[[^]]*' contract.pdf | tail -n 1)
read -r a b c d <<< "${range#*[}"
head -c "$b" contract.pdf > signed.bin
tail -c +"$((c + 1))" contract.pdf | head -c "$d" >> signed.bin
pdfsig -dump contract.pdf
openssl cms -verify -binary -purpose any -inform DER \
  -in contract.pdf.sig0 -content signed.bin \
  -CAfile root.pem -out /dev/null`
}
