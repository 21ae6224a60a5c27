package app

import (
	"net/http"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

// quoteForm is what the form of a quote sends.
type quoteForm struct {
	Seen       string `form:"seen"`
	Price      string `form:"price"`
	Currency   string `form:"currency"`
	Hours      string `form:"hours"`
	Milestone  string `form:"milestone"`
	Days       string `form:"days"`
	ValidUntil string `form:"valid_until"`
	Note       string `form:"note"`
}

func (in quoteForm) details() change.QuoteDetails {
	return change.QuoteDetails{
		Price: in.Price, Currency: in.Currency, Hours: in.Hours, Milestone: project.TargetID(in.Milestone), Days: in.Days, ValidUntil: in.ValidUntil, Note: in.Note,
	}
}

// quotePage is where a price is named.
type quotePage struct {
	changePage
	In quoteForm
}

// validFor is how many days a quote holds unless somebody says otherwise.
const validFor = 30

func (f Face) askQuote(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.changePage(w, r, who)
	if err != nil {
		return err
	}
	if !p.open() {
		web.Redirect(w, r, changeAt(p.Full.ID, ""))
		return nil
	}
	q := quotePage{p, quoteForm{Seen: p.Full.Thread.Seen, Currency: p.Choices.Currency, ValidUntil: string(civil.Today(p.Now).Add(validFor))}}
	if len(p.Full.Quotes) > 0 {
		last := p.Full.Quotes[0]
		q.In.Price, q.In.Currency, q.In.Note, q.In.Milestone = last.Price.Input(), last.Price.Currency, last.Note, last.Milestone.String()
		if last.Effort > 0 {
			q.In.Hours = money.Amount{Minor: last.Effort, Currency: "EUR"}.Input()
		}
		if last.MovesDays > 0 {
			q.In.Days = strconv.Itoa(last.MovesDays)
		}
	}
	return p.drawerOrPage(w, r, http.StatusOK, p.T("change.make_quote"), quoteView(q))
}

func (f Face) postQuote(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in quoteForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Changes.ForStaff(who).Quote(r.Context(), changeIn(r), change.Before{Seen: in.Seen}, in.details())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		p, read := f.changePage(w, r, who)
		if read != nil {
			return read
		}
		p.View = p.WithProblem(err)
		if problem.Is(err, problem.Conflict) {
			in.Seen = p.Full.Thread.Seen
		}
		return p.drawerOrPage(w, r, web.Status(err), p.T("change.make_quote"), quoteView(quotePage{p, in}))
	}
	return f.changeDone(w, r, who, err, "flash.change_quoted", nil)
}

func (p quotePage) milestones() []ui.Option {
	options := []ui.Option{{Label: p.T("change.no_milestone")}}
	for _, m := range p.Choices.Milestones {
		options = append(options, ui.Option{Value: m.ID.String(), Label: p.T("change.milestone_due", "name", m.Name, "date", p.onDay(m.Due))})
	}
	return options
}

// changeAsk asks before a request is agreed to without a price, or rejected.
type changeAsk struct {
	changePage
	Act   string // agreement or rejection, also the last part of its address
	Field string // what is asked for
	Typed string
}

func (f Face) askChange(w http.ResponseWriter, r *http.Request, who auth.Staff, ask changeAsk, trouble error) error {
	p, err := f.changePage(w, r, who)
	if err != nil {
		return err
	}
	if trouble == nil && len(p.menu().Items) == 0 {
		web.Redirect(w, r, changeAt(p.Full.ID, ""))
		return nil
	}
	status := http.StatusOK
	if trouble != nil {
		status = web.Status(trouble)
	}
	p.View = p.WithProblem(trouble)
	ask.changePage = p
	return p.drawerOrPage(w, r, status, p.T("change.ask."+ask.Act), changeAskView(ask))
}

func (f Face) askAgreement(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askChange(w, r, who, changeAsk{Act: "agreement", Field: "note"}, nil)
}

func (f Face) askRejection(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askChange(w, r, who, changeAsk{Act: "rejection", Field: "reason"}, nil)
}

func (f Face) postAgreement(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		State string `form:"state"`
		Note  string `form:"note"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Changes.ForStaff(who).Agree(r.Context(), changeIn(r), change.Before{State: change.State(in.State)}, in.Note)
	return f.changeAsked(w, r, who, changeAsk{Act: "agreement", Field: "note", Typed: in.Note}, err, "flash.change_agreed")
}

func (f Face) postRejection(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		State  string `form:"state"`
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Changes.ForStaff(who).Reject(r.Context(), changeIn(r), change.Before{State: change.State(in.State)}, in.Reason)
	return f.changeAsked(w, r, who, changeAsk{Act: "rejection", Field: "reason", Typed: in.Reason}, err, "flash.change_rejected")
}

func (f Face) changeAsked(w http.ResponseWriter, r *http.Request, who auth.Staff, ask changeAsk, err error, flash string) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.askChange(w, r, who, ask, err)
	}
	return f.changeDone(w, r, who, err, flash, nil)
}

// limitPage is above which price a quote is accepted with a name and a consent.
type limitPage struct {
	view
	In change.Limit
}

const limitPath = "/app/settings/changes"

func (f Face) showConsentLimit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	limit, err := f.Changes.ForStaff(who).Limit(r.Context())
	if err != nil {
		return err
	}
	p := limitPage{newView(w, r, who), limit}
	return p.page(w, r, http.StatusOK, p.T("change.settings"), limitView(p))
}

func (f Face) postConsentLimit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Above    string `form:"consent_above"`
		Currency string `form:"consent_currency"`
		Version  int64  `form:"version"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	limit := change.Limit{Above: in.Above, Currency: in.Currency, Version: in.Version}
	err := f.Changes.ForStaff(who).SaveLimit(r.Context(), limit)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		if problem.Is(err, problem.Conflict) {
			stored, read := f.Changes.ForStaff(who).Limit(r.Context())
			if read != nil {
				return read
			}
			limit.Version = stored.Version
		}
		p := limitPage{newView(w, r, who), limit}
		p.View = p.WithProblem(err)
		return p.page(w, r, web.Status(err), p.T("change.settings"), limitView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, limitPath)
	return nil
}
