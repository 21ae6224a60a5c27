package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// orElse is the text, or the other when it is empty.
func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// current marks the link of the page one is on.
func current(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// idAttr gives an id attribute, or none for the empty id.
func idAttr(id string) templ.Attributes {
	if id == "" {
		return nil
	}
	return templ.Attributes{"id": id}
}

// labelAttr names an element, unless the name is empty.
func labelAttr(label string) templ.Attributes {
	if label == "" {
		return nil
	}
	return templ.Attributes{"aria-label": label}
}

// dialogAttr marks a link whose page opens over this one when the script runs.
func dialogAttr(kind string) templ.Attributes {
	if kind == "" {
		return nil
	}
	return templ.Attributes{"data-dialog": kind}
}

// feedIconClass is the size of a feed's icons: 16 px inside a disc.
func feedIconClass(plain bool) string {
	if plain {
		return ""
	}
	return "icon-sm"
}

// menuLabel names a menu's button, unless what it shows already does.
func menuLabel(m Menu) templ.Attributes {
	if m.Label == "" {
		return nil
	}
	return templ.Attributes{"aria-label": m.Label, "title": m.Label}
}

// chosen marks the button of the choice that holds now.
func chosen(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}

// railTitleID is the id of the title of the rail's nth group.
func railTitleID(n int) string { return "rail-group-" + strconv.Itoa(n) }

// railListName names the list of a rail group by the group's title.
func railListName(g NavGroup, n int) templ.Attributes {
	if g.Title == "" {
		return nil
	}
	return templ.Attributes{"aria-labelledby": railTitleID(n)}
}

// headingOf is the element of a heading level; h2 when it is not said.
func headingOf(level int) string {
	switch level {
	case 1:
		return "h1"
	case 3:
		return "h3"
	}
	return "h2"
}
