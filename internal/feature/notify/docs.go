package notify

import (
	"fmt"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
)

// Markdown is docs/notifications.md: who hears by mail of what, from the table that
// decides it.
func Markdown() string {
	var b strings.Builder
	b.WriteString(`# Notifications

Printed from the code by ` + "`make docs`" + `; a test keeps it fresh, and others hold that every mail and every kind of activity
has its line here.

Who a mail is for is asked when something happens, by the predicate that guards its record, and once more when the mail is
written: whoever may not see it any more, is gone, or wants none by then hears nothing. Nobody is told of what they did
themselves. Under *Login* and where it says *always*, mail comes at once and cannot be switched off; for every other area
people choose under Account, Notifications: at once, once a day at their hour in their zone, or never. What is bundled waits
`)
	fmt.Fprintf(&b, "%d minutes, so that several news of one thread are one mail. A daily mail that would say nothing is not sent.\n", int(outbox.Quiet.Minutes()))
	for _, area := range append([]auth.Area{""}, areas(func(Rule) bool { return true }, func(auth.Area) bool { return true })...) {
		title := "Login, and what always comes"
		if area != "" {
			title = strings.ToUpper(string(area[:1])) + string(area[1:])
		}
		fmt.Fprintf(&b, "\n## %s\n\n| Mail | When | Who of the client | Who of the business | Bundled |\n|---|---|---|---|---|\n", title)
		for _, r := range Rules {
			if r.Area != area {
				continue
			}
			bundled := "-"
			if r.Bundle {
				bundled = "by " + r.Thread
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", r.Mail, events(r.Events), or(r.Client), or(r.Staff), bundled)
		}
	}
	b.WriteString("\n## How people get it until they choose\n\nContacts get at once what they may act on, and once a day what they only read:\n\n| Preset |")
	of := areas(portal, func(auth.Area) bool { return true })
	header(&b, of)
	for _, preset := range auth.Presets {
		fmt.Fprintf(&b, "| %s |", preset)
		for _, area := range of {
			says := "-"
			if c := preset.Capabilities(); c.Of(area) != auth.NoneOfIt {
				says = spoken[byContact(c, area)]
			}
			fmt.Fprintf(&b, " %s |", says)
		}
		b.WriteString("\n")
	}
	b.WriteString("\nMembers get at once what their role writes, and once a day what it only reads:\n\n| Role |")
	of = areas(staff, func(auth.Area) bool { return true })
	header(&b, of)
	for _, role := range auth.Roles {
		fmt.Fprintf(&b, "| %s |", role)
		for _, area := range of {
			says := "-"
			if role.May(auth.Right{Area: area, Level: auth.Read}) {
				says = spoken[byRole(role, area)]
			}
			fmt.Fprintf(&b, " %s |", says)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "\n## Activity that nobody is mailed of\n\nClients find what is theirs of it in their feed: %s.\n", events(slices.Sorted(slices.Values(Silent))))
	return b.String()
}

var spoken = map[outbox.Choice]string{outbox.Now: "at once", outbox.Daily: "daily", outbox.None: "never"}

func header(b *strings.Builder, of []auth.Area) {
	for _, area := range of {
		fmt.Fprintf(b, " %s |", area)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(of)) + "\n")
}

func events(kinds []string) string {
	if len(kinds) == 0 {
		return "by the clock, or when asked for"
	}
	return "`" + strings.Join(kinds, "`, `") + "`"
}

func or(who string) string {
	if who == "" {
		return "-"
	}
	return who
}
