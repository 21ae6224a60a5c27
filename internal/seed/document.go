package seed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// file is bytes that rows which are queued name.
type file struct {
	blob    blob.Blob
	content []byte
}

// Every document has a file of its own, because a row whose bytes are not there is what
// foyer verify finds. So nearly all are small; one in so many is as large as what people
// fetch, and so is the first of each client.
const (
	smallFile, largeFile = 600, 100 << 10 // bytes
	largeEach            = 500
	// writers are files that are written at once: what one takes is mostly waiting for
	// the disk.
	writers = 16
)

// Documents writes n documents of a client: two of three at one of its projects, where
// it has any, and every fourth not shared.
func (s *Sower) Documents(ctx context.Context, of string, n int) error {
	for i := range n {
		if err := s.document(ctx, of, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sower) document(ctx context.Context, of string, i int) error {
	at := s.ago(s.between(1, 380))
	made, version, kind, place := s.id(at), s.id(at), library.OfClient, of
	if projects := s.projects[of]; i%3 > 0 && len(projects) > 0 {
		kind, place = library.OfProject, pick(s, projects)
	}
	name := fmt.Sprintf("%s %s %d.txt", pick(s, works), pick(s, things), i+1)
	size := s.between(80, smallFile)
	if i%largeEach == 0 {
		size = largeFile
	}
	f, err := s.keep(ctx, s.prose(name, size))
	if err != nil {
		return err
	}
	actor := s.actor()
	event, audience, shared := "document.shared", auth.ForClientToo, library.WithClient
	if i%4 == 3 {
		event, audience, shared = "document.added", auth.ForStaffOnly, library.NotShared
	}
	s.made.Documents++
	if err := s.put(ctx, insertDocument, scope.Args{
		"id": made, "kind": string(kind), "place": place, "of": of, "name": name, "name_key": text.Key(name), "category": string(library.Standing[i%len(library.Standing)]),
		"shared": string(shared), "latest": version, "actor": actor, "at": at,
	}); err != nil {
		return err
	}
	if err := s.version(ctx, version, made, of, name, "text/plain; charset=utf-8", f, actor, at); err != nil {
		return err
	}
	params, err := json.Marshal(map[string]string{"name": name, "place_kind": string(kind), "place": place})
	if err != nil {
		return err
	}
	return s.event(ctx, at, event, "document", made, of, auth.Documents, audience, string(params))
}

// version writes the one version of a document.
func (s *Sower) version(ctx context.Context, made, document, of, name, media string, f file, actor any, at time.Time) error {
	return s.put(ctx, insertVersion, scope.Args{
		"id": made, "document": document, "of": of, "name": name, "blob": f.blob.Key, "sha256": f.blob.SHA256, "pieces": f.blob.Pieces, "size": f.blob.Size,
		"media": media, "actor": actor, "at": at,
	})
}

// prose makes up a text of so many bytes.
func (s *Sower) prose(name string, size int) []byte {
	var content bytes.Buffer
	content.WriteString(name + "\n\n")
	for content.Len() < size {
		fmt.Fprintf(&content, "%s %s for the %s, by %s %s.\n", pick(s, works), pick(s, things), pick(s, trades), pick(s, first), pick(s, last))
	}
	content.Truncate(size)
	return content.Bytes()
}

// keep queues the bytes of a file for its row. Its key is of the series too, so that the
// same number makes the same files.
func (s *Sower) keep(ctx context.Context, content []byte) (file, error) {
	b, err := blob.Copy(ctx, io.Discard, bytes.NewReader(content), int64(len(content)))
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	key := make([]byte, 26)
	for i := range key {
		key[i] = letters[s.rng.IntN(len(letters))]
	}
	b.Key = s.who.Site().ID + "/" + string(key)
	f := file{b, content}
	s.files = append(s.files, f)
	return f, err
}

// store writes the files that queued rows name, before those.
func (s *Sower) store(ctx context.Context) error {
	var all sync.WaitGroup
	turns, failed := make(chan file), make(chan error, writers)
	for range writers {
		all.Go(func() {
			var err error
			for f := range turns {
				if err == nil {
					err = s.blobs.Restore(ctx, f.blob, bytes.NewReader(f.content))
				}
			}
			failed <- err
		})
	}
	for _, f := range s.files {
		turns <- f
	}
	close(turns)
	all.Wait()
	close(failed)
	s.files = s.files[:0]
	var errs []error
	for err := range failed {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
