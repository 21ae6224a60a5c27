package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
)

const feedPath = calendarPath + "/feed"

// feedPage is the private address of one's own calendar.
type feedPage struct {
	view
	Feed calendar.Feed
}

func (f Face) showFeed(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	feed, err := f.Calendar.ForStaff(who).Feed(r.Context())
	if err != nil {
		return err
	}
	p := feedPage{newView(w, r, who), feed}
	return p.drawerOrPage(w, r, http.StatusOK, p.T("calendar.feed"), feedView(p))
}

func (f Face) postFeed(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := f.Calendar.ForStaff(who).NewFeed(r.Context()); err != nil {
		return err
	}
	return settingsSaved(w, r, feedPath, "flash.feed_made")
}

func (f Face) postFeedRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := f.Calendar.ForStaff(who).EndFeed(r.Context()); err != nil {
		return err
	}
	return settingsSaved(w, r, feedPath, "flash.feed_ended")
}
