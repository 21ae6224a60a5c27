package invoice_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// often is a small count in make test and, in make soak, the one that was
// promised.
func often(few, many int) int {
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		return many
	}
	return few
}

var errRolledBack = errors.New("rolled back on purpose")

// Numbers have no gap and no double, however many take one at once and however
// many of them are rolled back.
func TestNumbersHaveNoGap(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		const workers = 8
		each := often(25, 10_000/workers)
		who := o.Staff(t, home, "priya@haldenrowe.example", "")
		taken := make([][]int64, workers)
		var all sync.WaitGroup
		for w := range workers {
			all.Go(func() {
				r := rand.New(rand.NewPCG(uint64(w), 7))
				for range each {
					var n int64
					err := who.Write(t.Context(), auth.MoneyWrite, func(tx scope.Tx) (err error) {
						if _, n, err = billing.Take(t.Context(), tx, billing.Invoices, 2026); err == nil && r.IntN(5) == 0 {
							err = errRolledBack
						}
						return err
					})
					switch {
					case err == nil:
						taken[w] = append(taken[w], n)
					case !errors.Is(err, errRolledBack):
						t.Errorf("take a number: %v", err)
					}
				}
			})
		}
		all.Wait()
		numbers := slices.Concat(taken...)
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != int64(i+1) {
				t.Fatalf("the number at place %d is %d", i+1, n)
			}
		}
		if len(numbers) < workers*each/2 {
			t.Errorf("only %d of %d took a number", len(numbers), workers*each)
		}
	})
}

// Whatever happens in whatever order, what is kept as left to pay is what the
// ledger says, it is never below nothing, and no money appears or is lost.
func TestLedgerHistories(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		for round := range often(2, 40) {
			r := rand.New(rand.NewPCG(uint64(round), 11))
			c := o.customer(t, fmt.Sprint("Client ", round), fmt.Sprintf("client-%d@marlow.example", round))
			var invoices []invoice.ID
			paid, did := int64(0), ""
			for range 30 {
				var n invoice.ID
				if len(invoices) > 0 {
					n = invoices[r.IntN(len(invoices))]
				}
				var err error
				switch act := r.IntN(12); {
				case act < 2 || n == "":
					did = "issue"
					invoices = append(invoices, o.issued(t, o.details(c, fmt.Sprint(r.IntN(500)))).ID)
				case act < 5:
					amount := 1 + r.IntN(400)
					if err = o.app(t).RecordPayment(t.Context(), n, paying(fmt.Sprint(amount))); err == nil {
						paid += int64(amount) * 100
					}
					did = fmt.Sprint("pay ", amount)
				case act == 5:
					did, err = "apply", o.app(t).ApplyCredit(t.Context(), n)
				case act == 6:
					did = "take back"
					full, failed := o.app(t).Full(t.Context(), n)
					must(t, failed)
					if len(full.Entries) > 0 && full.Entries[0].Payment != "" {
						err = o.app(t).TakeBack(t.Context(), n, full.Entries[0].Payment)
					}
				case act == 9:
					did, err = "write off", o.app(t).WriteOff(t.Context(), n, "Gone.")
				case act == 10:
					did, err = "recover", o.app(t).Recover(t.Context(), n)
				case act == 11:
					did = "draft in another currency, and away with it"
					in := o.details(c, fmt.Sprint(r.IntN(500)))
					n = o.draft(t, in)
					in.Currency = "CHF"
					must(t, o.app(t).Update(t.Context(), n, 1, in))
					o.right(t)
					err = o.app(t).Discard(t.Context(), n)
				case act == 7:
					did, err = "void", o.app(t).VoidInvoice(t.Context(), n)
				default:
					did = "credit"
					var note invoice.ID
					if note, err = o.app(t).Credit(t.Context(), n); err == nil {
						err = o.app(t).Issue(t.Context(), note, 1, false)
					}
				}
				if err != nil && !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.Invalid) {
					t.Fatalf("%s: %v", did, err)
				}
				o.right(t)
			}
			o.adds(t, invoices, paid)
		}
	})
}

// adds holds that what was paid is on invoices or the client's credit, and that
// credit notes give back what they say.
func (o *office) adds(t *testing.T, invoices []invoice.ID, paid int64) {
	t.Helper()
	var allocated, credited, credit int64
	for _, id := range invoices {
		full, err := o.app(t).Full(t.Context(), id)
		must(t, err)
		if full.Invoice.Open < 0 || full.Invoice.Open > full.Invoice.Sums.Gross {
			t.Errorf("%d of %d are left to pay", full.Invoice.Open, full.Invoice.Sums.Gross)
		}
		settled := full.Invoice.Sums.Gross - full.Invoice.Open
		for _, e := range full.Entries {
			settled -= e.Amount.Minor
			allocated += e.Amount.Minor
		}
		if settled != 0 {
			t.Errorf("%s is off by %d", full.Invoice.Number, settled)
		}
		for _, note := range full.Credits {
			if note.State == invoice.Issued {
				credited += note.Gross.Minor
			}
		}
		credit = full.Credit
	}
	if paid+credited != allocated+credit {
		t.Errorf("%d were paid and %d credited, but %d are on invoices and %d to the client's credit", paid, credited, allocated, credit)
	}
}
