package support_test

import (
	"fmt"
	"testing"

	"foyer/internal/feature/document"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/db/dbtest"
)

// BenchmarkThread reads the page of a case with 20 and with 5,000 replies, on SQLite.
func BenchmarkThread(b *testing.B) {
	for _, replies := range []int{20, 5000} {
		b.Run(fmt.Sprint(replies), func(b *testing.B) {
			d := projecttest.New(b, dbtest.SQLite(b))
			f := support.Feature{Documents: document.Shelf{}}
			f.WriteMail(d.Mails)
			of := d.Client(b, home, "Marlow Ceramics", ines)
			portal := func() support.Portal { return f.ForClient(d.Contact(b, home, ines, of)) }
			c, err := portal().Raise(b.Context(), support.Matter{Subject: "Long", Description: "Begins.", Priority: support.Low})
			must(b, err)
			for i := range replies {
				_, err := portal().Reply(b.Context(), c, fmt.Sprint("Reply ", i, " with a sentence or two."), nil)
				must(b, err)
			}
			reader := portal()
			b.ReportAllocs()
			for b.Loop() {
				got, thread, err := reader.Get(b.Context(), c, support.Span{})
				if err != nil || got.Replies != replies+1 || len(thread.Entries) != min(replies+2, support.ThreadPage) {
					b.Fatal(got.Replies, len(thread.Entries), err)
				}
			}
		})
	}
}
