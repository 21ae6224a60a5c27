package app

import (
	"io"
	"net/http"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mark"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
)

// signPage is where a member of the business signs or approves.
type signPage struct {
	view
	Paper contract.Paper
	Doc   prose.Doc
	In    signForm
}

// signForm is what it sends, besides a picture.
type signForm struct {
	Name    string `form:"name"`
	Kind    string `form:"kind"`
	Face    string `form:"face"`
	Strokes string `form:"strokes"`
	Consent bool   `form:"consent"`
	SHA256  string `form:"sha256"`
}

func (f Face) drawSignature(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, in signForm, trouble error) error {
	paper, err := f.Contracts.ForStaff(who).Paper(r.Context(), contractIn(r))
	if err != nil {
		return err
	}
	p := signPage{view: newView(w, r, who), Paper: paper, In: in}
	if p.Doc, err = paper.Snapshot.Prose(); err != nil {
		return err
	}
	p.View = p.WithProblem(trouble)
	p.Loads = []string{"reading.css", "sign.css", "sign.js"}
	return p.page(w, r, status, p.T("contract.countersign.title", "name", paper.Contract.Name), signView(p))
}

// postReading notes that the text was opened, and leads to it.
func (f Face) postReading(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := f.Contracts.ForStaff(who).View(r.Context(), contractIn(r)); err != nil {
		return err
	}
	web.Redirect(w, r, contractAt(contractIn(r), "/signature"))
	return nil
}

func (f Face) askSignature(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawSignature(w, r, who, http.StatusOK, signForm{Name: who.Name(), Kind: string(mark.Typed)}, nil)
}

func (f Face) postSignature(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in signForm
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		in = signForm{Name: who.Name(), Kind: string(mark.Uploaded)}
		return f.drawSignature(w, r, who, web.Status(err), in, problem.Field("image", "contract.countersign.image_large", "max", largestPicture>>20))
	}
	if err != nil {
		return err
	}
	given := contract.Signature{
		Name: in.Name, Mark: mark.Wanted{Kind: mark.Kind(in.Kind), Face: in.Face, Strokes: in.Strokes}, Consent: in.Consent, SHA256: in.SHA256,
	}
	if !slices.Contains([]mark.Kind{mark.Drawn, mark.Uploaded}, given.Mark.Kind) {
		given.Mark.Kind = mark.Typed
	}
	if file, _, err := r.FormFile("image"); err == nil && given.Mark.Kind == mark.Uploaded {
		defer file.Close()
		if given.Mark.Image, err = io.ReadAll(file); err != nil {
			return err
		}
	}
	err = f.Contracts.ForStaff(who).Sign(r.Context(), contractIn(r), given)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.drawSignature(w, r, who, web.Status(err), in, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.contract_signed")
	web.Redirect(w, r, contractAt(contractIn(r), ""))
	return nil
}

// own speaks the language of the contract, which what is agreed to is in.
func (p signPage) own() lang.Printer { return lang.For(p.Paper.Contract.Language) }

func (p signPage) consent() contract.Consent {
	return contract.ConsentIn(p.Paper.Contract.Language).For(p.Paper.Me.Role)
}

// closed says why it cannot be signed now, empty where it can.
func (p signPage) closed() string {
	known, ok := problem.As(p.Paper.Closed)
	if !ok {
		return ""
	}
	return p.Say(known.Message)
}

func (p signPage) head() ui.PageHead {
	c := p.Paper.Contract
	return ui.PageHead{
		Title: p.T("contract.countersign.title", "name", c.Name), Sub: c.Number + " · " + c.ClientName,
		Crumbs: []ui.Link{{Text: c.Number, Href: contractAt(c.ID, "")}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// marks tells whether a mark is left: who approves leaves none.
func (p signPage) marks() bool { return p.Paper.Me.Role == contract.Signer }

func (p signPage) kinds() []ui.Option {
	return []ui.Option{
		{Value: string(mark.Typed), Label: p.T("contract.countersign.typed"), Icon: "type"}, {Value: string(mark.Drawn), Label: p.T("contract.countersign.drawn"), Icon: "pen-line"},
		{Value: string(mark.Uploaded), Label: p.T("contract.countersign.uploaded"), Icon: "upload"},
	}
}
