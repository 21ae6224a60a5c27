package workspace

import (
	"context"
	"slices"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/zones"
)

// WeekStarts are the days that a week can begin on: 1 is Monday, 6 Saturday, 0
// Sunday.
var WeekStarts = []int64{1, 6, 0}

// Preferences are how the workspace counts time and speaks.
type Preferences struct {
	Zone      string // a name of the IANA database
	Language  string
	WeekStart int64 // one of WeekStarts
	Version   int64 // of the settings, when the form was drawn
}

func (in Preferences) check() (Preferences, error) {
	var fields problem.Fields
	in.Zone = text.Line(&fields, "zone", in.Zone, text.Required, 100)
	if !fields.Has("zone") && !slices.Contains(zones.Names, in.Zone) {
		fields.Add("zone", "field.zone")
	}
	if !lang.Known(in.Language) {
		fields.Add("language", "field.choice")
	}
	if !slices.Contains(WeekStarts, in.WeekStart) {
		fields.Add("week_start", "field.choice")
	}
	return in, fields.Err()
}

// SavePreferences stores how the workspace counts time and speaks. Problems:
// Forbidden; Invalid by field; Conflict when the form is stale.
func (a App) SavePreferences(ctx context.Context, in Preferences) error {
	in, err := in.check()
	if err != nil {
		return err
	}
	return a.change(ctx, savePreferences, scope.Args{"zone": in.Zone, "language": in.Language, "week_start": in.WeekStart},
		in.Version, "workspace.preferences_changed", func(now Settings) bool {
			in.Version = now.Preferences.Version
			return now.Preferences == in
		})
}
