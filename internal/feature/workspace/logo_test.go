package workspace_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

var (
	red  = color.NRGBA{R: 200, A: 255}
	blue = color.NRGBA{B: 200, A: 255}
)

func (o *office) upload(t *testing.T, data []byte) error {
	t.Helper()
	return o.owner(t).SaveLogo(t.Context(), bytes.NewReader(data))
}

func (o *office) logo(t *testing.T) []byte {
	t.Helper()
	r, err := o.feature.OpenLogo(t.Context(), o.visitor(t, home, ""))
	must(t, err)
	defer r.Close()
	data, err := io.ReadAll(r)
	must(t, err)
	return data
}

func TestLogo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		if _, err := o.feature.OpenLogo(t.Context(), o.visitor(t, home, "")); !problem.Is(err, problem.NotFound) {
			t.Errorf("without a logo: %v", err)
		}
		version := o.settings(t).Version
		must(t, o.upload(t, drawing(t, 900, 300, red)))
		img, err := png.Decode(bytes.NewReader(o.logo(t)))
		must(t, err)
		if b := img.Bounds(); b.Dx() != 512 || b.Dy() != 171 {
			t.Errorf("the logo is %v", b)
		}
		first := o.settings(t)
		if first.LogoSHA == "" || o.visitor(t, home, "").Site().LogoSHA != first.LogoSHA || first.Version != version {
			t.Errorf("the settings are %+v", first)
		}
		must(t, o.upload(t, drawing(t, 20, 20, blue)))
		if second := o.settings(t); second.LogoSHA == first.LogoSHA {
			t.Error("another logo has the same hash")
		}
		const numbers = `select count(*) * 10 + max(v.number) from document d
			join document_version v on v.workspace_id = d.workspace_id and v.document_id = d.id
			where d.workspace_id = :workspace and d.place_kind = 'workspace' and d.category = 'logo' and v.media_type = 'image/png'`
		if n := o.count(t, numbers, nil); n != 22 {
			t.Errorf("versions counted and numbered %d, want 2 and 2", n)
		}
		must(t, o.owner(t).RemoveLogo(t.Context()))
		must(t, o.owner(t).RemoveLogo(t.Context()))
		if s := o.settings(t); s.LogoSHA != "" || o.count(t, events, scope.Args{"kind": "workspace.logo_removed"}) != 1 {
			t.Errorf("after removal the settings are %+v", s)
		}
		if _, err := o.feature.OpenLogo(t.Context(), o.visitor(t, home, "")); !problem.Is(err, problem.NotFound) {
			t.Errorf("after removal: %v", err)
		}
	})
}

func TestRepeatedUploadIsOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		apps := []workspace.App{o.owner(t), o.owner(t), o.owner(t)}
		send := func(i int) func() error {
			return func() error { return apps[i].SaveLogo(t.Context(), bytes.NewReader(drawing(t, 20, 20, red))) }
		}
		errs := o.meet(t, home, `update workspace set name = name where id = :workspace`, send(0), send(1), send(2))
		must(t, errors.Join(errs...))
		if n := o.count(t, events, scope.Args{"kind": "workspace.logo_changed"}); n != 1 || o.files(t) != 1 {
			t.Errorf("%d events and %d files, want one of each", n, o.files(t))
		}
	})
}

func TestWrongLogos(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		must(t, o.upload(t, drawing(t, 20, 20, red)))
		before := o.settings(t).LogoSHA
		for name, c := range map[string]struct {
			data []byte
			key  string
		}{
			"nothing":         {nil, "picture.empty"},
			"svg":             {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "picture.kind"},
			"gif":             {[]byte("GIF89a....."), "picture.kind"},
			"html as png":     {[]byte("\x89PNG\r\n\x1a\n<html><script>1</script>"), "picture.code"},
			"html after png":  {append(drawing(t, 4, 4, red), "<script>1</script>"...), "picture.code"},
			"half a png":      {drawing(t, 40, 40, red)[:60], "picture.broken"},
			"too many bytes":  {make([]byte, workspace.LogoLimit+1), "picture.large"},
			"too many pixels": {bomb(15_000, 15_000), "picture.pixels"},
			"one long line":   {bomb(1_000_000, 1), "picture.side"},
		} {
			err := o.upload(t, c.data)
			t.Run(name, func(t *testing.T) { wants(t, err, problem.Invalid, "logo", c.key) })
		}
		if o.settings(t).LogoSHA != before || o.files(t) != 1 {
			t.Error("a refused picture left something behind")
		}
		wire := errors.New("the line broke")
		if err := o.owner(t).SaveLogo(t.Context(), io.MultiReader(bytes.NewReader(drawing(t, 4, 4, red)), broken{wire})); !errors.Is(err, wire) {
			t.Errorf("an upload that breaks off gives %v", err)
		}
	})
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// bomb is the head of a PNG that claims a size and has no pixels.
func bomb(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	head = append(binary.BigEndian.AppendUint32(head, h), 8, 6, 0, 0, 0)
	out := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

// Bytes that are not those that were stored are not shown as if they were.
func TestCorruptLogo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		must(t, o.upload(t, drawing(t, 20, 20, red)))
		must(t, filepath.WalkDir(o.folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			info, err := entry.Info()
			must(t, err)
			return os.WriteFile(path, make([]byte, info.Size()), 0o600)
		}))
		r, err := o.feature.OpenLogo(t.Context(), o.visitor(t, home, ""))
		must(t, err)
		defer r.Close()
		if _, err := io.ReadAll(r); !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("corrupt bytes give %v", err)
		}
	})
}
