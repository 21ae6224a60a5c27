package contract_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/internal/feature/contract"
	"foyer/internal/kernel/mail"
)

// letter is the mail to an address whose subject begins like this.
func letter(t *testing.T, mails []mail.Kept, to, subject string) mail.Kept {
	t.Helper()
	n := slices.IndexFunc(mails, func(m mail.Kept) bool { return m.To.Addr == to && strings.HasPrefix(m.Subject, subject) })
	if n < 0 {
		var all []string
		for _, m := range mails {
			all = append(all, m.To.Addr+": "+m.Subject)
		}
		t.Fatalf("no %q was mailed to %s, but %q", subject, to, all)
	}
	return mails[n]
}

func reads(t *testing.T, m mail.Kept, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(m.Text, text) {
			t.Errorf("%q to %s does not say %q:\n%s", m.Subject, m.To.Addr, text, m.Text)
		}
	}
}

func unread(t *testing.T, m mail.Kept, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(m.Text, text) {
			t.Errorf("%q to %s says %q:\n%s", m.Subject, m.To.Addr, text, m.Text)
		}
	}
}

// Who signs by a link is greeted by name and is no contact of any portal; a mail
// without pictures has no button.
func TestGuestsAreWrittenToAsGuests(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		approver := byLink("1")
		approver.Name, approver.Email, approver.Role = "Jo March", "jo@partner.example", contract.Approver
		made := b.write(t, c, b.people(t, c, byLink("1"), approver, b.signer(t, c, ines, "1")))
		mails := b.send(t, made)
		m := letter(t, mails, guest, "Halden & Rowe asks you to sign: Website relaunch")
		reads(t, m, "Hello Li Wen,", "The link opens this contract alone", "because Halden & Rowe entered your address for it.")
		unread(t, m, "button", "as a contact")
		if m.To.Name != "Li Wen" {
			t.Errorf("the mail is to %q", m.To.Name)
		}
		reads(t, letter(t, mails, approver.Email, "Halden & Rowe asks you to approve: Website relaunch"), "Hello Jo March,", "approve it if you agree")
		reads(t, letter(t, mails, ines, "Halden & Rowe asks you to sign: Website relaunch"), "as a contact of its portal")
		must(t, b.app(t).Withdraw(t.Context(), made, "A wrong figure."))
		m = letter(t, b.Deliver(t), guest, "Taken back")
		reads(t, m, "Hello Li Wen,", "The reason given: A wrong figure.")
		unread(t, m, "as a contact")
	})
}

// A member who is to sign reads whom the contract is with, not that their own
// business sent it to them; and who ends it is not told what they did.
func TestMembersAreWrittenToAsMembers(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		const jun = "jun@haldenrowe.example"
		colleague := b.ours(t, "1")
		b.Hire(t, "Jun Aoki", jun, "finance")
		colleague.Member = b.Staff(t, home, jun, b.Form()).ID()
		made := b.write(t, c, b.people(t, c, b.ours(t, "1"), colleague, b.signer(t, c, ines, "1")))
		m := letter(t, b.send(t, made), jun, "It is your turn: Website relaunch (Marlow Ceramics)")
		reads(t, m, "with Marlow Ceramics waits for your signature for Halden & Rowe.", "you belong to the team")
		unread(t, m, "has sent you")
		must(t, b.app(t).Remind(t.Context(), made))
		reads(t, letter(t, b.Deliver(t), jun, "Still waits for you: Website relaunch"), "with Marlow Ceramics still waits for your signature")
		must(t, b.app(t).Withdraw(t.Context(), made, "A wrong figure."))
		mails := b.Deliver(t)
		reads(t, letter(t, mails, jun, "Taken back"), "with Marlow Ceramics was withdrawn")
		if got := reached(mails); slices.Contains(got, owner) {
			t.Errorf("who withdraws is mailed: %v", got)
		}
		b.send(t, made)
		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		must(t, b.portal(t, ines, c).Decline(t.Context(), made, p.SHA256, "Too dear."))
		mails = b.Deliver(t)
		reads(t, letter(t, mails, jun, "Nothing to sign any more"), "was declined on the side of Marlow Ceramics")
		letter(t, mails, owner, "Declined: Website relaunch")
	})
}
