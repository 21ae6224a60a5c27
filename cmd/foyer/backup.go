package main

import (
	"fmt"

	"foyer/internal/kernel/backup"
	"foyer/internal/server"
)

type backupCmd struct {
	File    string `arg:"" help:"File to write; there may be none of this name." type:"path"`
	WithKey bool   `help:"Put secret.key of the data folder into it too: whoever has the file can then read every secret in it."`
}

// Run takes the backup. What is served meanwhile is not kept waiting.
func (c backupCmd) Run(p *program) error {
	conf, err := p.config()
	if err != nil {
		return err
	}
	m, err := server.TakeBackup(p.ctx, conf, server.BackupOptions{Program: Version, Key: c.WithKey}, c.File)
	if err != nil {
		return err
	}
	key := "The key is not in it: keep secret.key, or the FOYER_SECRET_KEY in use, as well, in another place."
	if server.HasKey(m) {
		key = "It holds the key too: whoever has the file can read every secret in it."
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
	key := ""
	if server.LacksKey(conf) {
		key = fmt.Sprintf("The key is not here: put secret.key into %s, or set FOYER_SECRET_KEY, before any other command is run here: the next one without it makes another key, with which no secret in it can be read.\n", conf.DataDir)
	}
	_, err = fmt.Fprintf(p.out, "Restored %s, as of %s. All is as it was written.\n%s", contents(m), m.Taken.Format("2006-01-02 15:04:05 MST"), key)
	return err
}
