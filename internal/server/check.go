package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

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
