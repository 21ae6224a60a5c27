// Package sign is where a contract is read and signed, by a contact in the portal,
// by a guest who came through a link, or by a member of the business in the app; and
// where anybody has a sealed file checked. It stands below the faces, which may not
// import one another: what a signatory sees and does is the same whichever way they
// came.
package sign

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

// Signer is a contract as whoever signs it may use it.
type Signer interface {
	Paper(ctx context.Context) (contract.Paper, error)
	View(ctx context.Context) error
	Sign(ctx context.Context, in contract.Signature) error
}

// Outsider is somebody who signs for the other side: contract.Guest, or the portal's
// door with the contract in hand. They get the file here, may decline, and may be
// asked for a code that was mailed. A member of the business is none: they withdraw
// the contract rather than decline it, and have signed in.
type Outsider interface {
	Signer
	SendCode(ctx context.Context) error
	TryCode(ctx context.Context, code string) error
	Decline(ctx context.Context, sha256, reason string) error
	File(ctx context.Context) (contract.File, error)
	Attachment(ctx context.Context, which contract.AttachmentID) (contract.File, error)
}

// Body is the most bytes of a form with a signature: a picture of a mebibyte that is
// chosen, and one that travels on from step to step.
const Body = 3 << 20

// Place is a contract where it is read and signed.
type Place struct {
	web.View
	Door   Signer
	At     string    // address of the contract
	Crumbs []ui.Link // that lead away from it
	// Shell is the frame of the pages; narrow for those of one column.
	Shell func(ctx context.Context, narrow bool) (templ.Component, error)
}

func (p Place) at(path string) string { return p.At + path }

// outside is the door of whoever signs for the other side; problem.NotFound for
// anybody else.
func (p Place) outside() (Outsider, error) {
	door, ok := p.Door.(Outsider)
	if !ok {
		return nil, problem.Missing()
	}
	return door, nil
}

// declines tells whether whoever signs may decline instead.
func (p Place) declines() bool {
	_, ok := p.Door.(Outsider)
	return ok
}

// draw answers with a page.
func (p Place) draw(w http.ResponseWriter, r *http.Request, status int, title string, narrow bool, body templ.Component) error {
	p.Loads = append(p.Loads, looks)
	shell, err := p.Shell(r.Context(), narrow)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, web.Nest(p.Document(title), shell, body))
}

// looks is the sheet of all pages here: long texts, steps, signatures.
const looks = "reading.css"

func (p Place) today() civil.Date { return civil.Today(p.Now) }

// Standing is where a contract stands, in words.
func Standing(say lang.Printer, s contract.Standing) ui.Status {
	kind := map[contract.Standing]ui.StatusKind{
		contract.Standing(contract.Pending): ui.StatusWarn, contract.Standing(contract.Signed): ui.StatusInfo, contract.Standing(contract.Declined): ui.StatusBad,
		contract.Standing(contract.Lapsed): ui.StatusBad,
		contract.Standing(contract.Draft):  ui.StatusHold, contract.IsActive: ui.StatusOK, contract.IsUpcoming: ui.StatusInfo, contract.IsExpiring: ui.StatusWarn,
	}[s]
	if kind == "" {
		kind = ui.StatusOff
	}
	return ui.Status{Kind: kind, Text: say.T("contract.standing." + string(s))}
}

// Face is what stands open to visitors: contracts behind links, and the checking of
// files.
type Face struct {
	Gate      *auth.Gate
	Contracts contract.Feature
}

// Routes are the addresses for visitors.
func (f Face) Routes() []web.Route {
	return []web.Route{
		web.Visitor("GET", "/sign/{token}", web.Objects{"token": "link"}, takeLink),
		web.Visitor("GET", "/sign", nil, f.guest(Place.Read)),
		web.Visitor("GET", "/sign/pdf", nil, f.guest(Place.Download)),
		web.Visitor("GET", "/sign/attachments/{attachment}", web.Objects{"attachment": "attachment"}, f.guest(Place.Attachment)),
		web.Visitor("GET", "/sign/signature", nil, f.guest(Place.ShowSignature)),
		web.Visitor("POST", "/sign/signature", nil, f.guest(Place.PostSignature)).WithBody(Body),
		web.Visitor("POST", "/sign/signature/code", nil, f.guest(Place.PostCode)).WithBody(Body),
		web.Visitor("GET", "/sign/refusal", nil, f.guest(Place.ShowRefusal)),
		web.Visitor("POST", "/sign/refusal", nil, f.guest(Place.PostRefusal)),
		web.Visitor("GET", "/verify", nil, f.showCheck),
		web.Visitor("POST", "/verify", nil, f.postCheck).WithBody(contract.LargestChecked + 1<<20),
		web.Visitor("GET", "/verify/root.pem", nil, f.showRoot),
	}
}
