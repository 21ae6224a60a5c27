package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
)

// caseForm is what the forms about a case send.
type caseForm struct {
	Version     int64  `form:"version"`
	Client      string `form:"client"`
	Contact     string `form:"contact"`
	Subject     string `form:"subject"`
	Description string `form:"description"`
	Priority    string `form:"priority"`
	Severity    string `form:"severity"`
	Category    string `form:"category"`
	Source      string `form:"source"`
	Assignee    string `form:"assignee"`
	Choose      string `form:"choose"` // the button that chooses the client
	Files       string `form:"files"`  // what browsers send where no file is chosen
}

func (in caseForm) details() support.Details {
	return support.Details{
		Client: client.ID(in.Client), Contact: in.Contact, Subject: in.Subject, Priority: support.Priority(in.Priority), Severity: support.Severity(in.Severity),
		Category: support.CategoryID(in.Category), Source: support.Source(in.Source),
	}
}

// newCasePath is the form of a new case; to the script, the people of the client who
// is chosen in it.
const newCasePath = "/app/cases/new"

// caseFormPage is where a case is begun, or its details are changed.
type caseFormPage struct {
	view
	Stored  support.Case // its ID is empty for a new one
	In      caseForm
	Choices support.Choices
}

func (f Face) newCase(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	in := caseForm{Client: q.Get("client"), Contact: q.Get("contact"), Priority: string(support.Medium), Source: string(support.ByPhone), Assignee: who.MemberID()}
	return f.drawCase(w, r, who, http.StatusOK, caseFormPage{view: newView(w, r, who), In: in})
}

func (f Face) drawCase(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p caseFormPage) error {
	var err error
	if p.Choices, err = f.Cases.ForStaff(who).Choices(r.Context(), client.ID(p.In.Client)); err != nil {
		return err
	}
	if p.Stored.ID != "" {
		return p.drawerOrPage(w, r, status, p.title(), caseEditView(p))
	}
	if p.Fragment {
		return web.Render(w, r, status, caseContact(p))
	}
	return p.page(w, r, status, p.title(), caseNewView(p))
}

func (f Face) postCase(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in caseForm
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		err = talk.TooLarge()
	}
	if err == nil && in.Choose != "" {
		in.Contact = ""
		return f.drawCase(w, r, who, http.StatusOK, caseFormPage{view: newView(w, r, who), In: in})
	}
	var made support.ID
	if err == nil {
		var uploads []document.Upload
		if uploads, err = talk.Uploads(r); err == nil {
			made, err = f.Cases.ForStaff(who).Raise(r.Context(), in.details(), in.Assignee, in.Description, uploads)
		}
	}
	if problem.Is(err, problem.Invalid) {
		p := caseFormPage{view: newView(w, r, who), In: in}
		p.View = p.WithProblem(err)
		return f.drawCase(w, r, who, web.Status(err), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.case_raised")
	web.Redirect(w, r, caseAt(made, ""))
	return nil
}

func (f Face) editCase(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, _, err := f.Cases.ForStaff(who).Get(r.Context(), caseIn(r), support.Span{})
	if err != nil {
		return err
	}
	in := caseForm{
		Version: c.Version, Client: c.Client.String(), Contact: c.Contact, Subject: c.Subject, Priority: string(c.Priority), Severity: string(c.Severity),
		Category: c.Category.String(), Source: string(c.Source),
	}
	return f.drawCase(w, r, who, http.StatusOK, caseFormPage{view: newView(w, r, who), Stored: c, In: in})
}

func (f Face) postCaseEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in caseForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Cases.ForStaff(who).Update(r.Context(), caseIn(r), in.Version, in.details())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		c, _, read := f.Cases.ForStaff(who).Get(r.Context(), caseIn(r), support.Span{})
		if read != nil {
			return read
		}
		p := caseFormPage{view: newView(w, r, who), Stored: c, In: in}
		p.In.Client = c.Client.String()
		if problem.Is(err, problem.Conflict) {
			p.In.Version = c.Version
		}
		p.View = p.WithProblem(err)
		return f.drawCase(w, r, who, web.Status(err), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, caseAt(caseIn(r), ""))
	return nil
}

func (p caseFormPage) title() string {
	if p.Stored.ID == "" {
		return p.T("cases.add")
	}
	return p.T("case.edit_title", "number", p.Stored.Number)
}

// theirs is what somebody else stored meanwhile, where it differs.
func (p caseFormPage) theirs() []ui.KeyValue {
	c := p.Stored
	if p.Problem == nil || p.Problem.Kind != problem.Conflict {
		return nil
	}
	var items []ui.KeyValue
	for _, f := range []struct{ field, stored, typed, says string }{
		{"subject", c.Subject, p.In.Subject, c.Subject}, {"contact", c.Contact, p.In.Contact, c.ContactName},
		{"priority", string(c.Priority), p.In.Priority, p.T("priority." + string(c.Priority))},
		{"severity", string(c.Severity), p.In.Severity, p.T("case.severity." + orNone(string(c.Severity)))},
		{"category", c.Category.String(), p.In.Category, c.CategoryName}, {"source", string(c.Source), p.In.Source, p.T("case.source_" + string(c.Source))},
	} {
		if f.stored != f.typed {
			items = append(items, ui.KeyValue{Key: p.T("case." + f.field), Value: orDash(f.says)})
		}
	}
	return items
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// field is one of the form's.
func (p caseFormPage) field(name, value string) ui.Field {
	return ui.Field{Name: name, Label: p.T("case." + name), Value: value, Error: p.Error(name)}
}

// categories are those to choose from, with the one that the case has already.
func (p caseFormPage) categories() []ui.Option {
	return withChosen(records(p.T("case.category.none"), p.Choices.Categories), p.Stored.Category.String(), p.Stored.CategoryName)
}

func (p caseFormPage) severities() []ui.Option {
	options := []ui.Option{{Label: p.T("case.severity.none")}}
	for _, s := range support.Severities {
		options = append(options, ui.Option{Value: string(s), Label: p.T("case.severity." + string(s))})
	}
	return options
}

func (p caseFormPage) sources() []ui.Option {
	var options []ui.Option
	for _, s := range support.Sources {
		options = append(options, ui.Option{Value: string(s), Label: p.T("case.source_" + string(s))})
	}
	return options
}
