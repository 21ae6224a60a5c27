package backup

import (
	"errors"
	"time"
)

// Format is that of the file. A reader refuses a later one.
const Format = 1

// manifestName is the first member. Its size is bounded, for it is read as a whole.
const (
	manifestName = "backup.json"
	manifestMax  = 512 << 20
)

// Manifest is what a backup says of itself.
type Manifest struct {
	Format  int              `json:"format"`
	Program string           `json:"program"` // version of the program that took it
	Schema  int64            `json:"schema"`  // version of the database's schema
	Taken   time.Time        `json:"taken"`
	Rows    map[string]int64 `json:"rows"` // of each table
	Members []Member         `json:"members"`
}

// Member is a file in a backup.
type Member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Size is that of all members.
func (m Manifest) Size() (bytes int64) {
	for _, one := range m.Members {
		bytes += one.Size
	}
	return bytes
}

var (
	// ErrChanged is a member that is not what the manifest was to say of it.
	ErrChanged = errors.New("its bytes are not those that were stored")
	// ErrForeign is a file that is no backup.
	ErrForeign = errors.New("it is no backup of Foyer")
	// ErrLater is a backup whose format is not known yet.
	ErrLater = errors.New("a newer version of Foyer made it; install that version, and restore with it")
	// ErrDamaged is a backup that is not as it was written.
	ErrDamaged = errors.New("it is damaged or cut short; take another backup")
)
