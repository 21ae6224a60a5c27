package talk

import (
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/lang"
)

// MeetingIcon is the icon of how people meet.
func MeetingIcon(t calendar.Type) string {
	switch t {
	case calendar.InPerson:
		return "map-pin"
	case calendar.Phone:
		return "phone"
	}
	return "video"
}

// Takes is how long a meeting takes.
func Takes(p lang.Printer, minutes int) string {
	if minutes%60 == 0 {
		return p.N("lasted.hours", minutes/60)
	}
	return p.N("lasted.minutes", minutes)
}
