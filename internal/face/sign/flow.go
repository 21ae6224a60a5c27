package sign

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mark"
	"foyer/internal/kernel/problem"
)

// step is a part of signing, with a form of its own.
type step string

// The steps. Who approves leaves no mark, so there is none about it.
const (
	stepRead    step = "read"
	stepDetails step = "details"
	stepMark    step = "signature"
	stepConfirm step = "confirm"
)

func stepsOf(paper contract.Paper) []step {
	if paper.Me.Role == contract.Approver {
		return []step{stepRead, stepDetails, stepConfirm}
	}
	return []step{stepRead, stepDetails, stepMark, stepConfirm}
}

// fields are the fields of each step, whose problems are told there.
var fields = map[step][]string{stepDetails: {"name", "code"}, stepMark: {"mark", "strokes", "image"}, stepConfirm: {"consent"}}

// LargestPicture is the most bytes of a picture of a signature.
const LargestPicture = 1 << 20

// signForm is what travels from step to step. Only the last one is kept anywhere.
type signForm struct {
	Step    step   `form:"step"` // that was filled in
	Back    step   `form:"back"` // that somebody wants to go back to
	SHA256  string `form:"sha256"`
	Name    string `form:"name"`
	Code    string `form:"code"`
	Mark    string `form:"mark"`
	Face    string `form:"face"`
	Strokes string `form:"strokes"`
	Picture string `form:"picture"` // that was uploaded, in Base64
	Consent bool   `form:"consent"`
	// NoImage is what browsers send where no file is chosen: a field without a name
	// of a file.
	NoImage string `form:"image"`
}

// wanted is the mark that the form asks for.
func (f signForm) wanted() mark.Wanted {
	w := mark.Wanted{Kind: mark.Kind(f.Mark), Text: f.Name, Face: string(f.face())}
	switch w.Kind {
	case mark.Drawn:
		w.Strokes = f.Strokes
	case mark.Uploaded:
		w.Image, _ = base64.StdEncoding.DecodeString(f.Picture) // what is none is no picture
	default:
		w.Kind = mark.Typed
	}
	return w
}

// face is the one that was chosen. The form offers no others, so what is none is the
// first of them: there is no field at which it could be said.
func (f signForm) face() mark.Face {
	if face := mark.Face(f.Face); slices.Contains(mark.Faces, face) {
		return face
	}
	return mark.Faces[0]
}

// signing is a step, drawn.
type signing struct {
	reading
	In   signForm
	Step step
	Sent bool   // a code was mailed just now
	Seen string // the mark as it will be, as an address
}

// ShowSignature shows the first step, in which the contract is read. There is
// nothing to sign where it is nobody's turn, so it leads back then.
func (p Place) ShowSignature(w http.ResponseWriter, r *http.Request) error {
	paper, err := p.toSign(r)
	if err != nil {
		return err
	}
	if paper.Closed != nil {
		web.Redirect(w, r, p.At)
		return nil
	}
	page, err := p.reading(paper)
	if err != nil {
		return err
	}
	page.Steps = stepsOf(paper)
	return p.draw(w, r, http.StatusOK, page.flowTitle(), false, firstView(signing{reading: page, Step: stepRead}))
}

// toSign is the paper of who is to sign it; problem.NotFound for anybody else.
func (p Place) toSign(r *http.Request) (contract.Paper, error) {
	paper, err := p.Door.Paper(r.Context())
	if err == nil && (paper.Me.ID == "" || paper.Me.Role == contract.Copy) {
		err = problem.Missing()
	}
	return paper, err
}

// PostSignature takes a step and shows the next one; after the last it is signed.
func (p Place) PostSignature(w http.ResponseWriter, r *http.Request) error {
	var in signForm
	decoded := web.Decode(r, &in)
	paper, err := p.toSign(r)
	switch {
	case err != nil:
		return err
	case problem.Is(decoded, problem.TooLarge):
		return p.tooLarge(w, r, paper)
	case decoded != nil:
		return decoded
	}
	if done, err := p.stops(w, r, paper, in); done {
		return err
	}
	steps := stepsOf(paper)
	if in.Back != "" {
		if !slices.Contains(steps, in.Back) {
			return problem.Of(problem.Malformed, "problem.bad_request")
		}
		return p.drawStep(w, r, paper, in, in.Back, nil)
	}
	now := slices.Index(steps, in.Step)
	if now < 0 {
		return problem.Of(problem.Malformed, "problem.bad_request")
	}
	if err := p.take(r, paper, &in); err != nil {
		return p.refuse(w, r, paper, in, err)
	}
	if in.Step == stepConfirm {
		return p.leave(w, r, paper)
	}
	return p.drawStep(w, r, paper, in, steps[now+1], nil)
}

// stops answers where nothing is to be signed: whoever has signed is told the same
// as the first time, and anything else says what to do.
func (p Place) stops(w http.ResponseWriter, r *http.Request, paper contract.Paper, in signForm) (bool, error) {
	switch {
	case paper.Me.Turn == contract.HasSigned:
		return true, p.leave(w, r, paper)
	case paper.Closed != nil:
		return true, p.stop(w, r, paper, paper.Closed)
	case in.SHA256 != paper.SHA256:
		return true, p.stop(w, r, paper, problem.Of(problem.Conflict, "contract.other_version"))
	}
	return false, nil
}

// take does what a step is for.
func (p Place) take(r *http.Request, paper contract.Paper, in *signForm) error {
	switch in.Step {
	case stepRead:
		return p.Door.View(r.Context())
	case stepDetails:
		return p.takeDetails(r, paper, in)
	case stepMark:
		return takeMark(r, in)
	}
	return p.Door.Sign(r.Context(), contract.Signature{Name: in.Name, Mark: in.wanted(), Consent: in.Consent, SHA256: in.SHA256, Code: in.Code})
}

func (p Place) takeDetails(r *http.Request, paper contract.Paper, in *signForm) error {
	var f problem.Fields
	in.Name = contract.ReadName(&f, in.Name)
	if paper.NeedCode {
		door, err := p.outside()
		if err != nil {
			return err
		}
		err = door.TryCode(r.Context(), in.Code)
		found, known := problem.As(err)
		if err != nil && (!known || found.Kind != problem.Invalid) {
			return err
		}
		if known {
			for field, m := range found.Fields {
				f.Add(field, m.Key, m.Args...)
			}
		}
	}
	return f.Err()
}

// takeMark reads the mark, so that what is wrong with it is told where it is made.
func takeMark(r *http.Request, in *signForm) error {
	var f problem.Fields
	in.Name = contract.ReadName(&f, in.Name)
	switch mark.Kind(in.Mark) {
	case mark.Drawn:
		if strings.TrimSpace(in.Strokes) == "" {
			f.Add("strokes", "sign.draw.none")
		}
	case mark.Uploaded:
		takePicture(r, in, &f)
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err := mark.Make(in.wanted())
	if problem.Is(err, problem.Invalid) {
		in.Picture = "" // what is of no use is not kept
	}
	return err
}

func takePicture(r *http.Request, in *signForm, f *problem.Fields) {
	file, head, err := r.FormFile("image")
	if err != nil {
		if in.Picture == "" {
			f.Add("image", "sign.upload.none")
		}
		return
	}
	defer file.Close()
	if head.Size > LargestPicture {
		f.Add("image", "sign.upload.large")
		return
	}
	var content bytes.Buffer
	if _, err := io.Copy(&content, file); err != nil {
		f.Add("image", "sign.upload.none")
		return
	}
	in.Picture = base64.StdEncoding.EncodeToString(content.Bytes())
}

// refuse answers a step that was not taken: at its field, or by what to do instead.
func (p Place) refuse(w http.ResponseWriter, r *http.Request, paper contract.Paper, in signForm, err error) error {
	found, known := problem.As(err)
	switch {
	case !known:
		return err
	case found.Kind == problem.Conflict && found.Message.Key == "contract.signed_already":
		return p.leave(w, r, paper)
	case found.Kind == problem.Conflict:
		return p.stop(w, r, paper, err)
	case found.Kind != problem.Invalid:
		return err
	}
	at := in.Step
	if at == stepConfirm {
		for _, s := range stepsOf(paper) {
			if slices.ContainsFunc(fields[s], func(field string) bool { _, is := found.Fields[field]; return is }) {
				at = s
				break
			}
		}
	}
	return p.drawStep(w, r, paper, in, at, err)
}

// tooLarge draws the step of the mark again for a picture that was not even read.
func (p Place) tooLarge(w http.ResponseWriter, r *http.Request, paper contract.Paper) error {
	if done, err := p.stops(w, r, paper, signForm{SHA256: paper.SHA256}); done {
		return err
	}
	large := problem.Field("image", "sign.upload.large")
	large.Kind = problem.TooLarge
	in := signForm{Step: stepMark, SHA256: paper.SHA256, Name: paper.Me.Name, Mark: string(mark.Uploaded)}
	return p.drawStep(w, r, paper, in, stepMark, large)
}

// PostCode mails a code and shows the step again in which it is entered.
func (p Place) PostCode(w http.ResponseWriter, r *http.Request) error {
	var in signForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	door, err := p.outside()
	if err != nil {
		return err
	}
	paper, err := p.toSign(r)
	if err != nil {
		return err
	}
	if done, err := p.stops(w, r, paper, in); done {
		return err
	}
	if err := door.SendCode(r.Context()); err != nil {
		return p.refuse(w, r, paper, in, err)
	}
	page, err := p.stepPage(paper, in, stepDetails)
	if err != nil {
		return err
	}
	page.Sent = true
	return p.draw(w, r, http.StatusOK, page.flowTitle(), true, stepView(page))
}

func (p Place) stepPage(paper contract.Paper, in signForm, at step) (signing, error) {
	read, err := p.reading(paper)
	read.Steps = stepsOf(paper)
	page := signing{reading: read, In: in, Step: at}
	if page.In.Name == "" && in.Step != stepDetails {
		page.In.Name = paper.Me.Name
	}
	if page.In.Mark == "" {
		page.In.Mark = string(mark.Typed)
	}
	page.In.Face = string(page.In.face())
	return page, err
}

// drawStep answers with a step; trouble is what was wrong with it.
func (p Place) drawStep(w http.ResponseWriter, r *http.Request, paper contract.Paper, in signForm, at step, trouble error) error {
	status := http.StatusOK
	if trouble != nil {
		p.View, status = p.WithProblem(trouble), web.Status(trouble)
	}
	page, err := p.stepPage(paper, in, at)
	if err != nil {
		return err
	}
	if at == stepRead {
		return p.draw(w, r, status, page.flowTitle(), false, firstView(page))
	}
	if at == stepConfirm && paper.Me.Role == contract.Signer {
		if made, err := mark.Make(page.In.wanted()); err == nil && len(made.PNG) > 0 {
			page.Seen = "data:image/png;base64," + base64.StdEncoding.EncodeToString(made.PNG)
		}
	}
	if at == stepMark {
		p.Loads = []string{"sign.css", "sign.js"}
	}
	return p.draw(w, r, status, page.flowTitle(), true, stepView(page))
}

// leave leads to the contract, which says that it is signed.
func (p Place) leave(w http.ResponseWriter, r *http.Request, paper contract.Paper) error {
	flash := "flash.contract_signed"
	if paper.Me.Role == contract.Approver {
		flash = "flash.contract_approved"
	}
	web.Flash(w, r, flash, "name", paper.Snapshot.Name)
	web.Redirect(w, r, p.At)
	return nil
}

// stopped says why nothing is signed, and what to do.
type stopped struct {
	Place
	contract.Paper
	Text, Do string
}

func (p Place) stop(w http.ResponseWriter, r *http.Request, paper contract.Paper, why error) error {
	found, known := problem.As(why)
	if !known {
		return why
	}
	page := stopped{p, paper, p.Say(found.Message), p.T("sign.stop.open")}
	if found.Message.Key == "contract.other_version" {
		page.Do = p.T("sign.stop.again")
	}
	return p.draw(w, r, http.StatusConflict, p.T("sign.stop.title"), true, stopView(page))
}

func (p reading) flowTitle() string {
	return p.T("sign.title."+string(p.Me.Role), "name", p.Snapshot.Name)
}

// flowHead is the head of the steps after the first.
func (p signing) flowHead() ui.PageHead {
	crumbs := append(slices.Clone(p.Crumbs), ui.Link{Text: p.Snapshot.Name, Href: p.At})
	return ui.PageHead{Title: p.T("sign.step." + string(p.Step) + ".title"), Crumbs: crumbs, CrumbsLabel: p.T("ui.crumbs")}
}

// place is where the step stands among the others.
func (p signing) place() int { return slices.Index(p.Steps, p.Step) }

// back is the step before this one.
func (p signing) back() step { return p.Steps[max(0, p.place()-1)] }

// summary lists what is wrong with the step.
func (p signing) summary() ui.ErrorSummary {
	names := fields[p.Step]
	if p.Step == stepMark {
		names = append([]string{"name"}, names...)
	}
	items := p.ErrorItems(names...)
	if len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// carried are the values of the other steps, which travel along.
func (p signing) carried() []ui.Hidden {
	all := []ui.Hidden{p.Hidden(), {Name: "step", Value: string(p.Step)}, {Name: "sha256", Value: p.In.SHA256}}
	add := func(name, value string) {
		if value != "" {
			all = append(all, ui.Hidden{Name: name, Value: value})
		}
	}
	if p.Step == stepConfirm {
		add("name", p.In.Name)
	}
	if p.Step != stepDetails {
		add("code", p.In.Code)
	}
	if p.Step != stepMark {
		add("mark", p.In.Mark)
		add("face", p.In.Face)
		add("strokes", p.In.Strokes)
	}
	add("picture", p.In.Picture)
	return all
}

// consent is what is agreed to, in the contract's language.
func (p signing) consent() contract.Consent {
	return contract.ConsentOf(p.Me, p.Snapshot.Language)
}

// agree is what the last button says: the words that the sentence beside it
// names, so in the contract's language.
func (p signing) agree() string {
	return lang.For(p.Snapshot.Language).T("sign.agree." + string(p.Me.Role))
}

// code is the field of the mailed code.
func (p signing) code() ui.TextField {
	return ui.TextField{
		Name: "code", Label: p.T("sign.code"), Value: p.In.Code, Error: p.Error("code"), Hint: p.codeHint(), Required: true, Short: true,
		Autocomplete: "one-time-code", InputMode: "numeric", Dir: "ltr", MaxLength: 16,
	}
}

// mailed tells whether a code is known to have been mailed.
func (p signing) mailed() bool { return p.Sent || p.In.Code != "" }

func (p signing) codeHint() string {
	if p.mailed() {
		return p.T("sign.code_hint", "email", p.Me.Email)
	}
	return p.T("sign.code_hint_first", "email", p.Me.Email)
}

func (p signing) name() ui.TextField {
	f := ui.TextField{
		Name: "name", Label: p.T("sign.name"), Value: p.In.Name, Error: p.Error("name"), Autocomplete: "name", Required: true, MaxLength: contract.LongestName,
		Hint: p.T("sign.name_hint"),
	}
	if p.Step == stepMark {
		f.Hint, f.Attrs = "", map[string]any{"data-mark-name": true}
	}
	return f
}
