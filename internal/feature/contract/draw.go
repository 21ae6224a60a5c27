package contract

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"slices"
	"strings"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/seal/keys"
)

func unbase64(text string) ([]byte, error) { return base64.StdEncoding.DecodeString(text) }

func sayDay(p lang.Printer, day civil.Date) string {
	if day == "" {
		return ""
	}
	return p.LongDate(day.Time())
}

// draw makes the file of a version, with its attachments inside, and, where it is
// complete, the certificate pages behind it. The same gives the same bytes.
func (s Snapshot) draw(logo []byte, files []pdf.Attachment, all *complete) (pdf.Made, error) {
	p := lang.For(s.Language)
	d := pdf.Document{
		Title: s.Number + " " + s.Name, Author: s.Ours.Said(), Language: p.Tag(), At: s.FixedAt,
		Theme:   pdf.Theme{Paper: pdf.Paper(s.Look.Paper), Logo: logo, Color: s.Look.Color, Footer: s.footer()},
		Running: s.Ours.Name + " · " + s.Number + " " + s.Name,
		PageOf: func(page, pages int) string {
			return p.T("pdf.page", "page", p.Number(page), "pages", p.Number(pages))
		},
		Attachments: files,
	}
	d.Blocks = append(d.Blocks, pdf.Letterhead{Name: s.Ours.Name, Title: p.T("contract.kind_" + string(s.Kind)), Number: s.Number}, pdf.Heading{Text: s.Name},
		pdf.Columns{Items: []pdf.Column{
			{Label: p.T("contract.pdf.ours"), Text: s.Ours.block(p)}, {Label: p.T("contract.pdf.theirs"), Text: s.Theirs.block(p)},
		}}, s.facts(p))
	doc, err := s.Prose()
	if err != nil {
		return pdf.Made{}, err
	}
	d.Blocks = append(d.Blocks, doc.Blocks()...)
	d.Blocks = append(d.Blocks, s.attached(p)...)
	d.Blocks = append(d.Blocks, s.signers(p, all)...)
	if all != nil {
		if err := all.certify(&d, s, p); err != nil {
			return pdf.Made{}, err
		}
	}
	return pdf.Make(d)
}

func (s Snapshot) footer() string {
	if s.Look.Footer != "" {
		return s.Look.Footer
	}
	return strings.Trim(s.Ours.Name+" · "+s.Ours.Email, " ·")
}

func (y Party) block(p lang.Printer) string {
	lines := []string{y.Said()}
	if y.Address != "" {
		lines = append(lines, y.Address)
	}
	if y.RegistrationNumber != "" {
		lines = append(lines, p.T("invoice.pdf.registration", "number", y.RegistrationNumber))
	}
	return strings.Join(lines, "\n")
}

func (s Snapshot) facts(p lang.Printer) pdf.Block {
	f := pdf.Facts{}
	add := func(key, value string) {
		f.Items = append(f.Items, pdf.Fact{Name: p.T(key), Value: value})
	}
	if s.Amount != nil {
		add("contract.value", s.Amount.Say(p))
	}
	add("contract.starts_on", sayDay(p, s.StartsOn))
	add("contract.ends_on", sayDay(p, s.EndsOn))
	add("contract.renews_on", sayDay(p, s.RenewsOn))
	add("contract.amends", s.AmendsNo)
	return f
}

// attached says which files travel with the text, and how each is known again.
func (s Snapshot) attached(p lang.Printer) []pdf.Block {
	if len(s.Attachments) == 0 {
		return nil
	}
	table := pdf.Table{Columns: []pdf.TableColumn{{Title: p.T("contract.pdf.file"), Weight: 80}, {Title: p.T("contract.pdf.size"), Weight: 20, End: true}}}
	for _, f := range s.Attachments {
		table.Rows = append(table.Rows, []pdf.Cell{{Text: f.Name, Sub: "SHA-256 " + f.SHA256}, {Text: p.N("contract.pdf.bytes", int(f.Size), "size", p.Number(int(f.Size)))}})
	}
	return []pdf.Block{pdf.Heading{Text: p.T("contract.pdf.attachments")}, pdf.Paragraph{Text: p.T("contract.pdf.attachments_text"), Quiet: true}, table}
}

// signers is where the signatures stand: lines to sign on, or who has signed.
func (s Snapshot) signers(p lang.Printer, all *complete) []pdf.Block {
	blocks := []pdf.Block{pdf.Heading{Text: p.T("contract.pdf.signatures")}}
	for _, person := range s.People {
		if person.Role == Copy {
			continue
		}
		box := pdf.Box{Title: person.Name}
		party := s.Theirs.Said()
		if person.Side == Ours {
			party = s.Ours.Said()
		}
		lines := []string{strings.Trim(person.Title+", "+party, ", ")}
		if all != nil {
			if g, ok := all.of(person.Signatory, all.people); ok {
				lines = append(lines, p.T("contract.pdf.given."+string(person.Role), "name", g.name, "when", all.when(p, g.at)))
				box.Picture = g.mark
			}
		} else {
			lines = append(lines, p.T("contract.pdf.open."+string(person.Role)))
		}
		box.Text = strings.Join(lines, "\n")
		blocks = append(blocks, box)
	}
	return blocks
}

// of is the signature of a signatory, or of who stood in for them.
func (c complete) of(who SignatoryID, people []Signatory) (given, bool) {
	for _, g := range c.given {
		if g.signatory == who {
			return g, true
		}
	}
	for _, s := range people {
		if s.Replaces == who {
			return c.of(s.ID, people)
		}
	}
	return given{}, false
}

// when is a moment in UTC and, where its clock differs, in the workspace's zone.
func (c complete) when(p lang.Printer, at time.Time) string {
	local := at.In(c.zone)
	said := p.LongDate(at.UTC()) + " " + at.UTC().Format("15:04:05") + " UTC"
	if _, ahead := local.Zone(); ahead == 0 {
		return said
	}
	return said + " (" + p.Clock(local) + " " + local.Format("MST") + ")"
}

// listedEvents is how many events the certificate shows; all are in the file that
// is attached.
const listedEvents = 40

// certify adds the pages that say who signed what, when and how, and the files that
// prove it: the chain of events, and what was signed.
func (c complete) certify(d *pdf.Document, s Snapshot, p lang.Printer) error {
	t := func(key string, args ...any) string { return p.T("contract.certificate."+key, args...) }
	audit, err := c.audit()
	if err != nil {
		return err
	}
	d.Attachments = append(d.Attachments,
		pdf.Attachment{Name: auditName, Type: "application/json", Bytes: audit}, pdf.Attachment{Name: signedName, Type: pdfType, Bytes: c.unsigned})
	address := c.verify + "?id=" + c.contract.ID.String() + "&code=" + c.contract.checkCode
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return err
	}
	if code, err = barcode.Scale(code, 8*code.Bounds().Dx(), 8*code.Bounds().Dy()); err != nil {
		return err
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, code); err != nil {
		return err
	}
	certificate := c.key.Certificate()
	stamp := t("no_tsa")
	if c.tsa != "" {
		stamp = c.tsa
	}
	d.Blocks = append(d.Blocks, pdf.Break{}, pdf.Heading{Text: t("title")}, pdf.Paragraph{Text: t("level", "workspace", s.Ours.Said())},
		pdf.Picture{PNG: picture.Bytes(), Width: 96, Height: 96},
		pdf.Paragraph{Text: t("verify", "url", c.verify, "id", c.contract.ID.String(), "code", c.contract.checkCode), Quiet: true},
		pdf.Table{Columns: facts, Rows: [][]pdf.Cell{
			row(t("contract"), s.Number+" "+s.Name), row(t("id"), c.contract.ID.String()), row(t("version"), s.version()), row(t("workspace"), s.Ours.Said()),
			row(t("sender"), c.sender), row(t("pages"), p.Number(c.version.pages)), fingerprint(t("sha256"), c.version.sha256),
			row(t("completed"), c.when(p, c.links[len(c.links)-1].at())), row(t("certificate"), certificate.Subject.String()),
			fingerprint(t("fingerprint"), keys.Fingerprint(certificate)), row(t("tsa"), stamp), fingerprint(t("head"), c.head()),
		}})
	for _, person := range c.people {
		g, ok := c.of(person.ID, nil)
		if !ok {
			continue
		}
		d.Blocks = append(d.Blocks, pdf.Heading{Text: person.Name})
		if len(g.mark) > 0 {
			d.Blocks = append(d.Blocks, pdf.Picture{PNG: g.mark, Width: 220, Height: 44})
		}
		d.Blocks = append(d.Blocks, pdf.Table{Columns: facts, Rows: [][]pdf.Cell{
			row(t("email"), person.Email), row(t("role"), p.T("contract.role."+string(person.Role))+", "+p.T("contract.side."+string(person.Side))),
			row(t("order"), p.Number(person.Step)), row(t("as"), g.name), row(t("method"), p.T("contract.certificate.method."+string(g.method))), row(t("consent"), g.consent),
			row(t("viewed"), c.moment(p, person.Viewed)), row(t("given"), c.moment(p, g.at)), row(t("address"), g.address), row(t("agent"), cut(g.agent, 120)),
			fingerprint(t("mark"), g.markHash), fingerprint(t("act"), g.actHash),
		}})
	}
	table := pdf.Table{Columns: []pdf.TableColumn{{Title: "#", Weight: 6}, {Title: t("when"), Weight: 34}, {Title: t("event"), Weight: 40}, {Title: t("hash"), Weight: 20}}}
	for i, l := range c.links {
		if i == listedEvents {
			table.Rows = append(table.Rows, []pdf.Cell{{}, {}, {Text: p.N("contract.certificate.more", len(c.links)-i)}, {}})
			break
		}
		a, err := l.Act()
		if err != nil {
			return err
		}
		what := p.T("contract.event." + a.Kind)
		if a.Actor.Name != "" {
			what += ", " + a.Actor.Name
		}
		table.Rows = append(table.Rows, []pdf.Cell{{Text: p.Number(int(a.Seq))}, {Text: a.Time().UTC().Format("2006-01-02 15:04:05") + " UTC"}, {Text: what}, {Text: l.Hash[:16]}})
	}
	d.Blocks = append(d.Blocks, pdf.Heading{Text: t("events")}, table)
	return nil
}

// audit is the file that proves what the certificate says: the whole chain, every
// signature as it was hashed, and the words that were agreed to.
func (c complete) audit() ([]byte, error) {
	type act struct {
		Act    string `json:"act"`
		SHA256 string `json:"sha256"`
	}
	type agreed struct {
		Version string `json:"version"`
		Text    string `json:"text"`
		SHA256  string `json:"sha256"`
	}
	file := struct {
		Contract ID       `json:"contract"`
		Created  string   `json:"created_at"`
		Scheme   string   `json:"scheme"`
		Genesis  string   `json:"genesis"`
		Head     string   `json:"head"`
		Links    []Link   `json:"links"`
		Acts     []act    `json:"acts"`
		Consents []agreed `json:"consents"`
	}{
		Contract: c.contract.ID, Created: c.contract.createdAt.UTC().Format(time.RFC3339Nano), Scheme: scheme, Genesis: Genesis(c.contract.ID, c.contract.createdAt),
		Head: c.head(), Links: c.links,
	}
	for _, g := range c.given {
		file.Acts = append(file.Acts, act{g.act, g.actHash})
		if slices.ContainsFunc(file.Consents, func(a agreed) bool { return a.Version == g.consent }) {
			continue
		}
		text, err := consentText(g.consent)
		if err != nil {
			return nil, err
		}
		file.Consents = append(file.Consents, agreed{g.consent, text, digest(text)})
	}
	return json.MarshalIndent(file, "", "  ")
}

// facts are the columns of a name and what it is.
var facts = []pdf.TableColumn{{Weight: 26}, {Weight: 74}}

func row(name, value string) []pdf.Cell {
	if value == "" {
		value = "–"
	}
	return []pdf.Cell{{Text: name}, {Text: value}}
}

// fingerprint is a row of a hash, which is long.
func fingerprint(name, hash string) []pdf.Cell { return []pdf.Cell{{Text: name}, {Sub: hash}} }

func (c complete) moment(p lang.Printer, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return c.when(p, at)
}

// at is when the event of a link happened.
func (l Link) at() time.Time {
	a, _ := l.Act()
	return a.Time()
}
