package sign

import (
	"net/http"

	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/problem"
)

// refusal is the page on which somebody declines to sign.
type refusal struct {
	Place
	contract.Paper
	Reason string
}

// ShowRefusal asks for the reason; where there is nothing to decline it leads back.
func (p Place) ShowRefusal(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.outside(); err != nil {
		return err
	}
	paper, err := p.toSign(r)
	if err != nil {
		return err
	}
	if paper.Closed != nil {
		web.Redirect(w, r, p.At)
		return nil
	}
	return p.drawRefusal(w, r, paper, "", nil)
}

// PostRefusal declines. Whoever has declined already is told the same again.
func (p Place) PostRefusal(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		SHA256 string `form:"sha256"`
		Reason string `form:"reason"`
	}
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
	if paper.Me.Turn != contract.Refused && in.SHA256 != paper.SHA256 {
		return p.stop(w, r, paper, problem.Of(problem.Conflict, "contract.other_version"))
	}
	if paper.Me.Turn != contract.Refused {
		err = door.Decline(r.Context(), in.SHA256, in.Reason)
	}
	switch {
	case problem.Is(err, problem.Invalid), problem.Is(err, problem.Conflict):
		return p.drawRefusal(w, r, paper, in.Reason, err)
	case err != nil:
		return err
	}
	web.Flash(w, r, "flash.contract_declined", "name", paper.Snapshot.Name)
	web.Redirect(w, r, p.At)
	return nil
}

func (p Place) drawRefusal(w http.ResponseWriter, r *http.Request, paper contract.Paper, reason string, trouble error) error {
	status := http.StatusOK
	if trouble != nil {
		p.View, status = p.WithProblem(trouble), web.Status(trouble)
	}
	body := refusalView(refusal{p, paper, reason})
	if p.Fragment {
		return web.Render(w, r, status, body)
	}
	return p.draw(w, r, status, p.T("sign.refusal.title"), true, body)
}
