package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sort"
	"strings"

	"foyer/internal/kernel/config"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/server"
)

type docsCmd struct {
	Page string `arg:"" enum:"configuration,permissions" help:"Which page."`
}

// Run prints a page.
func (c docsCmd) Run(p *program) error {
	text := config.Markdown()
	if c.Page == "permissions" {
		var err error
		if text, err = permissions(p.ctx); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(p.out, text)
	return err
}

// permissions prints the page from the routes that are registered.
func permissions(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "foyer-docs")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	c, err := config.Load([]string{"FOYER_DATA_DIR=" + dir})
	if err != nil {
		return "", err
	}
	s, err := server.Open(ctx, server.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	defer s.DB.Close()
	return server.Permissions(s.Router.Routes()), nil
}

// sentence says a problem in English, for the console.
func sentence(err error) error {
	p, ok := problem.As(err)
	if !ok {
		return err
	}
	say := func(m problem.Message) string { return lang.For(lang.Default).T(m.Key, m.Args...) }
	if len(p.Fields) == 0 {
		return errors.New(say(p.Message))
	}
	var lines []string
	for field, m := range p.Fields {
		lines = append(lines, "--"+field+": "+say(m))
	}
	sort.Strings(lines)
	return errors.New(strings.Join(lines, "; "))
}
