package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/web"
)

// PolicyLine is a route's rule as the reviewed table has it: method, address,
// who, and the right of staff or the area of contacts, with tabs between them.
func PolicyLine(r web.Route) string {
	right := "-"
	switch r.Rule.Audience {
	case web.ToStaff:
		right = r.Rule.Right.String()
	case web.ToContacts:
		right = string(r.Rule.Area)
	}
	who := string(r.Rule.Audience)
	if r.Rule.Realm != "" && r.Rule.Audience != web.ToStaff && r.Rule.Audience != web.ToContacts {
		who += " of " + string(r.Rule.Realm)
	}
	return strings.Join([]string{r.Method, r.Pattern, who, right}, "\t")
}

// Permissions is docs/permissions.md: what each role may do, and who may come to
// each address, from the same data that decides it.
func Permissions(routes []web.Route) string {
	var b strings.Builder
	b.WriteString("# Permissions\n\nPrinted from the code by `make docs`; a test keeps it fresh, and another compares the addresses with a\ntable that is reviewed by hand (internal/housetest/testdata/policy.tsv).\n\n## Roles\n\n| Area |")
	for _, role := range auth.Roles {
		fmt.Fprintf(&b, " %s |", role)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(auth.Roles)) + "\n")
	for _, area := range auth.Areas {
		fmt.Fprintf(&b, "| %s |", area)
		for _, role := range auth.Roles {
			fmt.Fprintf(&b, " %s |", levelWord(role, area))
		}
		b.WriteString("\n")
	}
	b.WriteString("\nWriting includes reading. Only the Owner makes, changes or removes an Owner.\n\n## Addresses\n\n")
	b.WriteString("`anyone` needs no workspace, `visitors` are not signed in, `session` has a password to replace first, `person`\nis signed in with or without a client chosen, `contact` has chosen a client and sees the area, `staff` needs the right.\n\n")
	b.WriteString("| Method | Address | Who | Right |\n|---|---|---|---|\n")
	sorted := slices.Clone(routes)
	slices.SortStableFunc(sorted, func(x, y web.Route) int {
		return cmp.Or(cmp.Compare(x.Pattern, y.Pattern), cmp.Compare(x.Method, y.Method))
	})
	for _, r := range sorted {
		f := strings.Split(PolicyLine(r), "\t")
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", f[0], f[1], f[2], f[3])
	}
	return b.String()
}

func levelWord(role auth.Role, area auth.Area) string {
	switch {
	case role.May(auth.Right{Area: area, Level: auth.Write}):
		return "write"
	case role.May(auth.Right{Area: area, Level: auth.Read}):
		return "read"
	}
	return "-"
}
