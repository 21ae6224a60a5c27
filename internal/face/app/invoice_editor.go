package app

import (
	"net/http"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

// invoiceForm is what the editor sends. Act is a button that changes the lines
// without saving: add, up.2, down.2, drop.2 or pick.
type invoiceForm struct {
	Invoice      string   `form:"invoice"` // the draft that is changed, empty for a new one
	Version      int64    `form:"version"`
	Act          string   `form:"act"`
	Pick         string   `form:"pick"`
	Client       string   `form:"client"`
	Project      string   `form:"project"`
	Milestone    string   `form:"milestone"`
	Currency     string   `form:"currency"`
	Inclusive    string   `form:"inclusive"`
	TermsDays    string   `form:"terms_days"`
	DueOn        string   `form:"due_on"`
	PONumber     string   `form:"po_number"`
	Discount     string   `form:"discount"`
	Notes        string   `form:"notes"`
	Instructions string   `form:"instructions"`
	Description  []string `form:"line_description"`
	Quantity     []string `form:"line_quantity"`
	Unit         []string `form:"line_unit"`
	Price        []string `form:"line_price"`
	Off          []string `form:"line_discount"`
	Rate         []string `form:"line_rate"`
}

func (in invoiceForm) details() invoice.Details {
	d := invoice.Details{
		Client: client.ID(in.Client), Project: project.ID(in.Project), Milestone: project.TargetID(in.Milestone), Currency: in.Currency,
		Inclusive: in.Inclusive == "true", Discount: in.Discount, TermsDays: in.TermsDays, DueOn: in.DueOn, PONumber: in.PONumber,
		Notes: in.Notes, Instructions: in.Instructions,
	}
	at := func(values []string, i int) string {
		if i < len(values) {
			return values[i]
		}
		return ""
	}
	most := max(len(in.Description), len(in.Quantity), len(in.Unit), len(in.Price), len(in.Off), len(in.Rate))
	for i := range min(most, invoice.MostLines+1) {
		d.Lines = append(d.Lines, invoice.LineDetails{
			Description: at(in.Description, i), Quantity: at(in.Quantity, i), Unit: at(in.Unit, i), Price: at(in.Price, i),
			Discount: at(in.Off, i), Rate: billing.RateID(at(in.Rate, i)),
		})
	}
	return d
}

// editorPage is where a draft is written.
type editorPage struct {
	view
	In       invoice.Details
	Stored   invoice.Invoice // that is changed; its ID is empty for a new one
	Choices  invoice.Choices
	Reckoned invoice.Reckoned
	Version  int64
}

func (p editorPage) title() string {
	if p.Stored.ID == "" {
		return p.T("invoices.add")
	}
	return p.T("invoice.edit_title", "name", p.name(p.Stored))
}

// theirs is what somebody else stored meanwhile, where it differs from what was
// typed here.
func (p editorPage) theirs() []ui.KeyValue {
	if p.Problem == nil || p.Problem.Kind != problem.Conflict {
		return nil
	}
	stored := p.Stored.Details()
	var items []ui.KeyValue
	for _, one := range []struct{ key, mine, theirs string }{
		{"project.currency", p.In.Currency, stored.Currency},
		{"invoice.terms", p.In.TermsDays, stored.TermsDays},
		{"invoice.due_on", p.In.DueOn, stored.DueOn},
		{"invoice.po", p.In.PONumber, stored.PONumber},
		{"invoice.discount", p.In.Discount, stored.Discount},
		{"invoice.notes", p.In.Notes, stored.Notes},
		{"invoice.instructions", p.In.Instructions, stored.Instructions},
	} {
		if one.mine != one.theirs {
			items = append(items, ui.KeyValue{Key: p.T(one.key), Value: orNothing(p.view, one.theirs)})
		}
	}
	for i, line := range stored.Lines {
		if i >= len(p.In.Lines) || p.In.Lines[i] != line {
			said := strings.TrimSpace(strings.Join(strings.Fields(line.Quantity+" "+line.Unit), " ") + " × " + line.Description)
			items = append(items, ui.KeyValue{Key: p.T("invoice.line_nth", "n", i+1), Value: said + ", " + strings.TrimSpace(line.Price+" "+line.Discount)})
		}
	}
	return items
}

func (p editorPage) action() string {
	if p.Stored.ID == "" {
		return "/app/invoices"
	}
	return invoiceAt(p.Stored.ID, "/edit")
}

func (p editorPage) back() string {
	if p.Stored.ID == "" {
		return "/app/invoices"
	}
	return invoiceAt(p.Stored.ID, "")
}

// edit draws the editor with what it offers and what the lines come to.
func (f Face) edit(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p editorPage) error {
	var err error
	if p.Choices, err = f.Invoices.ForStaff(who).Choices(r.Context(), p.In.Client); err != nil {
		return err
	}
	p.Reckoned = invoice.Reckon(p.In, p.Choices, p.Stored)
	if p.Fragment {
		return web.Render(w, r, status, editorSums(p))
	}
	return p.page(w, r, status, p.title(), editorView(p))
}

func (f Face) newInvoice(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	in, err := f.Invoices.ForStaff(who).Defaults(r.Context(), client.ID(r.URL.Query().Get("client")))
	if err != nil {
		return err
	}
	return f.edit(w, r, who, http.StatusOK, editorPage{view: newView(w, r, who), In: in})
}

func (f Face) postInvoice(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form invoiceForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	made, err := f.Invoices.ForStaff(who).Create(r.Context(), form.details())
	if known, ok := problem.As(err); ok {
		p := editorPage{view: newView(w, r, who), In: form.details()}
		p.View = p.WithProblem(known)
		return f.edit(w, r, who, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.invoice_saved")
	web.Redirect(w, r, invoiceAt(made, ""))
	return nil
}

func (f Face) editInvoice(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	n, err := f.Invoices.ForStaff(who).Get(r.Context(), invoiceIn(r))
	if err != nil {
		return err
	}
	if n.State != invoice.Draft {
		web.Redirect(w, r, invoiceAt(n.ID, ""))
		return nil
	}
	return f.edit(w, r, who, http.StatusOK, editorPage{view: newView(w, r, who), In: n.Details(), Stored: n, Version: n.Version})
}

func (f Face) postInvoiceEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form invoiceForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app := f.Invoices.ForStaff(who)
	err := app.Update(r.Context(), invoiceIn(r), form.Version, form.details())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		trouble := err
		n, err := app.Get(r.Context(), invoiceIn(r))
		if err != nil {
			return err
		}
		if n.State != invoice.Draft {
			return trouble
		}
		p := editorPage{view: newView(w, r, who), In: form.details(), Stored: n, Version: form.Version}
		if problem.Is(trouble, problem.Conflict) {
			p.Version = n.Version
		}
		p.In.Client = n.Client
		p.View = p.WithProblem(trouble)
		return f.edit(w, r, who, web.Status(trouble), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.invoice_saved")
	web.Redirect(w, r, invoiceAt(invoiceIn(r), ""))
	return nil
}

// postReckoning changes the lines of an editor by a button, and says what they
// come to; nothing is saved.
func (f Face) postReckoning(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form invoiceForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	p := editorPage{view: newView(w, r, who), In: form.details(), Version: form.Version}
	if form.Invoice != "" {
		n, err := f.Invoices.ForStaff(who).Get(r.Context(), invoice.ID(form.Invoice))
		if err != nil {
			return err
		}
		p.Stored, p.In.Client = n, n.Client
	}
	if err := f.act(r, who, form, &p); err != nil {
		return err
	}
	return f.edit(w, r, who, http.StatusOK, p)
}

// act does what a button of the editor says.
func (f Face) act(r *http.Request, who auth.Staff, form invoiceForm, p *editorPage) error {
	verb, at, _ := strings.Cut(form.Act, ".")
	i, err := strconv.Atoi(at)
	lines := p.In.Lines
	known := err == nil && i >= 0 && i < len(lines)
	switch {
	case verb == "add" && len(lines) < invoice.MostLines:
		p.In.Lines = append(lines, p.fresh(lines))
	case verb == "up" && known && i > 0:
		lines[i-1], lines[i] = lines[i], lines[i-1]
	case verb == "down" && known && i+1 < len(lines):
		lines[i+1], lines[i] = lines[i], lines[i+1]
	case verb == "drop" && known:
		p.In.Lines = append(lines[:i:i], lines[i+1:]...)
	case verb == "pick" && len(lines) < invoice.MostLines:
		s, err := billing.ForStaff(who).OneSaved(r.Context(), billing.SavedID(form.Pick))
		if problem.Is(err, problem.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		line := p.fresh(lines)
		line.Description, line.Unit, line.Price = s.Description, s.Unit, s.Price.Input(s.Currency)
		if s.Rate != "" {
			line.Rate = s.Rate
		}
		p.In.Lines = append(lines, line)
	}
	return nil
}

// fresh is a line to fill in, taxed as the one before it.
func (p editorPage) fresh(lines []invoice.LineDetails) invoice.LineDetails {
	l := invoice.LineDetails{Quantity: "1"}
	if n := len(lines); n > 0 {
		l.Rate = lines[n-1].Rate
	}
	return l
}

func (p editorPage) summary() ui.ErrorSummary {
	fields := invoice.Fields
	for i := range p.In.Lines {
		for _, name := range invoice.LineFields {
			fields = append(fields[:len(fields):len(fields)], invoice.LineField(name, i))
		}
	}
	return p.settingsTrouble(fields...)
}

func (p editorPage) milestones() []ui.Option {
	options := []ui.Option{{Label: p.T("invoice.no_milestone")}}
	for _, m := range p.Choices.Milestones {
		options = append(options, ui.Option{Value: m.ID, Label: m.Project + ": " + m.Name})
	}
	return options
}

// rates are those that a line can have: the offered ones, and its own that was put
// away since.
func (p editorPage) rates(line invoice.LineDetails) []ui.Option {
	options := []ui.Option{{Label: p.T("invoice.choose_rate")}}
	found := line.Rate == ""
	for _, r := range p.Choices.Rates {
		found = found || r.ID == line.Rate
		options = append(options, ui.Option{Value: r.ID.String(), Label: p.rateName(r)})
	}
	if !found {
		for _, l := range p.Stored.Lines {
			if l.Tax == line.Rate {
				return append(options, ui.Option{Value: line.Rate.String(), Label: p.T("invoice.rate_gone", "rate", l.Rate.Say(p.Printer))})
			}
		}
	}
	return options
}

func (v view) rateName(r billing.Rate) string {
	if r.Category.Taxed() {
		return r.Name + ", " + r.Rate.Say(v.Printer)
	}
	return r.Name
}

func (p editorPage) saved() []ui.Option {
	var options []ui.Option
	for _, s := range p.Choices.Saved {
		first, _, _ := strings.Cut(s.Description, "\n")
		options = append(options, ui.Option{Value: s.ID.String(), Label: first + " · " + s.Price.Say(p.Printer, s.Currency) + " " + s.Currency})
	}
	return options
}

// usual are the instructions of the currency, which an invoice without its own
// gets.
func (p editorPage) usual() string {
	for _, i := range p.Choices.Instructions {
		if i.Currency == strings.ToUpper(strings.TrimSpace(p.In.Currency)) {
			return i.Content
		}
	}
	return ""
}

// comes is what a line comes to, as text; empty while it cannot be said.
func (p editorPage) comes(at int) string {
	n := 0
	for i, l := range p.In.Lines {
		blank := n >= len(p.Reckoned.Amounts) || p.Reckoned.Lines[n] != l
		if i == at {
			if blank || !p.sayable() {
				return ""
			}
			return p.amount(p.Reckoned.Amounts[n])
		}
		if !blank {
			n++
		}
	}
	return ""
}

// sayable tells whether the currency is known, so that sums can be said.
func (p editorPage) sayable() bool {
	return money.Known(strings.ToUpper(strings.TrimSpace(p.In.Currency)))
}

func (p editorPage) amount(minor int64) string {
	return money.Amount{Minor: minor, Currency: strings.ToUpper(strings.TrimSpace(p.In.Currency))}.Say(p.Printer)
}

// sums are what the whole comes to.
func (p editorPage) sums() []ui.PaperSum {
	if !p.sayable() {
		return nil
	}
	s := p.Reckoned.Sums
	snapshot := invoice.Snapshot{
		Kind: invoice.Claim, Currency: strings.ToUpper(strings.TrimSpace(p.In.Currency)), Inclusive: p.In.Inclusive,
		Amount: s.Amount, Reduced: s.Discount, Net: s.Net, Tax: s.Tax, Gross: s.Gross,
	}
	if p.Stored.Kind != "" {
		snapshot.Kind = p.Stored.Kind
	}
	for _, t := range s.Taxes {
		snapshot.Taxes = append(snapshot.Taxes, invoice.SnapshotTax{Category: t.Category, Rate: t.Rate, Net: t.Net, Tax: t.Tax})
	}
	var rows []ui.PaperSum
	for _, row := range snapshot.SumLines(p.Printer) {
		rows = append(rows, ui.PaperSum(row))
	}
	return rows
}
