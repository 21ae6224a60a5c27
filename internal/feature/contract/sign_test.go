package contract_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mark"
	"foyer/internal/kernel/problem"
)

// out is a contract of Marlow's that Ines is to sign, and nobody else.
func (b *bench) out(t *testing.T) (client.ID, contract.ID) {
	t.Helper()
	c := b.Client(t, home, "Marlow Ceramics", ines)
	made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
	b.send(t, made)
	return c, made
}

func TestWhatIsMissingIsSaidBeforeItIsSent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made, err := b.app(t).Create(t.Context(), details(c, "Website relaunch"))
		must(t, err)
		err = b.app(t).Send(t.Context(), made, b.get(t, made).Version)
		wants(t, err, problem.Invalid, "parties", "contract.missing.signer")
		wants(t, err, problem.Invalid, "content", "contract.missing.content")

		must(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, "For {{project.name}}, and {{nobody.knows}}."))
		err = b.app(t).Send(t.Context(), made, b.get(t, made).Version)
		wants(t, err, problem.Invalid, "content", "contract.missing.placeholders")
		if known, _ := problem.As(err); !slices.Contains(known.Fields["content"].Args, any("project.name, nobody.knows")) {
			t.Errorf("which placeholders are empty is not said: %v", err)
		}

		twice := byLink("1")
		err = b.app(t).SaveParties(t.Context(), made, b.get(t, made).Version, b.people(t, c, byLink("1"), twice))
		wants(t, err, problem.Invalid, contract.SignatoryField("email", 1), "contract.email_twice")
		copies := byLink("1")
		copies.Role = contract.Copy
		must(t, b.app(t).SaveParties(t.Context(), made, b.get(t, made).Version, b.people(t, c, copies)))
		wants(t, b.app(t).Send(t.Context(), made, b.get(t, made).Version), problem.Invalid, "parties", "contract.missing.signer")

		b.Add(t, c, "reader@marlow.example", auth.ReaderPreset, true)
		must(t, b.app(t).SaveParties(t.Context(), made, b.get(t, made).Version, b.people(t, c, b.signer(t, c, "reader@marlow.example", "1"))))
		wants(t, b.app(t).Send(t.Context(), made, b.get(t, made).Version), problem.Invalid, "parties", "contract.missing.may_sign")
		b.state(t, made, contract.Draft)
	})
}

// Letters that no font has would be signed as something else, so they are named
// before: in the text when it is sent, in a name when somebody signs with it.
func TestLettersThatTheFileDoesNotHaveAreNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		must(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, "Договор for 李小龍, → done ☐."))
		err := b.app(t).Send(t.Context(), made, b.get(t, made).Version)
		wants(t, err, problem.Invalid, "content", "contract.missing.letters")
		if known, _ := problem.As(err); !slices.Contains(known.Fields["content"].Args, any("→☐小李龍")) {
			t.Errorf("which letters are missing is not said: %v", known.Fields["content"].Args)
		}
		must(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, "Договор for Łukasz."))
		b.send(t, made)
		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		in := signature(p, "李小龍")
		in.Mark = mark.Wanted{Kind: mark.Drawn, Strokes: "[[[10,10],[200,40],[300,90],[20,60]]]"}
		wants(t, b.portal(t, ines, c).Sign(t.Context(), made, in), problem.Invalid, "name", "contract.name_letters")
		in.Name = "Łukasz Nowak"
		must(t, b.portal(t, ines, c).Sign(t.Context(), made, in))
	})
}

// Whoever may not write contracts cannot sign for the business, which is said before
// a contract waits for them.
func TestWhoMayNotSignForUsIsSaid(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		for _, role := range auth.Roles {
			if role == auth.Owner {
				continue
			}
			email := "signs-" + string(role) + "@haldenrowe.example"
			b.Hire(t, "Somebody", email, role)
			us := contract.SignatoryDetails{Side: contract.Ours, Role: contract.Signer, Step: "2", Member: b.Staff(t, home, email, b.Form()).ID()}
			made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), us))
			err := b.app(t).Send(t.Context(), made, b.get(t, made).Version)
			if role.May(auth.ContractsWrite) {
				must(t, err)
			} else {
				wants(t, err, problem.Invalid, "parties", "contract.missing.may_sign_ours")
			}
		}
	})
}

// Who is no member any more gets no mail about a contract, nor its file.
func TestWhoLeftIsMailedNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		left := "left@haldenrowe.example"
		member := b.Hire(t, "Somebody", left, auth.Project)
		us := contract.SignatoryDetails{Side: contract.Ours, Role: contract.Copy, Step: "2", Member: member.Identity}
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), us))
		b.send(t, made)
		must(t, b.Team(t, home).Remove(t.Context(), member.ID))
		b.sign(t, c, ines, made)
		mails := b.Deliver(t)
		b.state(t, made, contract.Executed)
		if got := reached(mails); slices.Contains(got, left) || !slices.Contains(got, ines) {
			t.Errorf("the sealed file goes to %v", got)
		}
	})
}

// What was taken back, changed and then cancelled is shown to no client: it would say
// what nobody sent. What all have signed is not cancelled any more.
func TestCancelling(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c, made := b.out(t)
		must(t, b.app(t).Withdraw(t.Context(), made, "A slip."))
		must(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, "Secret terms."))
		must(t, b.app(t).Cancel(t.Context(), made, "Another one is written."))
		if _, err := b.portal(t, ines, c).Get(t.Context(), made); !problem.Is(err, problem.NotFound) {
			t.Errorf("what was never sent is shown: %v", err)
		}
		again := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), b.ours(t, "2")))
		b.send(t, again)
		b.sign(t, c, ines, again)
		p, err := b.app(t).Paper(t.Context(), again)
		must(t, err)
		must(t, b.app(t).Sign(t.Context(), again, signature(p, "Priya Rowe")))
		wants(t, b.app(t).Cancel(t.Context(), again, "Too late."), problem.Conflict, "", "contract.not_cancellable")
		b.Deliver(t)
		b.state(t, again, contract.Executed)
	})
}

func TestWhoMayNotSign(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		second := "second@marlow.example"
		b.Add(t, c, second, auth.SignatoryPreset, true)
		b.Add(t, c, "other@marlow.example", auth.SignatoryPreset, true)
		b.Add(t, c, "reader@marlow.example", auth.ReaderPreset, true)
		other := b.Client(t, home, "Northwind Bikes", sam)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), b.signer(t, c, second, "2")))
		b.send(t, made)
		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		for _, who := range []struct {
			what, email string
			of          client.ID
			key         string
			kind        problem.Kind
		}{
			{"another client's contact", sam, other, "problem.not_found", problem.NotFound},
			{"a contact who signs, but not this", "other@marlow.example", c, "problem.not_found", problem.NotFound},
			{"a contact who sees no contracts", "reader@marlow.example", c, "problem.not_found", problem.NotFound},
			{"whose turn comes later", second, c, "contract.not_your_turn", problem.Conflict},
		} {
			err := b.portal(t, who.email, who.of).Sign(t.Context(), made, signature(p, "Somebody"))
			if known, ok := problem.As(err); !ok || known.Kind != who.kind || known.Message.Key != who.key {
				t.Errorf("%s: %v", who.what, err)
			}
			if who.kind == problem.NotFound {
				if _, err := b.portal(t, who.email, who.of).File(t.Context(), made); !problem.Is(err, problem.NotFound) {
					t.Errorf("%s gets the file: %v", who.what, err)
				}
			}
		}
		if err := b.app(t).Sign(t.Context(), made, signature(p, "Priya Rowe")); !problem.Is(err, problem.NotFound) {
			t.Errorf("staff sign for a client: %v", err)
		}
		in := signature(p, "Ines")
		in.SHA256 = strings.Repeat("0", 64)
		wants(t, b.portal(t, ines, c).Sign(t.Context(), made, in), problem.Conflict, "", "contract.other_version")
		in = signature(p, " ")
		in.Consent = false
		err = b.portal(t, ines, c).Sign(t.Context(), made, in)
		wants(t, err, problem.Invalid, "name", "field.required")
		wants(t, err, problem.Invalid, "consent", "contract.consent_required")
		must(t, b.portal(t, ines, c).Sign(t.Context(), made, signature(p, "Ines")))
		wants(t, b.portal(t, ines, c).Sign(t.Context(), made, signature(p, "Ines")), problem.Conflict, "", "contract.signed_already")
		list, err := b.portal(t, second, c).List(t.Context(), contract.Wanted{})
		must(t, err)
		if len(list.Rows) != 1 || !list.Rows[0].Mine {
			t.Errorf("the next one is shown %+v", list.Rows)
		}
		for email, want := range map[string]int{ines: 0, second: 1} {
			list, err := waiting.ForClient(t.Context(), b.Contact(t, home, email, c))
			must(t, err)
			if len(list.Items) != want {
				t.Errorf("%+v waits for %s", list.Items, email)
			}
		}
	})
}

func TestAnyEditVoidsWhatWasSigned(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), byLink("2")))
		b.send(t, made)
		before, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		b.sign(t, c, ines, made)
		token := linkIn.FindStringSubmatch(to(t, b.Deliver(t), guest).Text)[1]
		wants(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, "Other"), problem.Conflict, "", "contract.sent_already")
		wants(t, b.app(t).Withdraw(t.Context(), made, " "), problem.Invalid, "reason", "field.required")
		must(t, b.app(t).Withdraw(t.Context(), made, "The price changed."))
		mails := b.Deliver(t)
		if got := reached(mails); !slices.Equal(got, []string{ines, guest}) {
			t.Errorf("told are %v", got)
		}
		if !strings.Contains(to(t, mails, ines).Text, "The price changed.") {
			t.Errorf("why is not said: %s", to(t, mails, ines).Text)
		}
		if _, err := b.portal(t, ines, c).Get(t.Context(), made); !problem.Is(err, problem.NotFound) {
			t.Errorf("what was taken back is shown: %v", err)
		}
		if _, err := b.f.ForGuest(t.Context(), b.Visitor(t, home, ""), token); !problem.Is(err, problem.NotFound) {
			t.Errorf("the link opens what was taken back: %v", err)
		}
		must(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, "For {{contract.value}}, and no more."))
		b.send(t, made)
		wants(t, b.portal(t, ines, c).Sign(t.Context(), made, signature(before, "Ines")), problem.Conflict, "", "contract.other_version")
		now, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		if now.Snapshot.Version != 2 || now.SHA256 == before.SHA256 || now.People[0].Turn != contract.Invited {
			t.Errorf("the second version is %d, %s, %s", now.Snapshot.Version, now.SHA256, now.People[0].Turn)
		}
	})
}

func TestDeclineEndsIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c, made := b.out(t)
		out, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		wants(t, b.portal(t, ines, c).Decline(t.Context(), made, out.SHA256, ""), problem.Invalid, "reason", "field.required")
		wants(t, b.portal(t, ines, c).Decline(t.Context(), made, strings.Repeat("0", 64), "Too dear."), problem.Conflict, "", "contract.other_version")
		must(t, b.portal(t, ines, c).Decline(t.Context(), made, out.SHA256, "Too dear."))
		b.state(t, made, contract.Declined)
		mails := b.Deliver(t)
		if m := to(t, mails, owner); len(mails) != 1 || !strings.Contains(m.Text, "Too dear.") {
			t.Errorf("%d mails, %s", len(mails), m.Text)
		}
		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		wants(t, b.portal(t, ines, c).Sign(t.Context(), made, signature(p, "Ines")), problem.Conflict, "", "contract.not_open.declined")
		must(t, b.app(t).Revise(t.Context(), made))
		b.send(t, made)
		b.sign(t, c, ines, made)
		b.Deliver(t)
		b.state(t, made, contract.Executed)
	})
}

// The last day is the client's: what they have signed in time waits for our side
// however long that takes.
func TestOurSideSignsAfterTheLastDay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		in := b.people(t, c, b.signer(t, c, ines, "1"), b.ours(t, "2"))
		in.SignBy = b.Now().AddDate(0, 0, 2).Format(time.DateOnly)
		made := b.write(t, c, in)
		b.send(t, made)
		b.sign(t, c, ines, made)
		b.Later(5 * 24 * time.Hour)
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		p, err := b.app(t).Paper(t.Context(), made)
		must(t, err)
		must(t, b.app(t).Sign(t.Context(), made, signature(p, "Owner")))
		b.Deliver(t)
		b.state(t, made, contract.Executed)
	})
}

// The day to sign by passes, is taken away, and the contract is sent again: it can
// be signed.
func TestADayThatPassedAndWasTakenAway(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		in := b.people(t, c, b.signer(t, c, ines, "1"))
		in.SignBy = b.Now().AddDate(0, 0, 2).Format(time.DateOnly)
		made := b.write(t, c, in)
		b.send(t, made)
		b.Later(5 * 24 * time.Hour)
		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		wants(t, b.portal(t, ines, c).Sign(t.Context(), made, signature(p, "Ines")), problem.Conflict, "", "contract.not_open.expired_unsigned")
		for range 2 {
			must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		}
		b.state(t, made, contract.Lapsed)
		if mails := b.Deliver(t); len(mails) != 1 || mails[0].To.Addr != owner {
			t.Errorf("told are %v", reached(mails))
		}
		must(t, b.app(t).Revise(t.Context(), made))
		wants(t, b.app(t).Send(t.Context(), made, b.get(t, made).Version), problem.Invalid, "parties", "contract.sign_by_past")
		in.SignBy = ""
		must(t, b.app(t).SaveParties(t.Context(), made, b.get(t, made).Version, in))
		b.send(t, made)
		b.Later(400 * 24 * time.Hour)
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		b.sign(t, c, ines, made)
		b.Deliver(t)
		b.state(t, made, contract.Executed)
	})
}

func TestRemindersStop(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		_, made := b.out(t)
		got := 0
		for range 30 {
			b.Later(24 * time.Hour)
			must(t, b.f.Sweep(t.Context(), b.System(t, home)))
			got += len(b.Deliver(t))
		}
		if got != 5 {
			t.Errorf("%d reminders in a month, want 5", got)
		}
		must(t, b.app(t).Remind(t.Context(), made))
		if mails := b.Deliver(t); len(mails) != 1 || mails[0].To.Addr != ines {
			t.Errorf("by hand: %v", reached(mails))
		}
	})
}

// The last signatures arrive at the same instant, and from many windows: each
// counts once, there is one sealed file, and everybody has one mail.
func TestTheLastSignaturesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		second := "second@marlow.example"
		b.Add(t, c, second, auth.SignatoryPreset, true)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), b.signer(t, c, second, "1")))
		b.send(t, made)
		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		var doors []contract.Portal
		for i := range 64 {
			doors = append(doors, b.portal(t, []string{ines, second}[i%2], c))
		}
		var wg sync.WaitGroup
		outcomes := make([]error, len(doors))
		for i, door := range doors {
			wg.Go(func() {
				sign := func() error { return door.Sign(t.Context(), made, signature(p, "Somebody")) }
				for outcomes[i] = sign(); problem.Is(outcomes[i], problem.Unavailable); outcomes[i] = sign() { // the queue was too long: again
				}
			})
		}
		wg.Wait()
		done := 0
		for _, err := range outcomes {
			if err == nil {
				done++
			} else if !problem.Is(err, problem.Conflict) {
				t.Errorf("a window too many: %v", err)
			}
		}
		if done != 2 {
			t.Errorf("%d signatures, want 2", done)
		}
		mails := b.Deliver(t)
		b.state(t, made, contract.Executed)
		sealed := slices.DeleteFunc(mails, func(m mail.Kept) bool { return len(m.Files) == 0 })
		if got := reached(sealed); !slices.Equal(got, []string{ines, owner, second}) {
			t.Errorf("the sealed file goes to %v", got)
		}
		// The job comes again and again.
		for range 3 {
			must(t, b.f.Sealed(t.Context(), b.System(t, home), []byte(`{"contract":"`+made.String()+`"}`)))
		}
		if more := b.Deliver(t); len(more) != 0 {
			t.Errorf("again: %v", reached(more))
		}
	})
}

// A seal that cannot be made leaves the contract signed and says why; nothing is
// lost, and it is executed once it can be.
func TestASealThatFailsIsMadeLater(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for name, breaks := range map[string]func(f *contract.Feature){
			"no store":              func(f *contract.Feature) { f.Documents.Blobs = noStore{f.Documents.Blobs} },
			"no stamping authority": func(f *contract.Feature) { f.Keys.TSA, f.Keys.TSAName = noStamp{}, "A dead authority" },
		} {
			t.Run(name, func(t *testing.T) {
				c := b.Client(t, home, "Marlow "+name, strings.ReplaceAll(name, " ", "-")+"@marlow.example")
				email := strings.ReplaceAll(name, " ", "-") + "@marlow.example"
				made := b.write(t, c, b.people(t, c, b.signer(t, c, email, "1")))
				b.send(t, made)
				good := b.f
				breaks(&b.f)
				b.sign(t, c, email, made)
				data := []byte(`{"contract":"` + made.String() + `"}`)
				if err := b.f.Sealed(t.Context(), b.System(t, home), data); err == nil {
					t.Fatal("it was sealed all the same")
				}
				got := b.get(t, made)
				if got.State != contract.Signed || got.Seal != contract.Failed || got.SealProblem == "" || got.SealTries != 1 {
					t.Errorf("it is %s, the seal %s, tried %d times: %q", got.State, got.Seal, got.SealTries, got.SealProblem)
				}
				b.f = good
				must(t, b.app(t).RetrySeal(t.Context(), made))
				b.Deliver(t)
				b.state(t, made, contract.Executed)
				wants(t, b.app(t).RetrySeal(t.Context(), made), problem.Conflict, "", "contract.no_seal_wanted")
			})
		}
	})
}

type noStore struct{ blob.Store }

func (noStore) Put(context.Context, string, io.Reader, int64) (blob.Blob, error) {
	return blob.Blob{}, errors.New("the disk is gone")
}

type noStamp struct{}

func (noStamp) Timestamp(context.Context, [32]byte) ([]byte, error) {
	return nil, errors.New("nobody answers")
}

func TestRolesOfStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		for _, role := range auth.Roles {
			if role == auth.Owner {
				continue
			}
			email := string(role) + "@haldenrowe.example"
			b.Hire(t, "Somebody", email, role)
			_, err := b.as(t, email).Create(t.Context(), details(c, "Of "+string(role)))
			if may := role.May(auth.ContractsWrite); may != (err == nil) {
				t.Errorf("%s writes contracts: %v, %v", role, may, err)
			}
			_, err = b.as(t, email).List(t.Context(), contract.Wanted{})
			if may := role.May(auth.ContractsRead); may != (err == nil) {
				t.Errorf("%s reads contracts: %v, %v", role, may, err)
			}
		}
	})
}
