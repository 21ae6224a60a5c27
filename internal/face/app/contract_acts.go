package app

import (
	"errors"
	"net/http"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/problem"
)

// contractAsk is a page or dialog that asks before something is done with a
// contract.
type contractAsk struct {
	view
	Contract contract.Contract
	People   []contract.Signatory
	Act      string // what is done, also the last part of its address
	In       askForm
	For      contract.Signatory // who is replaced
	Members  []contract.Choice  // who can sign for us instead
	Missing  []mend
}

// askForm is what was typed into it.
type askForm struct {
	Version int64  `form:"version"`
	Reason  string `form:"reason"`
	SignBy  string `form:"sign_by"`
	On      string `form:"on"`
	Name    string `form:"name"`
	Email   string `form:"email"`
	Member  string `form:"member"`
}

// fits tells whether it is something to ask about a contract as it stands.
func (p contractAsk) fits(c contract.Contract) bool {
	switch p.Act {
	case "sending":
		return c.State == contract.Draft
	case "removal":
		return c.State == contract.Draft && c.Nth == 0
	case "cancellation":
		return slices.Contains([]contract.State{contract.Draft, contract.Declined, contract.Lapsed, contract.Signed}, c.State) && c.Seal == contract.Unsealed
	case "termination":
		return c.State == contract.Executed
	case "replacement":
		return c.Replaceable(p.For)
	}
	return c.State == contract.Pending
}

func (p contractAsk) title() string {
	return p.T("contract.ask."+p.Act, "name", p.Contract.Name, "person", p.For.Name)
}

// text says what will happen.
func (p contractAsk) text() string {
	key := "contract.ask." + p.Act + "_text"
	switch {
	case p.Act == "cancellation" && p.Contract.State == contract.Signed:
		key = "contract.ask.cancellation_signed_text"
	case p.Act == "replacement" && p.For.Side == contract.Ours:
		key = "contract.ask.replacement_ours_text"
	}
	return p.T(key, "number", p.Contract.Number, "client", p.Contract.ClientName, "person", p.For.Name)
}

// button is what the button says that does it.
func (p contractAsk) button() ui.Button {
	b := ui.Button{Label: p.T("contract.do." + p.Act), Kind: ui.Filled}
	if slices.Contains([]string{"removal", "withdrawal", "cancellation", "termination"}, p.Act) {
		b.Kind = ui.DangerFilled
	}
	return b
}

func (p contractAsk) action() string {
	if p.Act == "replacement" {
		return replacementAt(p.Contract.ID, p.For.ID)
	}
	return contractAt(p.Contract.ID, "/"+p.Act)
}

// summary says what was wrong; of a draft that cannot be sent, that stands below.
func (p contractAsk) summary() ui.ErrorSummary {
	return p.settingsTrouble("on", "reason", "sign_by", "name", "email")
}

// first are the people whose turn it is as soon as it is sent.
func (p contractAsk) first() []contract.Signatory {
	step := 0
	for _, s := range p.People {
		if s.Acts() && (step == 0 || s.Step < step) {
			step = s.Step
		}
	}
	return slices.DeleteFunc(slices.Clone(p.People), func(s contract.Signatory) bool { return !s.Acts() || s.Step != step })
}

// sendAsk reads what sending asks: everything that it could miss.
func (f Face) sendAsk(r *http.Request, who auth.Staff, v view, p *contractAsk) error {
	written, err := f.Contracts.ForStaff(who).Written(r.Context(), contractIn(r))
	if err != nil {
		return err
	}
	p.Contract, p.People = written.Contract, written.People
	if written.Contract.State == contract.Draft {
		p.Missing = v.mends(written.Contract.ID, written.Missing())
	}
	return nil
}

func (f Face) askContract(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p contractAsk, trouble error) error {
	v := newView(w, r, who)
	if p.Act == "sending" {
		if err := f.sendAsk(r, who, v, &p); err != nil {
			return err
		}
	} else {
		var err error
		if p.Contract, p.People, err = f.Contracts.ForStaff(who).People(r.Context(), contractIn(r)); err != nil {
			return err
		}
	}
	if p.Act == "replacement" {
		n := slices.IndexFunc(p.People, func(s contract.Signatory) bool { return s.ID == signatoryIn(r) })
		if n >= 0 {
			p.For = p.People[n]
		} else if had, err := f.Contracts.ForStaff(who).Had(r.Context(), p.Contract.ID, signatoryIn(r)); err != nil || !had {
			return errors.Join(err, problem.Missing())
		} else if trouble != nil && !v.Fragment {
			// They were asked for a version that is not out any more.
			return f.contractDone(w, r, who, trouble, "", "")
		} else {
			web.Redirect(w, r, contractAt(p.Contract.ID, ""))
			return nil
		}
	}
	if trouble == nil && !p.fits(p.Contract) {
		web.Redirect(w, r, contractAt(p.Contract.ID, ""))
		return nil
	}
	if p.Act == "replacement" && p.For.Side == contract.Ours {
		choices, err := f.Contracts.ForStaff(who).Choices(r.Context(), p.Contract.Client)
		if err != nil {
			return err
		}
		p.Members = slices.DeleteFunc(choices.Members, func(m contract.Choice) bool {
			return !m.May || slices.ContainsFunc(p.People, func(s contract.Signatory) bool { return s.Identity == m.ID && s.Turn != contract.Delegated })
		})
	}
	p.view = v
	p.View = p.WithProblem(trouble)
	return p.drawerOrPage(w, r, status, p.title(), contractAskView(p))
}

// contractAsked answers what was asked: on with it, or the question again with what
// was wrong.
func (f Face) contractAsked(w http.ResponseWriter, r *http.Request, who auth.Staff, p contractAsk, err error, flash, to string) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.askContract(w, r, who, web.Status(err), p, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, to)
	return nil
}

func signatoryIn(r *http.Request) contract.SignatoryID {
	return contract.SignatoryID(r.PathValue("signatory"))
}

func (f Face) askContractSending(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askContract(w, r, who, http.StatusOK, contractAsk{Act: "sending"}, nil)
}

func (f Face) postContractSending(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Version int64 `form:"version"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Contracts.ForStaff(who).Send(r.Context(), contractIn(r), in.Version)
	return f.contractAsked(w, r, who, contractAsk{Act: "sending"}, err, "flash.contract_sent", contractAt(contractIn(r), ""))
}

func (f Face) askContractRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askContract(w, r, who, http.StatusOK, contractAsk{Act: "removal"}, nil)
}

func (f Face) postContractRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Contracts.ForStaff(who).Discard(r.Context(), contractIn(r))
	return f.contractAsked(w, r, who, contractAsk{Act: "removal"}, err, "flash.contract_discarded", "/app/contracts")
}

// reasoned reads a form that asks for a reason alone.
func reasoned(r *http.Request) (askForm, error) {
	var in struct {
		Reason string `form:"reason"`
	}
	err := web.Decode(r, &in)
	return askForm{Reason: in.Reason}, err
}

func (f Face) askWithdrawal(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askContract(w, r, who, http.StatusOK, contractAsk{Act: "withdrawal"}, nil)
}

func (f Face) postWithdrawal(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	in, err := reasoned(r)
	if err != nil {
		return err
	}
	err = f.Contracts.ForStaff(who).Withdraw(r.Context(), contractIn(r), in.Reason)
	return f.contractAsked(w, r, who, contractAsk{Act: "withdrawal", In: in}, err, "flash.contract_withdrawn", contractAt(contractIn(r), ""))
}

func (f Face) askCancellation(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askContract(w, r, who, http.StatusOK, contractAsk{Act: "cancellation"}, nil)
}

func (f Face) postCancellation(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	in, err := reasoned(r)
	if err != nil {
		return err
	}
	err = f.Contracts.ForStaff(who).Cancel(r.Context(), contractIn(r), in.Reason)
	return f.contractAsked(w, r, who, contractAsk{Act: "cancellation", In: in}, err, "flash.contract_cancelled", contractAt(contractIn(r), ""))
}

func (f Face) askTermination(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askContract(w, r, who, http.StatusOK, contractAsk{Act: "termination", In: askForm{On: string(newView(w, r, who).today())}}, nil)
}

func (f Face) postTermination(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		On     string `form:"on"`
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Contracts.ForStaff(who).Terminate(r.Context(), contractIn(r), in.On, in.Reason)
	return f.contractAsked(w, r, who, contractAsk{Act: "termination", In: askForm{On: in.On, Reason: in.Reason}}, err, "flash.contract_terminated", contractAt(contractIn(r), ""))
}

func (f Face) askDeadline(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := f.Contracts.ForStaff(who).Get(r.Context(), contractIn(r))
	if err != nil {
		return err
	}
	return f.askContract(w, r, who, http.StatusOK, contractAsk{Act: "deadline", In: askForm{SignBy: string(c.SignBy)}}, nil)
}

func (f Face) postDeadline(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		SignBy string `form:"sign_by"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Contracts.ForStaff(who).SetSignBy(r.Context(), contractIn(r), in.SignBy)
	return f.contractAsked(w, r, who, contractAsk{Act: "deadline", In: askForm{SignBy: in.SignBy}}, err, "flash.contract_saved", contractAt(contractIn(r), ""))
}

func (f Face) askReplacement(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askContract(w, r, who, http.StatusOK, contractAsk{Act: "replacement"}, nil)
}

func (f Face) postReplacement(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Name   string `form:"name"`
		Email  string `form:"email"`
		Member string `form:"member"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Contracts.ForStaff(who).Replace(r.Context(), contractIn(r), signatoryIn(r), contract.Substitute(in))
	return f.contractAsked(w, r, who, contractAsk{Act: "replacement", In: askForm{Name: in.Name, Email: in.Email, Member: in.Member}}, err, "flash.contract_replaced", contractAt(contractIn(r), ""))
}

func (f Face) postContractReminder(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.contractDone(w, r, who, f.Contracts.ForStaff(who).Remind(r.Context(), contractIn(r)), "flash.contract_reminded", contractAt(contractIn(r), ""))
}

func (f Face) postRevision(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.contractDone(w, r, who, f.Contracts.ForStaff(who).Revise(r.Context(), contractIn(r)), "flash.contract_revised", contractAt(contractIn(r), "/content"))
}

func (f Face) postSeal(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.contractDone(w, r, who, f.Contracts.ForStaff(who).RetrySeal(r.Context(), contractIn(r)), "flash.contract_sealing", contractAt(contractIn(r), ""))
}
