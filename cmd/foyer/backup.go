package main

import (
	"fmt"

	"foyer/internal/kernel/backup"
	"foyer/internal/server"
)

type backupCmd struct {
	File       string `arg:"" help:"File to write; there may be none of this name." type:"path"`
	WithoutKey bool   `help:"Leave out secret.key of the data folder, where it is kept elsewhere."`
}

// Run takes the backup. What is served meanwhile is not kept waiting.
func (c backupCmd) Run(p *program) error {
	conf, err := p.config()
	if err != nil {
		return err
	}
	m, err := server.TakeBackup(p.ctx, conf, server.BackupOptions{Program: Version, Key: !c.WithoutKey}, c.File)
	if err != nil {
		return err
	}
	key := "It holds the key too: whoever has the file can read everything in it."
	if !server.HasKey(m) {
		key = "The key is not in it: without secret.key, or the FOYER_SECRET_KEY in use, it cannot be restored, so keep that as well, in another place."
	}
	_, err = fmt.Fprintf(p.out, "%s has %s, as of %s.\n%s\n", c.File, contents(m), m.Taken.Format("2006-01-02 15:04:05 MST"), key)
	return err
}

// contents says what is in a backup.
func contents(m backup.Manifest) string {
	files := len(m.Members) - 1
	if server.HasKey(m) {
		files--
	}
	return fmt.Sprintf("the database, with %d clients and %d invoices, and %d files, %d bytes in all", m.Rows["client"], m.Rows["invoice"], files, m.Size())
}

type restoreCmd struct {
	File string `arg:"" help:"File that foyer backup wrote." type:"path"`
}

// Run restores and verifies.
func (c restoreCmd) Run(p *program) error {
	conf, err := p.config()
	if err != nil {
		return err
	}
	m, err := server.RestoreBackup(p.ctx, server.Options{Config: conf, Log: p.log}, c.File, func(c server.Checked) { tell(p, c) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "Restored %s, as of %s. All is as it was written.\n", contents(m), m.Taken.Format("2006-01-02 15:04:05 MST"))
	return err
}
