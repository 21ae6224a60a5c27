package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/shelf"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
)

// anyForm is what stands before the files where the client is chosen too.
type anyForm struct {
	Client   string `form:"client"`
	Category string `form:"category"`
	Shared   bool   `form:"shared"`
}

// anyPage is where files are brought to any client.
type anyPage struct {
	view
	In      anyForm
	Clients []library.Place
	More    bool
	Room    library.Room
	Shelves []library.OwnCategory
}

func (f Face) newDocuments(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawAny(w, r, who, http.StatusOK, anyForm{Client: r.URL.Query().Get("client")}, nil)
}

func (f Face) drawAny(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, in anyForm, trouble error) error {
	app := f.Documents.ForStaff(who)
	p := anyPage{view: newView(w, r, who), In: in}
	p.View = p.WithProblem(trouble)
	p.Loads = []string{shelf.Sheet, shelf.Script}
	var err error
	if p.Clients, p.Room, p.More, err = app.Clients(r.Context()); err != nil {
		return err
	}
	if p.Shelves, err = app.Categories(r.Context()); err != nil {
		return err
	}
	return p.drawerOrPage(w, r, status, p.T("document.upload"), anyView(p))
}

func (f Face) postDocumentsOfClient(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in anyForm
	done, err := shelf.Receive(w, r, &in, func() (*library.Load, error) {
		if in.Client == "" {
			return nil, problem.Field("client", "document.choose_client")
		}
		return f.Documents.ForStaff(who.Keyed(web.Key(r))).Begin(r.Context(), library.Parcel{
			Kind: library.OfClient, Place: in.Client, Category: library.Category(in.Category), Shared: in.Shared,
		})
	})
	if shelf.Told(w, r, newView(w, r, who).View, done, err) {
		return nil
	}
	if drawnAgain(err) {
		return f.drawAny(w, r, who, web.Status(err), in, err)
	}
	if err != nil {
		return err
	}
	shelf.Flash(w, r, done)
	web.Redirect(w, r, documentsPath)
	return nil
}

func (p anyPage) client() ui.Select {
	s := ui.Select{Field: ui.Field{Name: "client", Label: p.T("project.client"), Value: p.In.Client, Error: p.Error("client"), Required: true}}
	if p.More {
		s.Field.Hint = p.T("document.more_clients")
	}
	s.Options = []ui.Option{{Label: p.T("case.client.none")}}
	for _, one := range p.Clients {
		s.Options = append(s.Options, ui.Option{Value: one.ID, Label: one.Name})
	}
	return s
}

func (p anyPage) category() ui.Select {
	s := ui.Select{Field: ui.Field{Name: "category", Label: p.T("document.category"), Value: p.In.Category, Error: p.Error("category")}}
	if p.In.Category == "" {
		s.Field.Value = string(library.Reports)
	}
	s.Options = p.sorted(p.Shelves)
	return s
}

// sorted are the categories that can be chosen.
func (v view) sorted(own []library.OwnCategory) []ui.Option {
	var options []ui.Option
	for _, one := range library.Standing {
		options = append(options, ui.Option{Value: string(one), Label: shelf.Category(v.View, one, "")})
	}
	for _, one := range own {
		options = append(options, ui.Option{Value: string(one.ID), Label: one.Name})
	}
	return options
}
