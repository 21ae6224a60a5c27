package app

import (
	"net/http"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
)

// contentForm is what the page of the text sends. Act is template for a text to
// start from, of a kind.
type contentForm struct {
	Version int64  `form:"version"`
	Act     string `form:"act"`
	Kind    string `form:"template"`
	Content string `form:"content"`
	File    string `form:"file"` // what browsers send of a file that is chosen for later
}

// typed is the text of the form, nil where the form had none.
func (f contentForm) typed() *string {
	if f.Version == 0 {
		return nil
	}
	return &f.Content
}

// contentPage is where the text is written.
type contentPage struct {
	contractFrame
	Written contract.Written // with the text as it is typed
	Theirs  string           // that somebody else stored meanwhile
	Kind    contract.Kind    // of the template that is offered first
	Doc     prose.Doc        // filled
}

// content reads what the page shows, with a text that was typed in place of the
// stored one if there is any.
func (f Face) content(w http.ResponseWriter, r *http.Request, who auth.Staff, typed *string) (contentPage, error) {
	written, err := f.Contracts.ForStaff(who).Written(r.Context(), contractIn(r))
	if err != nil {
		return contentPage{}, err
	}
	c := written.Contract
	p := contentPage{contractFrame: contractFrame{newView(w, r, who), c, "content", c.Version}, Written: written, Kind: c.Kind}
	p.Loads = []string{"reading.css", "prose.css", "prose.js"}
	if typed != nil {
		p.Written.Contract.Content = prose.Clean(*typed)
		p.Theirs = c.Content
	}
	return p.fill(), nil
}

// fill reads the text, with its placeholders filled. One that is too long has none.
func (p contentPage) fill() contentPage {
	p.Doc, _ = p.Written.Preview().Prose()
	return p
}

func (f Face) editContent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.content(w, r, who, nil)
	if err != nil {
		return err
	}
	if p.Stored.State != contract.Draft {
		web.Redirect(w, r, contractAt(p.Stored.ID, ""))
		return nil
	}
	return p.page(w, r, http.StatusOK, p.head().Title, contentView(p))
}

func (f Face) postContent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contentForm
	err := web.Decode(r, &form)
	if problem.Is(err, problem.TooLarge) {
		// Nothing of the text has come; the stored one is drawn, with what to do.
		return f.contentAgain(w, r, who, contentForm{}, nil, problem.Field("content", "contract.content_long", "max", contract.LongestContent/1024))
	}
	if err != nil {
		return err
	}
	trouble := f.Contracts.ForStaff(who).SaveContent(r.Context(), contractIn(r), form.Version, form.Content)
	if problem.Is(trouble, problem.Invalid) || problem.Is(trouble, problem.Conflict) {
		return f.contentAgain(w, r, who, form, &form.Content, trouble)
	}
	if trouble != nil {
		return trouble
	}
	web.Flash(w, r, "flash.contract_saved")
	web.Redirect(w, r, contractAt(contractIn(r), ""))
	return nil
}

func (f Face) contentAgain(w http.ResponseWriter, r *http.Request, who auth.Staff, form contentForm, typed *string, trouble error) error {
	p, err := f.content(w, r, who, typed)
	if err != nil {
		return err
	}
	version := form.Version
	if typed == nil {
		version = p.Version
	}
	if p.contractFrame, err = p.again(trouble, version); err != nil {
		return err
	}
	return p.page(w, r, web.Status(trouble), p.head().Title, contentView(p))
}

// postPreview shows the text as it would be sent, or a template to start from;
// nothing is saved.
func (f Face) postPreview(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contentForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	p, err := f.content(w, r, who, &form.Content)
	if err != nil {
		return err
	}
	if p.Stored.State != contract.Draft {
		return f.contractDone(w, r, who, problem.Of(problem.Conflict, "contract.sent_already"), "", "")
	}
	p.Version = form.Version
	if form.Act == "template" {
		p.Kind = contract.Kind(form.Kind)
		if text, ok := contract.Template(p.Kind, p.Stored.Language); ok && strings.TrimSpace(form.Content) == "" {
			p.Written.Contract.Content = text
			p = p.fill()
		}
	}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, contractPreview(p))
	}
	return p.page(w, r, http.StatusOK, p.head().Title, contentView(p))
}

func (p contentPage) text() string { return p.Written.Contract.Content }

// templates are the kinds of which there is a text to start from; nothing once
// there is a text.
func (p contentPage) templates() []ui.Option {
	if strings.TrimSpace(p.text()) != "" {
		return nil
	}
	var options []ui.Option
	for _, kind := range contract.Kinds {
		if _, ok := contract.Template(kind, p.Stored.Language); ok {
			options = append(options, ui.Option{Value: string(kind), Label: p.T("contract.kind_" + string(kind))})
		}
	}
	return options
}

// placeholder is one that the text can have, with what it stands for today.
type placeholder struct{ Name, Says string }

func (p contentPage) placeholders() []placeholder {
	values := p.Written.Preview().Values
	var all []placeholder
	for _, name := range contract.Placeholders {
		all = append(all, placeholder{name, values[name]})
	}
	return all
}

// does is what a button of the editor is called.
func (p contentPage) does(do string) string {
	return p.T("contract.do_" + strings.ReplaceAll(do, "-", "_"))
}
