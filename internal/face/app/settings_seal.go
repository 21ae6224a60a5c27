package app

import (
	"io"
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/problem"
)

const sealPath = "/app/settings/seal"

// largestKey is the most that the form of a key may send.
const largestKey = 128 << 10

func (f Face) sealRoutes() []web.Route {
	return []web.Route{
		web.Staff("GET", sealPath, auth.SettingsRead, nil, f.showSeal),
		web.Staff("GET", sealPath+"/root", auth.SettingsRead, nil, f.showSealRoot),
		web.Staff("POST", sealPath, auth.SettingsWrite, nil, f.postSealKey).WithBody(largestKey),
	}
}

// sealPage is what contracts are sealed with.
type sealPage struct {
	view
	Stored contract.Sealing
}

func (f Face) drawSeal(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, trouble error) error {
	stored, err := f.Contracts.ForStaff(who).Sealing(r.Context())
	if err != nil {
		return err
	}
	p := sealPage{newView(w, r, who), stored}
	p.View = p.WithProblem(trouble)
	return p.page(w, r, status, p.T("seal.title"), sealView(p))
}

func (f Face) showSeal(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawSeal(w, r, who, http.StatusOK, nil)
}

func (f Face) showSealRoot(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	root, err := f.Contracts.ForStaff(who).RootCertificate(r.Context())
	if err != nil {
		return err
	}
	return web.File(w, "root.pem", "application/x-pem-file", root)
}

func (f Face) postSealKey(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Password string `form:"password"`
	}
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		return f.drawSeal(w, r, who, web.Status(err), problem.Field("file", "seal.unfit"))
	}
	if err != nil {
		return err
	}
	var content []byte
	if file, _, err := r.FormFile("file"); err == nil {
		defer file.Close()
		if content, err = io.ReadAll(file); err != nil {
			return err
		}
	}
	err = f.Contracts.ForStaff(who).ImportKey(r.Context(), content, in.Password)
	if drawnAgain(err) {
		return f.drawSeal(w, r, who, web.Status(err), err)
	}
	if err != nil {
		return err
	}
	return settingsSaved(w, r, sealPath, "flash.seal_imported")
}

// facts are whom a seal names, and until when.
func (p sealPage) facts() []ui.KeyValue {
	tsa := ui.KeyValue{Key: p.T("seal.tsa"), Value: p.T("seal.no_tsa")}
	if p.Stored.TSA != "" {
		tsa.Value = p.Stored.TSA
	}
	c := p.Stored.Certificate
	if c == nil {
		return []ui.KeyValue{tsa}
	}
	return []ui.KeyValue{
		{Key: p.T("seal.subject"), Value: c.Subject}, {Key: p.T("seal.issuer"), Value: c.Issuer}, {Key: p.T("seal.until"), Value: p.onMoment(c.Until)},
		tsa, {Key: p.T("seal.fingerprint"), Body: mono(c.Fingerprint)},
	}
}

// origin says where the certificate comes from.
func (p sealPage) origin() string {
	switch c := p.Stored.Certificate; {
	case c == nil:
		return p.T("seal.none")
	case c.Imported:
		return p.T("seal.imported")
	default:
		return p.T("seal.own", "day", p.onMoment(c.Rotates))
	}
}
