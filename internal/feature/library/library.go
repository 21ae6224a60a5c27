package library

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

// ID names a document.
type ID = id.Of[Document]

// VersionID names a version of one.
type VersionID = id.Of[Version]

// Feature is the documents with where their bytes are.
type Feature struct {
	Documents document.Shelf
	// Enqueue writes a job in the transaction of the change that wants it.
	Enqueue func(ctx context.Context, tx scope.Tx, kind string, args any) error
	// Uploads are those under way; nil: they are not counted.
	Uploads *Underway
}

// Category is what a document is sorted into: one of the three that are always there,
// or the id of one of the workspace's own.
type Category string

// The categories that are always there.
const (
	Contracts    Category = "contracts"
	Deliverables Category = "deliverables"
	Reports      Category = "reports"
)

// Standing lists the categories that are always there, in their order.
var Standing = []Category{Contracts, Deliverables, Reports}

// Standing tells whether it is one of the three.
func (c Category) Standing() bool { return slices.Contains(Standing, c) }

// Kind is what a document is attached to.
type Kind string

// The kinds of places.
const (
	OfClient   Kind = "client"
	OfProject  Kind = "project"
	OfContract Kind = "contract"
	OfInvoice  Kind = "invoice"
	OfCase     Kind = "case"
)

// Kinds lists the kinds of places in their order.
var Kinds = []Kind{OfClient, OfProject, OfContract, OfInvoice, OfCase}

// category is what a document at such a place is sorted into until somebody says
// otherwise.
func (k Kind) category() Category {
	switch k {
	case OfContract:
		return Contracts
	case OfProject:
		return Deliverables
	}
	return Reports
}

// Right is what staff need to see such a place.
func (k Kind) Right() auth.Right { return rights[k] }

// rights are what staff need to see a place.
var rights = map[Kind]auth.Right{
	OfClient: auth.ClientsRead, OfProject: auth.ProjectsRead, OfContract: auth.ContractsRead, OfInvoice: auth.MoneyRead, OfCase: auth.CasesRead,
}

// Place is a record that documents are attached to.
type Place struct {
	Kind       Kind
	ID         string
	Name       string // of the record; of an invoice its number, empty while it has none; of a client its name
	Client     client.ID
	ClientName string
}

// Default is the category of what comes here without one.
func (p Place) Default() Category { return p.Kind.category() }

// Source is who brought a document.
type Source string

// The sources.
const (
	Made       Source = "own" // a file of record, which the program made
	FromStaff  Source = "staff"
	FromClient Source = "client"
)

// Sharing is which people of a client see a document, as far as they see its place.
type Sharing string

// The ways to share.
const (
	NotShared  Sharing = "none"
	WithClient Sharing = "client"
	WithChosen Sharing = "chosen"
)

// Sharings lists the ways to share in the order in which they are offered.
var Sharings = []Sharing{NotShared, WithClient, WithChosen}

// State is where a document stands.
type State string

// The states.
const (
	Kept     State = "kept"
	Archived State = "archived"
	Deleted  State = "deleted"
)

// Retention is how long a deleted document can come back.
const Retention = 30 * 24 * time.Hour

// The longest name of a document and the longest search, in characters.
const (
	LongestName     = 120
	longestCategory = 60
	longestQuestion = 200
)

// Version is one version of a document.
type Version struct {
	ID        VersionID
	Number    int
	Name      string // as it was called when it came
	Size      int64  // bytes
	MediaType string
	At        time.Time
	By        string // name of who brought it; empty for the program
	Pictured  bool   // there is a picture of it to look at
}

// ending is that of a file's name, such as .pdf.
func ending(name string) string { return path.Ext(name) }

// Ending is what a file is as people call it: PDF.
func Ending(name string) string { return strings.ToUpper(strings.TrimPrefix(ending(name), ".")) }

// Looked tells whether there is something to look at without keeping the file: a
// picture that we drew, or a PDF.
func (v Version) Looked() bool { return v.Pictured || v.MediaType == pdf }

const pdf = "application/pdf"

// Row is a document in staff's list.
type Row struct {
	ID           ID
	Name         string
	Category     Category
	CategoryName string // of one of the workspace's own
	Source       Source
	Sharing      Sharing
	State        State
	Place        Place
	Latest       Version
	Downloads    int // of all its versions
}

// Document is a document as staff see it.
type Document struct {
	Row
	Version   int64 // of the row, for forms
	Earlier   bool  // the client sees earlier versions too
	StateAt   time.Time
	Room      Room // of its client
	Versions  []Version
	Downloads []Download // the newest, at most MostDownloads
	Contacts  []Contact  // of the client
}

// Fixed tells whether nothing of it can be changed: a file of record.
func (d Document) Fixed() bool { return d.Source == Made }

// Contact is somebody a document can be shared with.
type Contact struct {
	ID        string
	Name      string
	Suspended bool
	Documents bool // sees documents at all
	Chosen    bool // the document is shared with them, where it is with chosen ones
}

// MostDownloads is how many downloads the page of a document lists.
const MostDownloads = 50

// Download is somebody who was handed a file.
type Download struct {
	Name    string // of the person
	Client  bool   // one of the client's
	Number  int    // of the version
	Looked  bool   // they only looked at it
	At      time.Time
	Address string
}

func scanRow(row scope.Row) (r Row, err error) {
	err = row.Scan(&r.ID, &r.Name, &r.Category, scope.Text(&r.CategoryName), &r.Source, &r.Sharing, &r.State,
		&r.Place.Kind, &r.Place.ID, scope.Text(&r.Place.Name), &r.Place.Client, &r.Place.ClientName,
		&r.Latest.ID, &r.Latest.Number, &r.Latest.Name, &r.Latest.Size, &r.Latest.MediaType, scope.Time(&r.Latest.At), scope.Text(&r.Latest.By), &r.Downloads)
	if r.Place.Kind == OfClient {
		r.Place.Name = r.Place.ClientName
	}
	return r, err
}

func scanVersion(row scope.Row) (v Version, err error) {
	err = row.Scan(&v.ID, &v.Number, &v.Name, &v.Size, &v.MediaType, scope.Time(&v.At), scope.Text(&v.By), &v.Pictured)
	return v, err
}
