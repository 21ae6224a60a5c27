package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// UploadField is the form field at which problems of files are shown.
const UploadField = "files"

// MostFiles is how many files one form brings at most.
const MostFiles = 50

// Room is how much may still come, in bytes; 0 in a limit means that there is none.
type Room struct {
	File                     int64 // the largest file
	ClientLimit, ClientUsed  int64
	StorageLimit, StoredUsed int64 // of all clients together
}

// Left is how much may still come for the client; the second value tells whether
// there is an end to it.
func (r Room) Left() (int64, bool) {
	left, limited := int64(0), false
	for _, of := range []struct{ limit, used int64 }{{r.ClientLimit, r.ClientUsed}, {r.StorageLimit, r.StoredUsed}} {
		if of.limit == 0 {
			continue
		}
		if rest := max(of.limit-of.used, 0); !limited || rest < left {
			left, limited = rest, true
		}
	}
	return left, limited
}

// Largest is the most bytes of a file that may come now.
func (r Room) Largest() int64 {
	if left, limited := r.Left(); limited && left < r.File {
		return left
	}
	return r.File
}

// Nearly tells whether the room of the client, or of all, is nearly used up.
func (r Room) Nearly() bool {
	return r.ClientLimit > 0 && r.ClientUsed >= r.ClientLimit/10*9 || r.StorageLimit > 0 && r.StoredUsed >= r.StorageLimit/10*9
}

// columns are where the columns of room go.
func (r *Room) columns() []any {
	return []any{&r.File, &r.ClientLimit, &r.StorageLimit, &r.ClientUsed, &r.StoredUsed}
}

func readRoomOf(ctx context.Context, tx scope.Tx, of client.ID) (Room, error) {
	return scope.One(ctx, tx, readRoom, tx.WithClient(of.String(), scope.Args{}), func(row scope.Row) (r Room, err error) {
		return r, row.Scan(r.columns()...)
	})
}

// Parcel is what is to be known of files that come.
type Parcel struct {
	Kind     Kind
	Place    string
	Category Category // empty for that of the place
	Shared   bool     // with the client; what a client brings always is
	Of       ID       // the document whose next version it is; empty for new documents
	Version  int64    // with Of: of the row that the form was drawn from
}

// hand is whoever brings files.
type hand interface {
	Site() auth.Site
	NewID() string
	ID() string
	Record(ctx context.Context, tx scope.Tx, e auth.Event) error
	Post(ctx context.Context, tx scope.Tx, m auth.Mail) error
}

// Load is files on their way in: begun when the place is known, filled as they come,
// and made documents all together or not at all.
type Load struct {
	f      Feature
	by     hand
	client bool // a contact brings them
	parcel Parcel
	place  Place
	room   Room
	write  func(ctx context.Context, fn func(tx scope.Tx) error) error
	seeing func(scope.Args) scope.Args // what a contact sees; nil for staff
	// again asks anew whether it may be; a form that is stale is found out at the end,
	// where one that came before is known.
	again  func(ctx context.Context, tx scope.Tx, atEnd bool) (Place, error)
	files  []document.Uploaded
	size   int64
	closed bool
}

// Begin begins an upload, which Finish, Drop or Close ends. Problems are Forbidden, NotFound,
// Invalid at category, Conflict where a version is to be added to what cannot
// have one, and TooMany where the person has several under way.
func (a App) Begin(ctx context.Context, in Parcel) (*Load, error) {
	l := &Load{f: a.f, by: a.who, parcel: in}
	l.write = func(ctx context.Context, fn func(scope.Tx) error) error {
		return a.who.Keyed(l.key(a.who.Facts().Key)).Write(ctx, auth.DocumentsWrite, fn)
	}
	l.again = func(ctx context.Context, tx scope.Tx, atEnd bool) (Place, error) {
		if in.Of != "" {
			return a.nextOf(ctx, tx, in, atEnd)
		}
		return a.place(ctx, tx, in.Kind, in.Place)
	}
	return l, l.begin(ctx, func(ctx context.Context, fn func(scope.Tx) error) error {
		return a.who.Read(ctx, auth.DocumentsWrite, fn)
	})
}

// Begin begins an upload of the client's. Problems are Forbidden, NotFound and
// Conflict, as staff have them.
func (p Portal) Begin(ctx context.Context, in Parcel) (*Load, error) {
	if !p.MayUpload() {
		return nil, problem.Of(problem.Forbidden, "document.may_not_upload")
	}
	in.Shared, in.Category = true, ""
	l := &Load{f: p.f, by: p.who, client: true, parcel: in, seeing: p.seeing}
	l.write = func(ctx context.Context, fn func(scope.Tx) error) error {
		return p.who.Keyed(l.key(p.who.Facts().Key)).Write(ctx, auth.Documents, fn)
	}
	l.again = func(ctx context.Context, tx scope.Tx, atEnd bool) (Place, error) {
		if in.Of != "" {
			return p.nextOf(ctx, tx, in, atEnd)
		}
		return p.place(ctx, tx, in.Kind, in.Place)
	}
	return l, l.begin(ctx, func(ctx context.Context, fn func(scope.Tx) error) error { return p.who.Read(ctx, auth.Documents, fn) })
}

func (l *Load) begin(ctx context.Context, read func(context.Context, func(scope.Tx) error) error) error {
	if l.parcel.Of != "" && !id.Valid(l.parcel.Of.String()) || l.parcel.Of == "" && !id.Valid(l.parcel.Place) {
		return problem.Missing()
	}
	if err := read(ctx, func(tx scope.Tx) (err error) {
		if l.place, err = l.again(ctx, tx, false); err != nil {
			return err
		}
		if err := l.sorted(ctx, tx); err != nil {
			return err
		}
		l.room, err = readRoomOf(ctx, tx, l.place.Client)
		return err
	}); err != nil {
		return err
	}
	return l.f.Uploads.enter(l.by.ID())
}

// Close ends an upload that was begun, if Finish or Drop has not.
func (l *Load) Close() {
	if !l.closed {
		l.f.Uploads.leave(l.by.ID())
	}
	l.closed = true
}

// sorted holds that the category is one that can be chosen.
func (l *Load) sorted(ctx context.Context, tx scope.Tx) error {
	if l.parcel.Category == "" {
		l.parcel.Category = l.place.Default()
	}
	return offered(ctx, tx, l.parcel.Category)
}

// place finds a record that the role sees.
func (a App) place(ctx context.Context, tx scope.Tx, kind Kind, of string) (Place, error) {
	p, _, err := a.placeRoom(ctx, tx, kind, of)
	return p, err
}

func (a App) placeRoom(ctx context.Context, tx scope.Tx, kind Kind, of string) (p Place, r Room, err error) {
	right, known := rights[kind]
	if !known || !a.who.May(right) || !id.Valid(of) {
		return p, r, problem.Missing()
	}
	p, err = scope.One(ctx, tx, findPlace, scope.Args{"kind": kind, "place": of}, func(row scope.Row) (Place, error) {
		p := Place{Kind: kind, ID: of}
		return p, row.Scan(append([]any{scope.Text(&p.Name), &p.Client, &p.ClientName}, r.columns()...)...)
	})
	return p, r, err
}

// Place is a record with what may still come there; problem.NotFound.
func (a App) Place(ctx context.Context, kind Kind, of string) (Place, Room, error) {
	var p Place
	var r Room
	err := a.who.Read(ctx, auth.DocumentsRead, func(tx scope.Tx) (err error) {
		p, r, err = a.placeRoom(ctx, tx, kind, of)
		return err
	})
	return p, r, err
}

// MostClients is how many clients the form of all documents offers.
const MostClients = 500

// Clients are those whom documents can be brought to, at most MostClients by name, and
// what one file may be; more tells of others.
func (a App) Clients(ctx context.Context) (all []Place, room Room, more bool, err error) {
	err = a.who.Read(ctx, auth.DocumentsWrite, func(tx scope.Tx) (err error) {
		if all, err = scope.List(ctx, tx, listClients, nil, func(row scope.Row) (Place, error) {
			p := Place{Kind: OfClient}
			err := row.Scan(&p.Client, &p.ClientName)
			p.ID, p.Name = p.Client.String(), p.ClientName
			return p, err
		}); err != nil {
			return err
		}
		room, err = readRoomOf(ctx, tx, "")
		room.ClientLimit = 0 // whose room it is is not known yet
		return err
	})
	if len(all) > MostClients {
		all, more = all[:MostClients], true
	}
	return all, room, more, err
}

// Room is how much the client may still bring.
func (p Portal) Room(ctx context.Context) (Room, error) {
	var r Room
	err := p.who.Read(ctx, auth.Documents, func(tx scope.Tx) (err error) {
		r, err = readRoomOf(ctx, tx, client.ID(p.who.ClientID()))
		return err
	})
	return r, err
}

func (p Portal) place(ctx context.Context, tx scope.Tx, kind Kind, of string) (Place, error) {
	if !id.Valid(of) {
		return Place{}, problem.Missing()
	}
	return scope.One(ctx, tx, findShownPlace, scope.Args{"kind": kind, "place": of, "projects": p.who.Sees(auth.Projects)}, func(row scope.Row) (Place, error) {
		at := Place{Kind: kind, ID: of, Client: client.ID(p.who.ClientID()), ClientName: p.who.ClientName()}
		return at, row.Scan(&at.Name)
	})
}

// nextOf holds that a document can get a version.
func (a App) nextOf(ctx context.Context, tx scope.Tx, in Parcel, atEnd bool) (Place, error) {
	d, err := a.read(ctx, tx, in.Of)
	if err != nil {
		return Place{}, err
	}
	if !atEnd {
		in.Version = d.Version
	}
	if err := d.changeable(in.Version); err != nil {
		return Place{}, err
	}
	if d.State != Kept {
		return Place{}, problem.Of(problem.Conflict, "document.not_kept")
	}
	return d.Place, nil
}

// nextOf holds that a contact may add a version: to what the client brought.
func (p Portal) nextOf(ctx context.Context, tx scope.Tx, in Parcel, atEnd bool) (Place, error) {
	s, err := p.read(ctx, tx, in.Of)
	if err != nil {
		return Place{}, err
	}
	if s.Source != FromClient {
		return Place{}, problem.Of(problem.Forbidden, "document.not_yours")
	}
	if atEnd && s.Version != in.Version {
		return Place{}, problem.Stale()
	}
	s.Place.Client = client.ID(p.who.ClientID())
	return s.Place, nil
}

// key is that of the form with what came in it: the same form with other files is another
// upload.
func (l *Load) key(form string) string {
	if form == "" {
		return ""
	}
	sum := sha256.New()
	for _, u := range l.files {
		_, _ = io.WriteString(sum, u.SHA256()+" "+u.Name+"\n")
	}
	return form + "." + hex.EncodeToString(sum.Sum(nil)[:16])
}

// Add takes a file as it comes. Problems are Invalid at UploadField, and Unavailable
// when the store has no room; the files before it are still there.
func (l *Load) Add(ctx context.Context, name string, content io.Reader) error {
	switch {
	case len(l.files) >= MostFiles:
		return problem.Field(UploadField, "upload.most", "max", MostFiles)
	case l.parcel.Of != "" && len(l.files) > 0:
		return problem.Field(UploadField, "document.one_version")
	}
	limit, full := l.room.File, false
	if left, limited := l.room.Left(); limited && left-l.size < limit {
		limit, full = max(left-l.size, 0), true
	}
	one, err := l.f.Documents.Take(ctx, l.by.Site().ID, UploadField, name, content, limit)
	if p, ok := problem.As(err); ok && full && p.Fields[UploadField].Key == "upload.too_large" {
		return noRoom(name)
	}
	if err != nil {
		return err
	}
	l.files, l.size = append(l.files, one), l.size+one.Size()
	return nil
}

func noRoom(name string) error { return problem.Field(UploadField, "document.no_room", "name", name) }

// Drop throws away what was taken, where the upload breaks off.
func (l *Load) Drop(ctx context.Context) {
	defer l.Close()
	l.f.Documents.Drop(ctx, l.files)
}

// Brought is what became of an upload.
type Brought struct {
	Added []string // names, as the documents are called
	Here  []string // of files that were here already, bytes and name, and were not added again
	Of    ID       // of the document, where there was one
}

// Finish makes documents, or a version, of what was taken. Problems are those of
// Begin, Conflict where a version is to be added to what is no longer as the form says,
// and Invalid at UploadField without any file or when the room is used up.
func (l *Load) Finish(ctx context.Context) (Brought, error) {
	defer l.Close()
	var done Brought
	if len(l.files) == 0 {
		return done, problem.Field(UploadField, "document.choose")
	}
	used := map[int]bool{}
	kept := false
	err := l.write(ctx, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			err := l.finish(ctx, tx, &done, used)
			kept = err == nil // else there is nothing that could be committed
			return "", err
		})
		return err
	})
	return done, l.f.Documents.SettleAll(ctx, l.files, func(i int) bool { return kept && used[i] }, err)
}

func (l *Load) finish(ctx context.Context, tx scope.Tx, done *Brought, used map[int]bool) error {
	if err := tx.Lock(ctx, "library/room"); err != nil {
		return err
	}
	if of := l.parcel.Of; of != "" { // whoever changes the document waits
		if err := tx.Lock(ctx, "library/"+of.String()); err != nil {
			return err
		}
	}
	place, err := l.again(ctx, tx, true)
	if err != nil {
		return err
	}
	l.place = place
	if err := l.sorted(ctx, tx); err != nil {
		return err
	}
	room, err := readRoomOf(ctx, tx, place.Client)
	if err != nil {
		return err
	}
	if left, limited := room.Left(); limited && left < l.size {
		return noRoom(l.files[len(l.files)-1].Name)
	}
	if l.parcel.Of != "" {
		return l.next(ctx, tx, done, used)
	}
	here, err := l.names(ctx, tx)
	if err != nil {
		return err
	}
	for i, u := range l.files {
		if found := here.same(u); found != nil {
			if err := l.found(ctx, tx, found, u.Name, done); err != nil {
				return err
			}
			continue
		}
		used[i] = true
		made, name, err := l.create(ctx, tx, u, here)
		if err != nil {
			return err
		}
		done.Added, done.Of = append(done.Added, name), made
	}
	return nil
}

// found shares what is here already where the files are to be shared and it is not.
func (l *Load) found(ctx context.Context, tx scope.Tx, e *entry, name string, done *Brought) error {
	if l.parcel.Shared && e.shared == NotShared {
		if err := tx.Lock(ctx, "library/"+e.of.String()); err != nil {
			return err
		}
		e.shared = WithClient
		shared, err := tx.Exec(ctx, shareFound, scope.Args{"document": e.of})
		if err != nil {
			return err
		}
		if shared > 0 {
			done.Added, done.Of = append(done.Added, name), e.of
			return l.tell(ctx, tx, "document.shared", e.of, name)
		}
	}
	done.Here = append(done.Here, name)
	return nil
}

func (l *Load) create(ctx context.Context, tx scope.Tx, u document.Uploaded, here names) (ID, string, error) {
	name := here.free(u.Name)
	shared := NotShared
	if l.parcel.Shared {
		shared = WithClient
	}
	made, err := document.Create(ctx, tx, l.by.NewID, document.File{
		Place:    document.Place{Kind: string(l.place.Kind), ID: l.place.ID, Client: l.place.Client.String()},
		Category: string(l.parcel.Category), Name: name, Stored: u.Stored(),
	}, string(shared))
	if err != nil {
		return "", "", err
	}
	here[text.Key(name)] = append(here[text.Key(name)], &entry{ID(made), u.SHA256(), shared})
	if err := l.picture(ctx, tx, ID(made), u); err != nil {
		return "", "", err
	}
	event := "document.added"
	switch {
	case l.client:
		event = "document.uploaded"
	case l.parcel.Shared:
		event = "document.shared"
	}
	return ID(made), name, l.tell(ctx, tx, event, ID(made), name)
}

// next adds the one file as a version of a document, which takes its ending.
func (l *Load) next(ctx context.Context, tx scope.Tx, done *Brought, used map[int]bool) error {
	u, of := l.files[0], l.parcel.Of
	used[0] = true
	d, err := scope.One(ctx, tx, readName, tx.WithClient(l.place.Client.String(), scope.Args{"document": of}), func(row scope.Row) (d struct{ name, shared, hash string }, err error) {
		return d, row.Scan(&d.name, &d.shared, &d.hash)
	})
	if err != nil {
		return err
	}
	if d.hash == u.SHA256() {
		return problem.Field(UploadField, "document.same", "name", u.Name)
	}
	at := l.place.Client.String()
	if _, err := document.Grow(ctx, tx, l.by.NewID, of.String(), at, u.Name, u.Stored()); err != nil {
		return err
	}
	name := d.name
	if was, is := path.Ext(name), path.Ext(u.Name); !strings.EqualFold(was, is) {
		name = strings.TrimSuffix(name, was) + is
	}
	if _, err := tx.Exec(ctx, renameTo, tx.WithClient(at, scope.Args{"document": of, "name": name, "name_key": text.Key(name)})); err != nil {
		return err
	}
	if err := l.picture(ctx, tx, of, u); err != nil {
		return err
	}
	done.Added, done.Of = []string{name}, of
	event := "document.renewed"
	if d.shared == string(NotShared) {
		event = "document.renewed_inside"
	}
	return l.tell(ctx, tx, event, of, name)
}

// tell records what came, and posts the mails of it.
func (l *Load) tell(ctx context.Context, tx scope.Tx, event string, of ID, name string) error {
	return tell(ctx, tx, l.by, l.client, event, l.place, of, name)
}
