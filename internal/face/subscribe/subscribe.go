// Package subscribe is where people choose which mail they get, signed in or by the
// address in a mail. It stands below the faces, which share it.
package subscribe

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/notify"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/problem"
)

// Chooser is what somebody who is signed in decides about their mail.
type Chooser interface {
	Areas() []auth.Area
	Settings(ctx context.Context) (notify.Settings, error)
	Save(ctx context.Context, s notify.Settings) error
}

// Path is where the choice is, below the address of a face.
const Path = "/account/notifications"

// Place is the page in a face.
type Place struct {
	web.View
	Door Chooser
	Base string // address of the face
	Sub  string // what the mail is about
	Kind string // whose words the hints are in: portal or app
	// Draw answers with the page in the frame of the face.
	Draw func(status int, title string, body templ.Component) error

	settings notify.Settings
}

type form struct {
	Money     string `form:"money"`
	Contracts string `form:"contracts"`
	Cases     string `form:"cases"`
	Changes   string `form:"changes"`
	Documents string `form:"documents"`
	Calendar  string `form:"calendar"`
	Hour      string `form:"hour"`
	Zone      string `form:"zone"`
}

// portalForm has what members are not mailed about too.
type portalForm struct {
	form
	Projects string `form:"projects"`
}

func (in form) settings(projects string, areas []auth.Area) notify.Settings {
	said := map[auth.Area]string{
		auth.Projects: projects, auth.Money: in.Money, auth.Contracts: in.Contracts, auth.Cases: in.Cases, auth.Changes: in.Changes,
		auth.Documents: in.Documents, auth.Calendar: in.Calendar,
	}
	hour, err := strconv.Atoi(in.Hour)
	if err != nil {
		hour = -1 // which is none, and is said at the field
	}
	s := notify.Settings{Hour: hour, Zone: in.Zone}
	for _, area := range areas {
		s.Wishes = append(s.Wishes, notify.Wish{Area: area, Choice: outbox.Choice(said[area])})
	}
	return s
}

// Show answers with the choice as it is.
func (p Place) Show(r *http.Request) (err error) {
	if p.settings, err = p.Door.Settings(r.Context()); err != nil {
		return err
	}
	return p.draw(http.StatusOK)
}

// Post takes the choice.
func (p Place) Post(w http.ResponseWriter, r *http.Request) error {
	var in form
	projects := ""
	if p.Kind == "portal" {
		var all portalForm
		if err := web.Decode(r, &all); err != nil {
			return err
		}
		projects, in = all.Projects, all.form
	} else if err := web.Decode(r, &in); err != nil {
		return err
	}
	p.settings = in.settings(projects, p.Door.Areas())
	err := p.Door.Save(r.Context(), p.settings)
	if known, ok := problem.As(err); ok && known.Kind == problem.Invalid {
		p.View = p.WithProblem(known)
		return p.draw(web.Status(known))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, p.Base+Path)
	return nil
}

func (p Place) draw(status int) error {
	return p.Draw(status, p.T("notifications.title"), placeView(p))
}

func (p Place) summary() ui.ErrorSummary {
	names := []string{"hour", "zone"}
	for _, w := range p.settings.Wishes {
		names = append(names, string(w.Area))
	}
	items := p.ErrorItems(names...)
	return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
}

func (p Place) choices() []ui.Option {
	var all []ui.Option
	for _, c := range outbox.Choices {
		all = append(all, ui.Option{Value: string(c), Label: p.T("notifications.choice." + string(c))})
	}
	return all
}

// hint says which mail an area has.
func (p Place) hint(area auth.Area) string {
	if p.Kind == "app" {
		return p.T("notifications.app." + string(area))
	}
	return p.T("notifications.portal." + string(area))
}

// zoneHint says which zone holds where none is written.
func (p Place) zoneHint() string {
	if p.Kind == "app" {
		return p.T("notifications.zone_hint", "zone", p.Site.Zone.String())
	}
	return p.T("notifications.zone_hint_client", "zone", p.Site.Zone.String())
}

func (p Place) hours() []ui.Option {
	var all []ui.Option
	for hour := range 24 {
		all = append(all, ui.Option{Value: strconv.Itoa(hour), Label: p.Clock(time.Date(2000, 1, 1, hour, 0, 0, 0, time.UTC))})
	}
	return all
}
