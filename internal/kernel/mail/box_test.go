package mail_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/problem"
)

func TestBoxIsASender(t *testing.T) {
	t.Parallel()
	mailtest.Run(t, func(t *testing.T) mailtest.Harness {
		box := mail.NewBox(10)
		return mailtest.Harness{
			Sender: box,
			Sent: func(tb testing.TB) []byte {
				raw, err := box.List()[0].Render()
				if err != nil {
					tb.Fatal(err)
				}
				return raw
			},
			Count: func() int { return len(box.List()) },
		}
	})
}

func TestBoxKeepsTheNewest(t *testing.T) {
	t.Parallel()
	box := mail.NewBox(3)
	for i := range 5 {
		m := mailtest.Sample()
		m.Subject = fmt.Sprint("mail ", i+1)
		if err := box.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	list := box.List()
	if len(list) != 3 || list[0].Number != 5 || list[2].Number != 3 {
		t.Fatalf("the list is %v", list)
	}
	if k, err := box.Get(4); err != nil || k.Subject != "mail 4" {
		t.Errorf("mail 4 is %q (%v)", k.Subject, err)
	}
	for _, gone := range []int{-1, 0, 2, 6} {
		if _, err := box.Get(gone); !problem.Is(err, problem.NotFound) {
			t.Errorf("mail %d: %v", gone, err)
		}
	}
}

func TestBoxKeepsItsOwnCopy(t *testing.T) {
	t.Parallel()
	box := mail.NewBox(1)
	m := mailtest.Sample()
	m.Headers, m.References = map[string]string{"List-Id": "a"}, []string{"a@b"}
	if err := box.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	m.Headers["List-Id"], m.References[0] = "changed", "changed"
	if k, _ := box.Get(1); k.Headers["List-Id"] != "a" || k.References[0] != "a@b" {
		t.Errorf("the kept mail changed: %v", k)
	}
}

func TestBoxAwait(t *testing.T) {
	t.Parallel()
	box := mail.NewBox(100)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			subject := fmt.Sprint("mail ", i)
			k, err := box.Await(t.Context(), func(m mail.Message) bool { return m.Subject == subject })
			if err != nil || k.Subject != subject {
				t.Errorf("awaited %q, got %q (%v)", subject, k.Subject, err)
			}
		})
		all.Go(func() {
			m := mailtest.Sample()
			m.Subject = fmt.Sprint("mail ", i)
			if err := box.Send(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := box.Await(ctx, func(mail.Message) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
