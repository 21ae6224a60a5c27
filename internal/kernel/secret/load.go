package secret

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// FileName is the file of the key in the data folder.
const FileName = "secret.key"

// Load makes the Box of the installation: of the text (FOYER_SECRET_KEY) when
// there is one, else of the file secret.key in dir, which is made at the first
// start. Its errors are one sentence that says what to do.
func Load(text, dir string) (Box, error) {
	if text != "" {
		b, err := FromText(text)
		if err != nil {
			return Box{}, fmt.Errorf("FOYER_SECRET_KEY is not usable (%w); make one with: openssl rand -hex 32", err)
		}
		return b, nil
	}
	path := filepath.Join(dir, FileName)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := create(dir, path); err != nil {
			return Box{}, fmt.Errorf("the key %s cannot be made (%w); let Foyer write to the folder, or set FOYER_SECRET_KEY", path, err)
		}
	}
	return read(path)
}

// read makes a Box of the file, which nobody else may read.
func read(path string) (Box, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	if err != nil {
		return Box{}, unreadable(path, err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return Box{}, fmt.Errorf("the key %s may be read or changed by others; make it Foyer's alone with: chmod 600 %s", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Box{}, unreadable(path, err)
	}
	b, err := FromText(strings.TrimSpace(string(text)))
	if err != nil {
		return Box{}, fmt.Errorf("the key %s is damaged (%w); put it back from a backup, or remove it if nothing was sealed with it yet", path, err)
	}
	return b, nil
}

func unreadable(path string, err error) error {
	return fmt.Errorf("the key %s cannot be read (%w); let Foyer read it, or set FOYER_SECRET_KEY", path, err)
}

// create makes the file. It appears whole, on the disk, and under its name only
// if nobody was quicker; whoever was has made the key for both.
func create(dir, path string) error {
	temp, err := os.CreateTemp(dir, "."+FileName+"-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.WriteString(NewKey() + "\n")
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// NewKey is the text of a key that nobody has yet.
func NewKey() string {
	key := make([]byte, Size)
	_, _ = rand.Read(key) // ends the program rather than fail
	return hex.EncodeToString(key)
}

// syncDir makes the name durable. Windows has no such call.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
