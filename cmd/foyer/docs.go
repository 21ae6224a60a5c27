package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sort"
	"strings"

	"foyer/internal/feature/notify"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/server"
)

type docsCmd struct {
	Page string `arg:"" enum:"configuration,notifications,permissions" help:"Which page."`
}

// Run prints a page.
func (c docsCmd) Run(p *program) error {
	text, err := page(p.ctx, c.Page)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(p.out, text)
	return err
}

func page(ctx context.Context, name string) (string, error) {
	switch name {
	case "permissions":
		return permissions(ctx)
	case "notifications":
		return notify.Markdown(), nil
	}
	return config.Markdown(), nil
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
