package library_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/document/documenttest"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
)

// log is what the page of a document says of downloads, newest first.
func (b *bench) log(t *testing.T, of library.ID) (all []string) {
	t.Helper()
	for _, l := range b.get(t, of).Downloads {
		all = append(all, fmt.Sprintf("%s %d %v %v %s", l.Name, l.Number, l.Client, l.Looked, l.Address))
	}
	return all
}

// Who was handed what is written down: each download, and a look once an hour.
func TestDownloadsAreWrittenDown(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1")
		fresh := func() bool {
			s, err := b.portal(t, ines).Get(ctx, of)
			must(t, err)
			return s.Fresh
		}
		if !fresh() || len(b.log(t, of)) > 0 {
			t.Errorf("before anything it is %v, %q", fresh(), b.log(t, of))
		}
		first := b.get(t, of).Latest.ID
		take := func(version library.VersionID, manner library.Manner) {
			t.Helper()
			f, err := b.portal(t, ines).File(ctx, of, version, manner)
			_, err = fetch(t, f, err)
			must(t, err)
		}
		f, err := b.portal(t, ines).File(ctx, of, "", library.ToKeep)
		must(t, err)
		must(t, f.Close()) // which was opened and not handed out
		take("", library.ToLook)
		if fresh() {
			t.Error("what Ines has looked at is still new to her")
		}
		take("", library.ToLook)
		b.Later(59 * time.Minute)
		take("", library.ToLook)
		b.Later(2 * time.Minute)
		take("", library.ToLook)
		take("", library.ToKeep)
		take("", library.ToKeep)
		b.renew(t, of, "plan.pdf", "%PDF-2")
		if !fresh() {
			t.Error("a new version is not new to Ines")
		}
		take("", library.ToLook)
		in := details(b.get(t, of))
		in.Earlier = true
		must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in))
		take(first, library.ToKeep)
		ours, err := b.app(t).File(ctx, of, "", library.ToKeep)
		_, err = fetch(t, ours, err)
		must(t, err)
		const her, priya = "Contact of Marlow Ceramics", "Priya Rowe"
		const from = "192.0.2.7"
		want := []string{
			priya + " 2 false false " + from, her + " 1 true false " + from, her + " 2 true true " + from, her + " 1 true false " + from, her + " 1 true false " + from,
			her + " 1 true true " + from, her + " 1 true true " + from,
		}
		if got := b.log(t, of); !slices.Equal(got, want) {
			t.Errorf("written down is %q\nwant %q", got, want)
		}
		if n := b.get(t, of).Row.Downloads; n != len(want) {
			t.Errorf("staff's list counts %d", n)
		}
		for _, manner := range []library.Manner{library.ToKeep, library.ToLook} {
			_, err := b.portal(t, ines).File(ctx, of, "x", manner)
			gone(t, "a version that is none", err)
		}
	})
}

// Of a picture there is a small one to look at, in which nothing is left of the bytes
// that came.
func TestPictures(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		for _, c := range []struct {
			name      string
			content   []byte
			called    string
			mediaType string
			w, h      int
		}{
			{"drawing.png", documenttest.Picture(2000, 1000), "drawing.jpg", "image/jpeg", 1600, 800},
			{"small.png", documenttest.Clear(20, 10), "small.png", "image/png", 20, 10},
			{"photo.jpg", documenttest.Located(300, 200), "photo.jpg", "image/jpeg", 300, 200},
			{"PHOTO.JPEG", documenttest.Photo(100, 1700), "PHOTO.jpg", "image/jpeg", 94, 1600},
			{"web.webp", documenttest.WebP, "web.jpg", "image/jpeg", 1, 1},
		} {
			of := b.put(t, b.at(), c.name, string(c.content))
			_, err := b.portal(t, ines).File(ctx, of, "", library.ToLook)
			gone(t, c.name+" before it is drawn", err)
			b.Deliver(t)
			b.Do(t, b.drawing(t, of)) // a job that comes twice draws once
			f, err := b.portal(t, ines).File(ctx, of, "", library.ToLook)
			got, err := fetch(t, f, err)
			must(t, err)
			config := image.Config{}
			if c.mediaType == "image/png" {
				config, err = png.DecodeConfig(strings.NewReader(got.content))
			} else {
				config, err = jpeg.DecodeConfig(strings.NewReader(got.content))
			}
			must(t, err)
			if got.name != c.called || got.mediaType != c.mediaType || config.Width != c.w || config.Height != c.h {
				t.Errorf("%s is shown as %s, %s, %d by %d", c.name, got.name, got.mediaType, config.Width, config.Height)
			}
			if got.content == string(c.content) || strings.Contains(got.content, "Exif") || strings.Contains(got.content, documenttest.Where) {
				t.Errorf("what is shown of %s has something of what came", c.name)
			}
			f, err = b.portal(t, ines).File(ctx, of, "", library.ToKeep)
			kept, err := fetch(t, f, err)
			must(t, err)
			if kept.content != string(c.content) || kept.name != c.name {
				t.Errorf("%s is not handed out as it came", c.name)
			}
			s, err := b.portal(t, ines).Get(ctx, of)
			must(t, err)
			if len(s.Versions) != 1 || !s.Versions[0].Pictured || !s.Versions[0].Looked() {
				t.Errorf("of %s it is said %+v", c.name, s.Versions)
			}
		}
	})
}

// drawing is the job that draws the newest version of a document.
func (b *bench) drawing(t *testing.T, of library.ID) job {
	t.Helper()
	return job{Workspace: b.System(t, home).Site().ID, Kind: library.PictureKind, Data: []byte(fmt.Sprintf(`{"version": %q}`, b.get(t, of).Latest.ID))}
}

// Whatever hostile file is kept: it can be had as it came, and looked at only where it
// is a PDF, or a picture that was drawn anew.
func TestHostileFilesAreKeptAndHardlyShown(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		shown := map[string]bool{}
		for _, f := range documenttest.Files() {
			l, err := b.app(t).Begin(ctx, b.at())
			must(t, err)
			if err := l.Add(ctx, f.Name, bytes.NewReader(f.Bytes)); err != nil {
				if _, told := problem.As(err); !told {
					t.Errorf("%s: %v", f.What, err)
				}
				l.Drop(ctx)
				continue
			}
			done, err := l.Finish(ctx)
			must(t, err)
			b.Deliver(t)
			kept, err := b.portal(t, ines).File(ctx, done.Of, "", library.ToKeep)
			must(t, err)
			content, err := io.ReadAll(kept)
			must(t, err)
			must(t, kept.Close())
			if !bytes.Equal(content, f.Bytes) {
				t.Errorf("%s came back as other bytes", f.What)
			}
			look, err := b.portal(t, ines).File(ctx, done.Of, "", library.ToLook)
			if problem.Is(err, problem.NotFound) {
				continue
			}
			must(t, err)
			small, err := io.ReadAll(look)
			must(t, err)
			must(t, look.Close())
			shown[f.What] = true
			switch {
			case look.MediaType == "application/pdf" && strings.HasSuffix(f.Name, ".pdf"):
			case look.MediaType != "image/png" && look.MediaType != "image/jpeg", bytes.Contains(small, []byte("<script")), bytes.Contains(small, []byte("PK\x03\x04")), bytes.Contains(small, []byte("Exif")):
				t.Errorf("%s is shown as %s with %q", f.What, look.MediaType, small[:min(len(small), 200)])
			}
		}
		for what, want := range map[string]bool{
			"PNG of 50,000 by 50,000": false, "PNG of no size": false, "PNG of all the pixels there are": false, "JPEG of 65,500 by 65,500": false, "half a PNG": false, "the beginning of a PNG": false,
			"WebP without a picture": false, "PNG with a script inside": false, "JPEG with a script in a comment": false, "GIF and page": false, "a page as .txt": false, "an archive of many zeroes": false, "one byte": false,
			"PNG with an archive after it": true, "JPEG that says where it was taken": true, "PDF and page": true,
		} {
			if shown[what] != want {
				t.Errorf("%s is shown: %v", what, shown[what])
			}
		}
	})
}

// A version that is replaced before its picture is drawn, and a document that is gone,
// stop nothing.
func TestPicturesOfWhatIsGone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		of := b.put(t, b.at(), "a.png", string(documenttest.Picture(30, 30)))
		b.renew(t, of, "a.pdf", "%PDF-1")
		b.Deliver(t)
		f, err := b.portal(t, ines).File(ctx, of, "", library.ToLook)
		got, err := fetch(t, f, err)
		must(t, err)
		if got.mediaType != "application/pdf" {
			t.Errorf("shown is %s", got.mediaType)
		}
		first := b.get(t, of).Versions[1]
		f, err = b.app(t).File(ctx, of, first.ID, library.ToLook)
		got, err = fetch(t, f, err)
		must(t, err)
		if !first.Pictured || got.mediaType != "image/jpeg" {
			t.Errorf("of the first version it is said %+v, shown is %s", first, got.mediaType)
		}
		other := b.put(t, b.at(), "b.png", string(documenttest.Picture(31, 31)))
		must(t, b.app(t).Delete(ctx, other, 1))
		b.Later(31 * 24 * time.Hour)
		must(t, b.f.Sweep(ctx, b.System(t, home)))
		b.Deliver(t)
	})
}

// Whoever asks for a part in the middle is written down too: with the download it goes
// on, or as one of its own where there was none.
func TestPartsAreWrittenDown(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1")
		part := func(first bool) {
			t.Helper()
			f, err := b.portal(t, ines).File(t.Context(), of, "", library.ToKeep)
			must(t, err)
			must(t, f.Note(t.Context(), first))
			must(t, f.Close())
		}
		for i, step := range []struct {
			first bool
			later time.Duration
			want  int
		}{{false, 0, 1}, {false, 0, 1}, {true, 0, 2}, {false, 59 * time.Minute, 2}, {false, 2 * time.Minute, 3}} {
			b.Later(step.later)
			part(step.first)
			if got := len(b.log(t, of)); got != step.want {
				t.Errorf("after step %d there are %d, want %d", i, got, step.want)
			}
		}
	})
}
