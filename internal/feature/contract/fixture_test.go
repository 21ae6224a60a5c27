package contract_test

import (
	"context"
	"encoding/json"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mark"
	"foyer/internal/kernel/secret"
)

const (
	home  = projecttest.Home
	owner = projecttest.Owner
	ines  = "ines@marlow.example"
	sam   = "sam@northwind.example"
	guest = "li.wen@partner.example"
)

var (
	must  = projecttest.Must
	wants = projecttest.Wants
)

// bench is a desk at which contracts are written and signed.
type bench struct {
	*projecttest.Desk
	f     contract.Feature
	blobs blob.Store
}

func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		blobs, err := blob.OpenDisk(t.TempDir())
		must(t, err)
		box, err := secret.New(make([]byte, secret.Size))
		must(t, err)
		b := &bench{Desk: d, blobs: blobs, f: contract.Feature{
			Documents: document.Shelf{Blobs: blobs}, Enqueue: d.Enqueue, Keys: contract.Keys{Secrets: box},
		}}
		b.f.WriteMail(d.Mails)
		d.Handlers = map[string]func(context.Context, auth.System, json.RawMessage) error{
			contract.SealKind: func(ctx context.Context, who auth.System, data json.RawMessage) error {
				return b.f.Sealed(ctx, who, data)
			},
		}
		test(t, b)
	})
}

// app is the door for the Owner, with a form of their own.
func (b *bench) app(t *testing.T) contract.App {
	t.Helper()
	return b.as(t, owner)
}

func (b *bench) as(t *testing.T, email string) contract.App {
	t.Helper()
	return b.f.ForStaff(b.Staff(t, home, email, b.Form()))
}

func (b *bench) portal(t *testing.T, email string, of client.ID) contract.Portal {
	t.Helper()
	return b.f.ForClient(b.Contact(t, home, email, of))
}

// details are what a form about a contract says.
func details(of client.ID, name string) contract.Details {
	return contract.Details{
		Client: of, Name: name, Kind: contract.Service, Amount: "12,000.00", Currency: "EUR", StartsOn: "2026-12-01", EndsOn: "2027-11-30", Language: "en",
	}
}

const text = "## Parties\n\n{{workspace.name}} and {{client.name}} agree on {{contract.name}} for {{contract.value}}.\n\n## Term\n\nFrom {{contract.start}} to {{contract.end}}.\n"

// people are the signatories of a form: the client's contact first, a guest beside
// them, then the Owner.
func (b *bench) people(t *testing.T, of client.ID, who ...contract.SignatoryDetails) contract.SigningDetails {
	t.Helper()
	return contract.SigningDetails{People: who, Reminds: true}
}

func (b *bench) contact(t *testing.T, of client.ID, email string) string {
	t.Helper()
	return b.Contact(t, home, email, of).ContactID()
}

func (b *bench) signer(t *testing.T, of client.ID, email, step string) contract.SignatoryDetails {
	t.Helper()
	return contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: step, Contact: b.contact(t, of, email)}
}

func byLink(step string) contract.SignatoryDetails {
	return contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: step, Name: "Li Wen", Email: guest}
}

func (b *bench) ours(t *testing.T, step string) contract.SignatoryDetails {
	t.Helper()
	return contract.SignatoryDetails{Side: contract.Ours, Role: contract.Signer, Step: step, Member: b.Staff(t, home, owner, b.Form()).ID()}
}

// write makes a draft with a text and people.
func (b *bench) write(t *testing.T, of client.ID, in contract.SigningDetails) contract.ID {
	t.Helper()
	made, err := b.app(t).Create(t.Context(), details(of, "Website relaunch"))
	must(t, err)
	must(t, b.app(t).SaveParties(t.Context(), made, b.get(t, made).Version, in))
	must(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, text))
	return made
}

func (b *bench) get(t *testing.T, c contract.ID) contract.Contract {
	t.Helper()
	w, err := b.app(t).Written(t.Context(), c)
	must(t, err)
	return w.Contract
}

// send sends a draft and gives the mails that went out.
func (b *bench) send(t *testing.T, c contract.ID) []mail.Kept {
	t.Helper()
	must(t, b.app(t).Send(t.Context(), c, b.get(t, c).Version))
	return b.Deliver(t)
}

func (b *bench) state(t *testing.T, c contract.ID, want contract.State) {
	t.Helper()
	if got := b.get(t, c).State; got != want {
		t.Fatalf("the contract is %s, want %s", got, want)
	}
}

// signature is what somebody hands in who has read what they sign.
func signature(p contract.Paper, name string) contract.Signature {
	return contract.Signature{Name: name, Mark: mark.Wanted{Kind: mark.Typed}, Consent: true, SHA256: p.SHA256}
}

// sign signs in the portal.
func (b *bench) sign(t *testing.T, of client.ID, email string, c contract.ID) {
	t.Helper()
	p, err := b.portal(t, email, of).Get(t.Context(), c)
	must(t, err)
	must(t, b.portal(t, email, of).View(t.Context(), c))
	must(t, b.portal(t, email, of).Sign(t.Context(), c, signature(p, "Ines Ferreira")))
}
