package housetest

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

const (
	picturesFolder = "docs/pictures"
	// heaviestPicture is what a picture may weigh: everybody who clones the house
	// carries every version of it.
	heaviestPicture = 200 << 10
)

var (
	pictureLink = regexp.MustCompile(`!\[[^\]]+\]\(([^)]+)\)`)
	keptShot    = regexp.MustCompile(`(?m)^\t\{name: "([^"]+)", .*\bdocs: true`)
)

// The pictures that pages show are those that the script takes; each is there, light,
// and shown somewhere.
func TestPictures(t *testing.T) {
	t.Parallel()
	var shown, taken, kept []string
	for _, page := range pages(t) {
		for _, m := range pictureLink.FindAllStringSubmatch(readTree(t, page), -1) {
			shown = append(shown, path.Join(path.Dir(page), m[1]))
		}
	}
	for _, m := range keptShot.FindAllStringSubmatch(readTree(t, "tools/shots/main.go"), -1) {
		taken = append(taken, path.Join(picturesFolder, m[1]+".png"))
	}
	files, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(picturesFolder)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := path.Join(picturesFolder, file.Name())
		kept = append(kept, name)
		data := []byte(readTree(t, name))
		if len(data) > heaviestPicture || !bytes.HasPrefix(data, []byte("\x89PNG\r\n")) {
			t.Errorf("%s is no PNG of at most %d KB, but has %d bytes", name, heaviestPicture>>10, len(data))
		}
		if !slices.Contains(shown, name) {
			t.Errorf("%s is shown on no page", name)
		}
		if !slices.Contains(taken, name) {
			t.Errorf("%s is not taken by tools/shots", name)
		}
	}
	for _, name := range slices.Concat(shown, taken) {
		if !slices.Contains(kept, name) {
			t.Errorf("%s is shown or taken, and is not there", name)
		}
	}
}
