package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/blob/blobtest"
)

// withFiles makes an installation whose one workspace has files of these sizes.
func withFiles(t *testing.T, sizes ...int) (env []string, blobs []blob.Blob) {
	t.Helper()
	dir := t.TempDir()
	env = []string{"FOYER_DATA_DIR=" + dir}
	if code, out, errOut := ends(t, env, "admin", "create-owner", "--email", "p@example.com", "--name", "P", "--workspace", "Studio", "--host", "studio.example.com"); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	d, err := sql.Open("sqlite", filepath.Join(dir, "foyer.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	disk, err := blob.OpenDisk(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	var workspace string
	if err := d.QueryRowContext(t.Context(), "select id from workspace").Scan(&workspace); err != nil {
		t.Fatal(err)
	}
	for i, size := range sizes {
		b := blobtest.Put(t, disk, workspace, bytes.Repeat([]byte{byte('a' + i)}, size))
		name := fmt.Sprintf("%026d", i)
		for _, statement := range []string{
			`insert into document (workspace_id, id, place_kind, place_id, name, name_key, category, source, state, state_at, latest_id, created_at) values (?1, ?2, 'workspace', ?1, ?2, ?2, ?2, 'own', 'inner', 0, ?2, 0)`,
			`insert into document_version (workspace_id, id, document_id, number, name, blob_key, sha256, size_bytes, pieces, media_type, created_at) values (?1, ?2, ?2, 1, ?2, ?3, ?4, ?5, ?6, 'text/plain', 0)`,
		} {
			args := []any{workspace, name, b.Key, b.SHA256, b.Size, b.Pieces}
			if _, err := d.ExecContext(t.Context(), statement, args[:2+4*min(1, strings.Count(statement, "?3"))]...); err != nil {
				t.Fatal(err)
			}
		}
		blobs = append(blobs, b)
	}
	return env, blobs
}

func TestFilesMoveThereAndBack(t *testing.T) {
	t.Parallel()
	env, blobs := withFiles(t, 0, 1000, 2*blob.Piece+1)
	s3, other, folder := blobtest.S3(t), filepath.Join(t.TempDir(), "address"), t.TempDir()
	if err := os.WriteFile(other, []byte(s3+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	onS3 := append(slices.Clip(env), "FOYER_BLOB_URL_FILE="+other)
	for _, step := range []struct {
		env  []string
		args []string
		says []string
	}{
		{env, []string{"blobs", "move", "--to-file", other}, []string{"Studio: 3 files with 2098153 bytes are there, 3 of them copied", "FOYER_BLOB_URL_FILE=" + other}},
		{env, []string{"blobs", "move", "--to", s3}, []string{"3 files with 2098153 bytes are there, 0 of them copied", "FOYER_BLOB_URL=s3://foyer:…@"}},
		{env, []string{"verify"}, []string{"3 files", "All is as it was written."}},
		{onS3, []string{"check"}, []string{"Nothing is wrong."}},
		{onS3, []string{"verify"}, []string{"3 files", "All is as it was written."}},
		{onS3, []string{"blobs", "move", "--to", "file:" + folder}, []string{"3 of them copied", "FOYER_BLOB_URL=file:" + folder}},
		{append(slices.Clip(env), "FOYER_BLOB_URL=file:"+folder), []string{"verify"}, []string{"3 files", "All is as it was written."}},
	} {
		code, out, errOut := ends(t, step.env, step.args...)
		if code != 0 {
			t.Errorf("foyer %v: exit %d\n%s%s", step.args, code, out, errOut)
		}
		for _, says := range step.says {
			if !strings.Contains(out, says) {
				t.Errorf("foyer %v does not say %q\n%s", step.args, says, out)
			}
		}
	}
	back, err := blob.OpenDisk(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	for i, b := range blobs {
		if got := blobtest.Read(t, back, b); !bytes.Equal(got, bytes.Repeat([]byte{byte('a' + i)}, int(b.Size))) {
			t.Errorf("%s came back as %d other bytes", b.Key, len(got))
		}
	}
}

func TestFilesThatCannotMove(t *testing.T) {
	t.Parallel()
	env, blobs := withFiles(t, 1000, 2000, 3000)
	dir := filepath.Join(strings.TrimPrefix(env[0], "FOYER_DATA_DIR="), "blobs")
	file := func(b blob.Blob) string {
		workspace, random, err := blob.SplitKey(b.Key)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, workspace, random[:2], random)
	}
	if err := os.WriteFile(file(blobs[1]), make([]byte, 2000), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file(blobs[2])); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := ends(t, env, "blobs", "move", "--to", "file:"+t.TempDir())
	if code != 1 || !strings.Contains(errOut, "2 of 3 files are missing or broken") || !strings.Contains(out, "1 files with 1000 bytes are there") ||
		strings.Contains(out, "FOYER_BLOB_URL") || !strings.Contains(out, blobs[1].Key) || !strings.Contains(out, blobs[2].Key) {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	oneSentence(t, env, "already", "blobs", "move", "--to", "file:"+dir)
	oneSentence(t, env, "the other store does not open", "blobs", "move", "--to", "s3://k:s3cret/x@h/files")
	oneSentence(t, env, "cannot be read", "blobs", "move", "--to-file", dir+"/none")
	if code, out, errOut := ends(t, env, "blobs", "move"); code != 2 {
		t.Errorf("without an address: exit %d\n%s%s", code, out, errOut)
	}
}
