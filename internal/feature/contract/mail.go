package contract

import (
	"context"
	"slices"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// The kinds of mail about contracts.
const (
	mailInvite     = "contract_invite"
	mailReminder   = "contract_reminder"
	mailCode       = "contract_code"
	mailSigned     = "contract_signed"
	mailDeclined   = "contract_declined"
	mailLapsed     = "contract_lapsed"
	mailOver       = "contract_over"
	mailReplaced   = "contract_replaced"
	mailWithdrawn  = "contract_withdrawn"
	mailCancelled  = "contract_cancelled"
	mailTerminated = "contract_terminated"
	mailExecuted   = "contract_executed"
	mailExpiring   = "contract_expiring"
	mailStuck      = "contract_stuck"
)

// WriteMail says who writes the mails.
func (f Feature) WriteMail(o *outbox.Outbox) {
	o.Write(mailInvite, f.writeTurn)
	o.Write(mailReminder, f.writeTurn)
	o.Write(mailCode, f.writeCode)
	o.Write(mailExecuted, f.writeExecuted)
	for _, kind := range []string{mailOver, mailReplaced, mailWithdrawn, mailCancelled, mailTerminated} {
		o.Write(kind, f.writeNews)
	}
	for _, kind := range []string{mailSigned, mailDeclined, mailLapsed, mailExpiring, mailStuck} {
		o.Write(kind, f.writeForStaff)
	}
}

// post puts a mail to a signatory in the outbox.
func (c Contract) post(ctx context.Context, tx scope.Tx, by recorder, s Signatory, kind string, params map[string]any) error {
	m := auth.Mail{Kind: kind, Client: c.Client.String(), Params: map[string]any{"contract": c.ID, "signatory": s.ID, "number": s.Number}}
	for name, value := range params {
		m.Params[name] = value
	}
	if s.ByLink() {
		m.Email = s.Email
		return by.Post(ctx, tx, m)
	}
	m.Identity = s.Identity
	if s.Contact != "" {
		identity, err := scope.One(ctx, tx, identityOfContact, tx.WithClient(c.Client.String(), scope.Args{"person": s.Contact}), scope.Value[string])
		if err != nil {
			return err
		}
		m.Identity = identity
	}
	return by.Post(ctx, tx, m)
}

// tell mails everybody who has heard of the version.
func (c Contract) tell(ctx context.Context, tx scope.Tx, by recorder, kind string) error {
	return c.tellOthers(ctx, tx, by, kind, "")
}

// tellOthers is tell but for one of them, and for the member whose own act it is.
func (c Contract) tellOthers(ctx context.Context, tx scope.Tx, by recorder, kind string, but SignatoryID) error {
	people, err := c.signatories(ctx, tx, c.Nth)
	if err != nil {
		return err
	}
	for _, s := range people {
		if s.ID == but || own(by, s) || s.Turn == Delegated || s.Invited.IsZero() && kind != mailExecuted {
			continue
		}
		if err := c.post(ctx, tx, by, s, kind, nil); err != nil {
			return err
		}
	}
	return nil
}

// own tells whether it is a signatory of ours who does something.
func own(by recorder, s Signatory) bool {
	member, ok := by.(auth.Staff)
	return ok && s.Side == Ours && s.Identity == member.ID()
}

// tellSender mails who sent the version, or who may write contracts where they are
// gone. More are names and values that the mail is written with.
func (c Contract) tellSender(ctx context.Context, tx scope.Tx, by recorder, kind string, more ...string) error {
	people, err := scope.List(ctx, tx, listSenders, tx.WithClient(c.Client.String(), scope.Args{"contract": c.ID, "number": c.Nth}), scope.Value[string])
	if err != nil {
		return err
	}
	params := map[string]any{"contract": c.ID, "number": c.Nth}
	for pair := range slices.Chunk(more, 2) {
		params[pair[0]] = pair[1]
	}
	for _, identity := range people {
		if err := by.Post(ctx, tx, auth.Mail{Kind: kind, Identity: identity, Client: c.Client.String(), Params: params}); err != nil {
			return err
		}
	}
	return nil
}

// about reads what a mail is about; outbox.ErrNoPoint when there is no such thing,
// or when it is about a version that is out no more.
func about(ctx context.Context, tx scope.Tx, w outbox.Wanted) (c Contract, me Signatory, err error) {
	contract := ID(w.Params["contract"])
	if !id.Valid(contract.String()) {
		return c, me, outbox.ErrNoPoint
	}
	c, err = scope.One(ctx, tx, readContract, scope.Args{"contract": contract}, scanContract)
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if err == nil && w.Params["number"] != strconv.FormatInt(c.Nth, 10) {
		err = outbox.ErrNoPoint
	}
	if err != nil || w.Params["signatory"] == "" {
		return c, me, err
	}
	me, err = scope.One(ctx, tx, readSignatory, scope.Args{"signatory": w.Params["signatory"]}, scanSignatory)
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return c, me, err
	}
	may, err := c.mayRead(ctx, tx, me)
	if err == nil && !may {
		err = outbox.ErrNoPoint
	}
	return c, me, err
}

// mayRead asks once more whether a contact or a member may know of contracts; a
// guest always may.
func (c Contract) mayRead(ctx context.Context, tx scope.Tx, me Signatory) (bool, error) {
	query, args := isMember, scope.Args{"person": me.Identity}
	switch {
	case me.Side == Theirs && me.Contact == "":
		return true, nil
	case me.Side == Theirs:
		query, args = mayReadContracts, tx.WithClient(c.Client.String(), scope.Args{"person": me.Contact})
	}
	n, err := scope.One(ctx, tx, query, args, scope.Value[int])
	return n > 0, err
}

// chainHead is the last hash of the log that is in the sealed file.
func chainHead(links []Link) string {
	for _, l := range slices.Backward(links) {
		if a, err := l.Act(); err == nil && a.Kind == "sealed" {
			return a.Facts["chain_head"]
		}
	}
	return ""
}

// at is where a signatory finds the contract; a link is made for who has no login.
func (c Contract) at(ctx context.Context, who auth.System, tx scope.Tx, me Signatory) (string, error) {
	switch {
	case me.ID == "", me.Side == Ours:
		return who.Site().AppURL("/app/contracts/" + c.ID.String()), nil
	case me.Contact != "":
		return who.Site().PortalURL("/portal/contracts/" + c.ID.String()), nil
	}
	if _, err := tx.Exec(ctx, voidLinksOf, scope.Args{"signatory": me.ID}); err != nil {
		return "", err
	}
	token := id.NewSecret()
	_, err := tx.Exec(ctx, insertSigningLink, scope.Args{
		"id": who.NewID(), "contract": c.ID, "client": c.Client, "signatory": me.ID, "hash": token.Hash(),
	})
	return who.Site().PortalURL("/sign/" + token.Reveal()), err
}

// named are the words that most sentences about a contract need.
func (c Contract) named(who auth.System, p lang.Printer) []any {
	return []any{
		"workspace", who.Site().Name, "client", c.ClientName, "name", c.Name, "number", c.Number, "reason", c.Reason, "day", sayDay(p, c.SignBy),
	}
}

// writeTurn asks somebody to sign or approve.
func (f Feature) writeTurn(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	c, me, err := about(ctx, tx, w)
	if err == nil && (!me.Due() || me.Number != c.Nth || c.State != Pending && c.State != Signed) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	url, err := c.at(ctx, who, tx, me)
	if err != nil {
		return outbox.Letter{}, err
	}
	args := c.named(who, p)
	subject, text := p.T("mail."+w.Kind+".subject_signer", args...), p.T("mail."+w.Kind+".text_signer", args...)
	switch {
	case me.Side == Theirs && me.Role == Approver:
		subject, text = p.T("mail."+w.Kind+".subject_approver", args...), p.T("mail."+w.Kind+".text_approver", args...)
	case me.Side == Ours && me.Role == Approver:
		subject, text = p.T("mail."+w.Kind+".subject_ours", args...), p.T("mail."+w.Kind+".text_ours_approver", args...)
	case me.Side == Ours:
		subject, text = p.T("mail."+w.Kind+".subject_ours", args...), p.T("mail."+w.Kind+".text_ours_signer", args...)
	}
	l := outbox.Letter{
		Subject: subject, Name: me.Name, Title: p.T("mail."+w.Kind+".title", args...), Paragraphs: []string{text},
		Action: p.T("mail.contract.open"), URL: url,
	}
	if c.Nth > 1 {
		l.Paragraphs = append(l.Paragraphs, p.T("mail.contract.newer", args...))
	}
	if c.SignBy != "" {
		l.Paragraphs = append(l.Paragraphs, p.T("mail.contract.by", args...))
	}
	if me.ByLink() {
		l.Small = append(l.Small, p.T("mail.contract.link_small", args...))
	}
	return l, nil
}

// writeCode mails a code to sign with; it is made now, and only its hash is kept.
func (f Feature) writeCode(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	if err := lock(ctx, tx, ID(w.Params["contract"])); err != nil {
		return outbox.Letter{}, err
	}
	c, me, err := about(ctx, tx, w)
	if err == nil && (!me.Due() || tx.Now().Sub(w.CreatedAt) > codeLife) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	code, err := newCode()
	if err != nil {
		return outbox.Letter{}, err
	}
	if _, err := tx.Exec(ctx, keepCode, scope.Args{
		"signatory": me.ID, "client": c.Client, "hash": codeHash(me.ID, code), "until": tx.Now().Add(codeLife),
	}); err != nil {
		return outbox.Letter{}, err
	}
	if err := c.append(ctx, tx, who, Actor{Kind: "system"}, "code_sent", map[string]string{"signatory": me.ID.String(), "email": w.Email}); err != nil {
		return outbox.Letter{}, err
	}
	args := append(c.named(who, p), "code", code[:3]+" "+code[3:], "minutes", int(codeLife.Minutes()))
	return outbox.Letter{
		Subject: p.T("mail.contract_code.subject", args...), Name: me.Name, Title: p.T("mail.contract_code.title", args...),
		Paragraphs: []string{code[:3] + " " + code[3:], p.T("mail.contract_code.text", args...)}, Small: []string{p.T("mail.contract_code.small", args...)},
	}, nil
}

// writeNews tells a signatory that there is nothing to sign any more, or that it
// has ended.
func (f Feature) writeNews(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	c, me, err := about(ctx, tx, w)
	if err != nil {
		return outbox.Letter{}, err
	}
	args := c.named(who, p)
	text := p.T("mail."+w.Kind+".text", args...)
	if me.Side == Ours {
		text = p.T("mail."+w.Kind+".text_ours", args...)
	}
	l := outbox.Letter{Subject: p.T("mail."+w.Kind+".subject", args...), Name: me.Name, Title: p.T("mail."+w.Kind+".title", args...), Paragraphs: []string{text}}
	if c.Reason != "" {
		l.Paragraphs = append(l.Paragraphs, p.T("mail.contract.reason", args...))
	}
	if !me.ByLink() && me.Turn != Delegated && c.State != Draft && c.State != Cancelled {
		l.Action = p.T("mail.contract.open")
		l.URL, err = c.at(ctx, who, tx, me)
	}
	return l, err
}

// largestMailed is the most bytes of a file that mail servers can be relied on to
// take; a larger one is fetched from its page.
const largestMailed = 10 << 20

// writeExecuted sends the sealed file to a party, or says where it is.
func (f Feature) writeExecuted(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	c, me, err := about(ctx, tx, w)
	if err == nil && c.sealedID == "" {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	v, err := c.fixed(ctx, tx)
	if err != nil {
		return outbox.Letter{}, err
	}
	links, err := scope.List(ctx, tx, listLinks, scope.Args{"contract": c.ID, "client": c.Client}, scanLink)
	if err != nil {
		return outbox.Letter{}, err
	}
	sealed, err := document.Find(ctx, tx, c.sealedID)
	if err != nil {
		return outbox.Letter{}, err
	}
	enclosed, text := true, "mail.contract_executed.text"
	if sealed.Size() > largestMailed {
		enclosed, text = false, "mail.contract_executed.text_large"
	}
	args := c.named(who, p)
	l := outbox.Letter{
		Subject: p.T("mail.contract_executed.subject", args...), Name: me.Name, Title: p.T("mail.contract_executed.title", args...),
		Paragraphs: []string{p.T(text, args...)},
		Small: []string{
			p.T("mail.contract_executed.hash", "hash", c.SealedHash), p.T("mail.contract_executed.head", "hash", chainHead(links)),
			p.T("mail.contract_executed.verify", "url", who.Site().PortalURL("/verify")),
		},
	}
	if !me.ByLink() || !enclosed {
		l.Action = p.T("mail.contract.open")
		if l.URL, err = c.at(ctx, who, tx, me); err != nil {
			return l, err
		}
	}
	if !enclosed {
		return l, nil
	}
	l.Files = func(ctx context.Context) ([]mail.File, error) {
		bytes, err := f.bytes(ctx, who.Read, c.sealedID, c.Client.String())
		return []mail.File{{Name: v.snapshot.FileName(), MediaType: pdfType, Bytes: bytes}}, err
	}
	return l, nil
}

// writeForStaff tells a staff member of a contract.
func (f Feature) writeForStaff(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	c, _, err := about(ctx, tx, w)
	if err == nil && w.Kind == mailStuck && c.Seal != Failed {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	args := append(c.named(who, p), "problem", c.SealProblem, "end", sayDay(p, civil.Date(w.Params["day"])))
	l := outbox.Letter{
		Subject: p.T("mail."+w.Kind+".subject", args...), Title: p.T("mail."+w.Kind+".title", args...), Paragraphs: []string{p.T("mail."+w.Kind+".text", args...)},
		Action: p.T("mail.contract.open"), URL: who.Site().AppURL("/app/contracts/" + c.ID.String()),
	}
	if w.Kind == mailDeclined && c.Reason != "" {
		l.Paragraphs = append(l.Paragraphs, p.T("mail.contract.reason", args...))
	}
	return l, nil
}
