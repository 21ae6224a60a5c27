package billing

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// UsualReminders are the days that a workspace without a schedule is offered.
var UsualReminders = []int{-3, 1, 7, 14}

// readReminders takes days with commas or spaces between: -3, 0, 7.
func readReminders(value string) ([]int, error) {
	var all []int
	for _, word := range strings.FieldsFunc(strings.ReplaceAll(value, "−", "-"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\t' || r == '\r' }) {
		n, err := strconv.Atoi(strings.TrimPrefix(word, "+"))
		if err != nil || n < -60 || n > 365 {
			return nil, problem.Field("days", "billing.reminders_wrong")
		}
		all = append(all, n)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > mostReminders {
		return nil, problem.Field("days", "billing.too_many", "max", mostReminders)
	}
	return all, nil
}

// SaveReminders stores when open invoices are reminded of, as days after they
// are due with commas between; negative ones come before. What is empty reminds
// of nothing. Problems are Forbidden, and Invalid under "days".
func (a App) SaveReminders(ctx context.Context, days string) error {
	wanted, err := readReminders(days)
	if err != nil {
		return err
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "reminders"); err != nil {
			return err
		}
		have, err := scope.List(ctx, tx, listReminders, nil, scope.Value[int])
		if err != nil || slices.Equal(have, wanted) {
			return err
		}
		if _, err := tx.Exec(ctx, deleteReminders, nil); err != nil {
			return err
		}
		for _, day := range wanted {
			if _, err := tx.Exec(ctx, insertReminder, scope.Args{"days": day}); err != nil {
				return err
			}
		}
		return a.record(ctx, tx, "reminders.changed", map[string]any{"days": wanted})
	})
}
