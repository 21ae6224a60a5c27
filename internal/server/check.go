package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/mail"
)

// CheckConfig says in one sentence what would keep the program from serving, and
// changes nothing.
func CheckConfig(ctx context.Context, c config.Config) error {
	if c.SMTPURL.Reveal() != "" {
		if _, err := mail.ParseURL(c.SMTPURL.Reveal()); err != nil {
			return fmt.Errorf("FOYER_SMTP_URL is not usable: %w", err)
		}
	}
	if err := refuseUnfinished(c); err != nil {
		return err
	}
	if err := probeFolder(c.DataDir); err != nil {
		return err
	}
	if err := checkBlobs(ctx, c); err != nil {
		return err
	}
	if path, lite := strings.CutPrefix(c.DatabaseURL.Reveal(), "sqlite:"); lite {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil // serve makes it
		}
	}
	d, err := db.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return err
	}
	defer d.Close()
	empty, err := d.Empty(ctx)
	if err != nil || empty {
		return err
	}
	return d.Check(ctx)
}

func checkBlobs(ctx context.Context, c config.Config) error {
	if dir := c.BlobDir(); dir != "" {
		return probeFolder(dir)
	}
	if err := blob.CheckS3(ctx, c.BlobURL.Reveal()); err != nil {
		return fmt.Errorf("FOYER_BLOB_URL is not usable: %w", err)
	}
	return nil
}

// probeFolder says whether a folder can be written to, or made where it is not
// there yet; what it tries is gone afterwards.
func probeFolder(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%s is no folder; set FOYER_DATA_DIR to one that can be written to", dir)
		}
		if err == nil {
			break
		}
		if parent := filepath.Dir(dir); errors.Is(err, os.ErrNotExist) && parent != dir {
			dir = parent
			continue
		}
		return fmt.Errorf("the folder %s cannot be looked at (%w); check FOYER_DATA_DIR", dir, err)
	}
	probe, err := os.MkdirTemp(dir, ".probe")
	if err != nil {
		return fmt.Errorf("the folder %s cannot be written to (%w); set FOYER_DATA_DIR to one that can", dir, err)
	}
	return os.Remove(probe)
}
