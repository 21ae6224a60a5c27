package app

import (
	"net/http"
	"net/url"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
)

// statementPage is what happened with a client in one currency.
type statementPage struct {
	clientFrame
	Currency, From, To string
	Balances           []invoice.Balance
	Statement          invoice.Statement
}

// wanted reads which statement is asked for: of the client's first currency, this
// year, unless the address says otherwise.
func (p *statementPage) wanted(q url.Values) {
	p.Currency, p.From, p.To = q.Get("currency"), q.Get("from"), q.Get("to")
	if p.Currency == "" && len(p.Balances) > 0 {
		p.Currency = p.Balances[0].Currency
	}
	if p.Currency == "" {
		p.Currency = "EUR"
	}
	today := civil.Today(p.Now)
	if p.From == "" {
		p.From = string(today[:4]) + "-01-01"
	}
	if p.To == "" {
		p.To = string(today)
	}
}

func (f Face) statementPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (statementPage, error) {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return statementPage{}, err
	}
	balances, err := f.Invoices.ForStaff(who).Balances(r.Context(), c.ID)
	p := statementPage{clientFrame: clientFrame{newView(w, r, who), c, "invoices"}, Balances: balances}
	p.wanted(r.URL.Query())
	return p, err
}

func (f Face) showStatement(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.statementPage(w, r, who)
	if err != nil {
		return err
	}
	status := http.StatusOK
	p.Statement, err = f.Invoices.ForStaff(who).Statement(r.Context(), p.Client.ID, p.Currency, p.From, p.To)
	if problem.Is(err, problem.Invalid) {
		p.View, status, err = p.WithProblem(err), web.Status(err), nil
	}
	if err != nil {
		return err
	}
	return p.page(w, r, status, p.T("statement.of", "name", p.Client.Name), statementView(p))
}

func (f Face) showStatementFile(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	app := f.Invoices.ForStaff(who)
	balances, err := app.Balances(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	p := statementPage{clientFrame: clientFrame{view: newView(w, r, who)}, Balances: balances}
	p.wanted(r.URL.Query())
	file, err := app.StatementFile(r.Context(), clientIn(r), p.Currency, p.From, p.To)
	if err != nil {
		return err
	}
	return web.File(w, file.Name, "application/pdf", file.Bytes)
}

func (p statementPage) currencies() []ui.Option {
	var options []ui.Option
	for _, b := range p.Balances {
		options = append(options, ui.Option{Value: b.Currency, Label: b.Currency})
	}
	if len(options) == 0 {
		options = append(options, ui.Option{Value: p.Currency, Label: p.Currency})
	}
	return options
}

func (p statementPage) file() string {
	q := url.Values{"currency": {p.Currency}, "from": {p.From}, "to": {p.To}}
	return clientAt(p.Client.ID, "/statement/pdf?"+q.Encode())
}
