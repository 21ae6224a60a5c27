package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"foyer/internal/kernel/blob"
	"foyer/internal/server"
)

type blobsCmd struct {
	Move blobsMoveCmd `cmd:"" help:"Copy every file to another store, and read it there."`
}

type blobsMoveCmd struct {
	To     string `xor:"to" required:"" help:"Address of the other store, as FOYER_BLOB_URL has it."`
	ToFile string `xor:"to" required:"" placeholder:"FILE" help:"File to read the address from, so that its secret stands in no list of programs."`
}

// address is that of the other store, and the setting that names it.
func (c blobsMoveCmd) address() (address, setting string, err error) {
	if c.ToFile == "" {
		return c.To, "FOYER_BLOB_URL=" + blob.Redacted(c.To), nil
	}
	text, err := os.ReadFile(c.ToFile)
	if err != nil {
		return "", "", fmt.Errorf("--to-file names a file that cannot be read: %w", err)
	}
	return strings.TrimSpace(string(text)), "FOYER_BLOB_URL_FILE=" + c.ToFile, nil
}

// Run copies the files that rows name. The store in use is not changed.
func (c blobsMoveCmd) Run(p *program) error {
	address, setting, err := c.address()
	if err != nil {
		return err
	}
	conf, err := p.config()
	if err != nil {
		return err
	}
	if address == conf.BlobURL.Reveal() {
		return errors.New("the files are at this address already")
	}
	s, err := server.Open(p.ctx, server.Options{Config: conf, Log: p.log})
	if err != nil {
		return err
	}
	defer s.DB.Close()
	to, err := blob.Open(p.ctx, address)
	if err != nil {
		return fmt.Errorf("the other store does not open: %w", err)
	}
	defer to.Close()
	return p.moveBlobs(s, to, setting)
}

func (p *program) moveBlobs(s *server.Server, to blob.Store, setting string) error {
	var all blob.Moved
	err := s.MoveBlobs(p.ctx, to, func(workspace string, m blob.Moved) {
		fmt.Fprintf(p.out, "%s: %d files with %d bytes are there, %d of them copied now.\n", workspace, m.Blobs-len(m.Broken), m.Bytes, m.Copied)
		for _, one := range m.Broken {
			fmt.Fprintf(p.out, "  not moved: %s\n", one)
		}
		all.Blobs, all.Bytes, all.Broken = all.Blobs+m.Blobs, all.Bytes+m.Bytes, append(all.Broken, m.Broken...)
	})
	switch {
	case p.ctx.Err() != nil:
		return errors.New("stopped before the end; run it again, and it goes on from here")
	case err != nil:
		return fmt.Errorf("%w; run it again, and it goes on from here", err)
	case len(all.Broken) > 0:
		return fmt.Errorf("%d of %d files are missing or broken in the store in use and were not moved; compare them with a backup", len(all.Broken), all.Blobs)
	}
	_, err = fmt.Fprintf(p.out, "All %d files with %d bytes were read from the other store and are as they were written. Stop foyer serve, run this once more for what came in meanwhile, and set\n\n  %s\n", all.Blobs, all.Bytes, setting)
	return err
}
