package document

import (
	"context"
	"fmt"
	"io"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Place is what a document is attached to.
type Place struct {
	Kind   string // workspace, client, project, contract, invoice, case; attachment or note of something that was said
	ID     string // of that thing
	Client string // the client it belongs to, empty for the workspace's own
}

// OfWorkspace is the place of the workspace's own files, such as its logo.
func OfWorkspace(id string) Place { return Place{Kind: "workspace", ID: id} }

// Stored is bytes in the blob store that have no row yet.
type Stored struct {
	blob      blob.Blob
	mediaType string
}

// SHA256 is the hash of the bytes in lower-case hex.
func (s Stored) SHA256() string { return s.blob.SHA256 }

// Blob is what a row that is not a version keeps of them.
func (s Stored) Blob() blob.Blob { return s.blob }

// Version is one version of a document, with where its bytes are.
type Version struct {
	ID        string
	MediaType string
	blob      blob.Blob
}

// SHA256 is the hash of the bytes in lower-case hex.
func (v Version) SHA256() string { return v.blob.SHA256 }

// Size is the number of bytes.
func (v Version) Size() int64 { return v.blob.Size }

// Shelf is where the bytes of documents are.
type Shelf struct{ Blobs blob.Store }

// Store keeps the bytes of a file of the workspace, before any row knows of
// them; it must not be called inside a transaction. mediaType is what we made of
// the file, never what a browser called it. Problems: TooLarge above limit
// bytes; Unavailable when there is no room.
func (s Shelf) Store(ctx context.Context, workspace, mediaType string, content io.Reader, limit int64) (Stored, error) {
	b, err := s.Blobs.Put(ctx, workspace, content, limit)
	if err != nil {
		return Stored{}, fmt.Errorf("store file: %w", err)
	}
	return Stored{b, mediaType}, nil
}

// Settle is called after the transaction in which stored bytes should have got
// their row, and gives its error back. kept tells whether Add was reached. Bytes
// that surely have no row, because Add was not reached or the change was refused for
// a person's reason, go away again. After any other error it is not known whether the
// rows are there, so the bytes stay, for the sweep.
func (s Shelf) Settle(ctx context.Context, stored Stored, kept bool, err error) error {
	_, refused := problem.As(err)
	if refused || !kept {
		// Bytes that cannot be taken away now are swept later.
		_ = s.Blobs.Delete(context.WithoutCancel(ctx), stored.blob.Key)
	}
	return err
}

// Open opens the bytes of a version. Reading ends with blob.ErrCorrupt where they
// are not those that were stored.
func (s Shelf) Open(ctx context.Context, v Version) (io.ReadSeekCloser, error) {
	r, err := blob.OpenVerified(ctx, s.Blobs, v.blob)
	if err != nil {
		return nil, fmt.Errorf("open version %s: %w", v.ID, err)
	}
	return r, nil
}

// CheckAll reads every file of a workspace and gives those that are gone or are
// not what was stored. read opens a transaction of the workspace.
func (s Shelf) CheckAll(ctx context.Context, read func(context.Context, func(scope.Tx) error) error) (looked int, broken []error, err error) {
	for after := ""; ; {
		var some []Version
		if err := read(ctx, func(tx scope.Tx) (err error) {
			some, err = scope.List(ctx, tx, listVersions, scope.Args{"after": after}, scanVersion)
			return err
		}); err != nil || len(some) == 0 {
			return looked, broken, err
		}
		for _, v := range some {
			if err := s.check(ctx, v); err != nil {
				broken = append(broken, err)
			}
			looked++
		}
		after = some[len(some)-1].ID
	}
}

func (s Shelf) check(ctx context.Context, v Version) error {
	r, err := s.Open(ctx, v)
	if err != nil {
		return err
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); err != nil {
		return fmt.Errorf("read version %s: %w", v.ID, err)
	}
	return nil
}

// File is what is to be known of stored bytes.
type File struct {
	Place    Place
	Category string
	Name     string
	Stored   Stored
	// Made is set of a file of record that the program makes: lists have it, and its
	// client sees it while they see its place. Any other is a part of something else.
	Made bool
}

// Add writes the row of a new version of what the program keeps, in the transaction of
// the change that wants it, and gives its id. The first version of a category at a
// place makes its document; those after it are numbered on. newID makes ids. Clients
// add to what is theirs alone.
func Add(ctx context.Context, tx scope.Tx, newID func() string, f File) (string, error) {
	if err := tx.Lock(ctx, "document/"+f.Place.Kind+"/"+f.Place.ID+"/"+f.Category); err != nil {
		return "", err
	}
	at := tx.WithClient(f.Place.Client, scope.Args{"place_kind": f.Place.Kind, "place": f.Place.ID, "category": f.Category})
	found, err := scope.One(ctx, tx, latest, at, scope.Value[string])
	if problem.Is(err, problem.NotFound) {
		state, shared := "inner", "none"
		if f.Made {
			state, shared = "kept", "client"
		}
		_, version, err := create(ctx, tx, newID, f, state, shared, "own")
		return version, err
	}
	if err != nil {
		return "", err
	}
	return Grow(ctx, tx, newID, found, f.Place.Client, f.Name, f.Stored)
}

// Create writes the rows of a new document that somebody brought, in the transaction
// of the change, and gives its id. shared is none, client or chosen.
func Create(ctx context.Context, tx scope.Tx, newID func() string, f File, shared string) (string, error) {
	source := "staff"
	if tx.Who().Kind == scope.Portal {
		source = "client"
	}
	made, _, err := create(ctx, tx, newID, f, "kept", shared, source)
	return made, err
}

func create(ctx context.Context, tx scope.Tx, newID func() string, f File, state, shared, source string) (made, version string, err error) {
	made = newID()
	if _, err := tx.Exec(ctx, insertDocument, tx.WithClient(f.Place.Client, tx.WithIdentity("", scope.Args{
		"id": made, "place_kind": f.Place.Kind, "place": f.Place.ID, "name": f.Name, "name_key": text.Key(f.Name), "category": f.Category,
		"source": source, "state": state, "shared": shared,
	}))); err != nil {
		return "", "", err
	}
	version, err = Grow(ctx, tx, newID, made, f.Place.Client, f.Name, f.Stored)
	return made, version, err
}

// Grow adds a version to a document of a client, or of the workspace where client is
// empty, and gives its id. Whoever calls it holds a lock of the document.
func Grow(ctx context.Context, tx scope.Tx, newID func() string, document, client, name string, stored Stored) (string, error) {
	version := newID()
	b := stored.blob
	if _, err := tx.Exec(ctx, insertVersion, tx.WithClient(client, tx.WithIdentity("", scope.Args{
		"id": version, "document": document, "name": name, "blob": b.Key, "sha256": b.SHA256, "pieces": b.Pieces, "size": b.Size, "media_type": stored.mediaType,
	}))); err != nil {
		return "", err
	}
	_, err := tx.Exec(ctx, moveLatest, tx.WithClient(client, scope.Args{"document": document, "latest": version}))
	return version, err
}

// Find reads a version; problem.NotFound when the workspace has none of this id.
func Find(ctx context.Context, tx scope.Tx, version string) (Version, error) {
	return scope.One(ctx, tx, findVersion, scope.Args{"version": version}, scanVersion)
}

// FindSeen is Find in a client's transaction: a version of what is attached to
// something of theirs, or of the workspace's own files, which is its logo.
func FindSeen(ctx context.Context, tx scope.Tx, version string) (Version, error) {
	return scope.One(ctx, tx, findSeenVersion, scope.Args{"version": version}, scanVersion)
}

const latest = `-- latestOfOwn
select d.id
from document d
where d.workspace_id = :workspace
  and d.place_kind = :place_kind
  and d.place_id = :place
  and d.category = :category
  and d.source = 'own'
  and (:client = '' or d.client_id = :client)
order by d.id
limit 1`

const insertDocument = `-- insertDocument
insert into document (workspace_id, id, place_kind, place_id, client_id, name, name_key, category, source, state, state_at, shared, latest_id, created_at, created_by)
values (:workspace, :id, :place_kind, :place, nullif(:client, ''), :name, :name_key, :category, :source, :state, :now, :shared, '', :now, nullif(:identity, ''))`

const insertVersion = `-- insertVersion
insert into document_version (workspace_id, id, document_id, client_id, number, name, blob_key, sha256, pieces, size_bytes, media_type, created_at, created_by)
select d.workspace_id, :id, d.id, d.client_id,
	coalesce((select max(v.number) from document_version v where v.workspace_id = d.workspace_id and v.document_id = d.id), 0) + 1,
	:name, :blob, :sha256, :pieces, cast(:size as bigint), :media_type, cast(:now as bigint), nullif(:identity, '')
from document d
where d.workspace_id = :workspace
  and d.id = :document
  and (:client = '' or d.client_id = :client)`

const moveLatest = `-- moveLatest
update document
set latest_id = :latest
where workspace_id = :workspace
  and id = :document
  and (:client = '' or client_id = :client)`

const findVersion = `-- findVersion
select id, media_type, blob_key, sha256, pieces, size_bytes
from document_version
where workspace_id = :workspace
  and id = :version`

const listVersions = `-- listVersions
select id, media_type, blob_key, sha256, pieces, size_bytes
from document_version
where workspace_id = :workspace
  and id > :after
order by id
limit 500`

const findSeenVersion = `-- findSeenVersion
select v.id, v.media_type, v.blob_key, v.sha256, v.pieces, v.size_bytes
from document_version v
join document d on d.workspace_id = v.workspace_id and d.id = v.document_id
where v.workspace_id = :workspace
  and v.id = :version
  and (d.client_id = :client or d.client_id is null and d.place_kind = 'workspace')`

func scanVersion(row scope.Row) (v Version, err error) {
	err = row.Scan(&v.ID, &v.MediaType, &v.blob.Key, &v.blob.SHA256, &v.blob.Pieces, &v.blob.Size)
	return v, err
}
