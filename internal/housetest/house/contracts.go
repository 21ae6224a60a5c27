package house

import (
	"encoding/json"
	"fmt"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mark"
	"foyer/internal/kernel/scope"
)

// signing are the roles whose members sign for the workspace.
var signing = []auth.Role{auth.Owner, auth.Admin, auth.Finance, auth.Project}

// contracts agrees with a client: a draft that they do not see, one that waits for
// the client and a guest, one that waits for our side, and one that is sealed.
func (w *Workspace) contracts(t testing.TB, c *Client) {
	t.Helper()
	primary := contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1", Contact: c.ContactIDs[0].String()}
	guest := contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1", Name: c.Canary + " Guest", Email: c.Canary + "-guest@client.example"}
	var ours []contract.SignatoryDetails
	for _, role := range signing {
		ours = append(ours, contract.SignatoryDetails{Side: contract.Ours, Role: contract.Signer, Step: "2", Member: w.Members[role].Staff(t).ID()})
	}
	c.DraftContract = w.agree(t, c, c.Canary+" secret contract", primary)
	c.Contract = w.agree(t, c, c.Canary+" contract", primary, guest, ours[0])
	w.sendContract(t, c.Contract)
	c.SignedContract = w.agree(t, c, c.Canary+" contract for us", append([]contract.SignatoryDetails{primary}, ours...)...)
	w.sendContract(t, c.SignedContract)
	w.Sign(t, c, c.SignedContract)
	c.SealedContract = w.agree(t, c, c.Canary+" contract in force", primary)
	w.sendContract(t, c.SealedContract)
	w.Sign(t, c, c.SealedContract)
	w.Seal(t, c.SealedContract)
	c.Attachment, c.DraftAttachment = w.attachment(t, c.Contract), w.attachment(t, c.DraftContract)
	_, people, err := w.agreements(t).People(t.Context(), c.Contract)
	must(t, err)
	for _, s := range people {
		if s.ByLink() {
			c.Signatory, c.GuestToken = s.ID, w.guestLink(t, c, s.ID)
		}
	}
}

// agreements is the door to contracts for the Owner.
func (w *Workspace) agreements(t testing.TB) contract.App {
	t.Helper()
	return w.h.Contracts.ForStaff(w.Owner.Staff(t))
}

// attachment is the one that a contract has.
func (w *Workspace) attachment(t testing.TB, of contract.ID) contract.AttachmentID {
	t.Helper()
	full, err := w.agreements(t).Full(t.Context(), of)
	must(t, err)
	return full.Said.Attachments[0].ID
}

// agree writes a draft with a text, people and an attachment.
func (w *Workspace) agree(t testing.TB, c *Client, name string, people ...contract.SignatoryDetails) contract.ID {
	t.Helper()
	ctx, app := t.Context(), w.agreements(t)
	made, err := app.Create(ctx, contract.Details{
		Client: c.ID, Name: name, Description: c.Canary + " secret description", Kind: contract.Service, Amount: "1200", Currency: "EUR", StartsOn: "2026-11-01",
		EndsOn: "2026-12-31", Project: c.Project, Language: "en",
	})
	must(t, err)
	must(t, app.SaveParties(ctx, made, 1, contract.SigningDetails{People: people, Reminds: true}))
	must(t, app.SaveContent(ctx, made, 2, "# Parties\n\n{{workspace.name}} and {{client.name}} agree on "+name+" for {{contract.value}}.\n\n# Term\n\nFrom {{contract.start}}.\n\n# Law\n\n"+name+" law.\n"))
	must(t, app.Attach(ctx, made, contract.Typed{}, name+".pdf", []byte("%PDF-1.4 of "+name)))
	return made
}

func (w *Workspace) sendContract(t testing.TB, of contract.ID) {
	t.Helper()
	must(t, w.agreements(t).Send(t.Context(), of, 4))
}

// ToSign sends a contract that the first contact of a client is to sign.
func (w *Workspace) ToSign(t testing.TB, c *Client, name string) contract.ID {
	t.Helper()
	made := w.agree(t, c, name, contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1", Contact: c.ContactIDs[0].String()})
	w.sendContract(t, made)
	return made
}

// Sign lets the first contact of a client read and sign a contract.
func (w *Workspace) Sign(t testing.TB, c *Client, of contract.ID) {
	t.Helper()
	must(t, w.h.SignAs(t, c.Contacts[0].Contact(t), of, c.Canary+" Primary"))
}

// SignAs reads and signs a contract as somebody who is to sign it.
func (h *House) SignAs(t testing.TB, who auth.Client, of contract.ID, name string) error {
	t.Helper()
	ctx, p := t.Context(), h.Contracts.ForClient(who)
	if err := p.View(ctx, of); err != nil {
		return err
	}
	paper, err := p.Get(ctx, of)
	if err != nil {
		return err
	}
	return p.Sign(ctx, of, contract.Signature{Name: name, Mark: mark.Wanted{Kind: mark.Typed}, Consent: true, SHA256: paper.SHA256})
}

// Seal does the job that seals a contract that everybody has signed.
func (w *Workspace) Seal(t testing.TB, of contract.ID) {
	t.Helper()
	who, err := w.h.Gate.System(t.Context(), w.Site.ID)
	must(t, err)
	must(t, w.h.SealAs(t, who, of))
}

// SealAs does that job for a workspace.
func (h *House) SealAs(t testing.TB, who auth.System, of contract.ID) error {
	t.Helper()
	return h.Contracts.Sealed(t.Context(), who, json.RawMessage(fmt.Sprintf(`{"contract": %q}`, of)))
}

// guestLink mints a link of a signatory without a login, as its mail would.
func (w *Workspace) guestLink(t testing.TB, c *Client, signatory contract.SignatoryID) id.Secret {
	t.Helper()
	who, err := w.h.Gate.System(t.Context(), w.Site.ID)
	must(t, err)
	token := id.NewSecret()
	must(t, who.Write(t.Context(), func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), insertGuestLink, scope.Args{
			"id": who.NewID(), "contract": c.Contract, "client": c.ID, "signatory": signatory, "hash": token.Hash(),
		})
		return err
	}))
	return token
}

const insertGuestLink = `-- insertGuestLink
insert into signing_link (workspace_id, id, contract_id, client_id, signatory_id, token_hash, created_at)
values (:workspace, :id, :contract, :client, :signatory, :hash, :now)`

// Contact is an agent's contact value, for calling a feature's door.
func (a *Agent) Contact(t testing.TB) auth.Client {
	t.Helper()
	s, err := a.h.Gate.Signed(t.Context(), a.h.Gate.Visitor(a.site(t), auth.Facts{Address: "192.0.2.1"}), auth.PortalRealm, a.session(auth.PortalRealm))
	must(t, err)
	who, err := s.Client()
	must(t, err)
	return who
}
