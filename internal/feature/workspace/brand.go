package workspace

import (
	"bytes"
	"context"
	"io"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/picture"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Color is the one colour from which the portal's palette is derived.
type Color struct {
	Color   string // #rrggbb or #rgb; empty goes back to the one we chose
	Version int64  // of the settings, when the form was drawn
}

// Palette is what a colour becomes; empty is the palette of a workspace that has
// not chosen one. Problem: Invalid under "color".
func Palette(color string) (brand.Palette, error) {
	if strings.TrimSpace(color) == "" {
		return brand.Derive(brand.Default), nil
	}
	c, err := brand.Parse(color)
	if err != nil {
		return brand.Palette{}, problem.Field("color", "brand.color.form")
	}
	return brand.Derive(c), nil
}

// SaveColor stores the brand's colour. Problems: Forbidden; Invalid under
// "color"; Conflict when the form is stale.
func (a App) SaveColor(ctx context.Context, in Color) error {
	palette, err := Palette(in.Color)
	if err != nil {
		return err
	}
	color := ""
	if strings.TrimSpace(in.Color) != "" {
		color = palette.Owner.Hex()
	}
	return a.change(ctx, saveColor, scope.Args{"color": color}, in.Version, "workspace.color_changed",
		func(now Settings) bool { return now.Color == color })
}

// LogoLimit is the largest picture that is taken for a logo, in bytes.
const LogoLimit = 5 << 20

// SaveLogo takes a picture for the workspace's logo; it is decoded and encoded
// anew as PNG. Problems: Forbidden; Invalid under "logo"; Unavailable when there
// is no room for files.
func (a App) SaveLogo(ctx context.Context, upload io.Reader) error {
	// Decoding costs memory and time, so the right is asked for before it.
	if !a.who.May(auth.SettingsWrite) {
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	png, err := picture.Logo(upload)
	if err != nil {
		return err
	}
	stored, err := a.f.Documents.Store(ctx, a.who.Site().ID, "image/png", bytes.NewReader(png), LogoLimit)
	if err != nil {
		return err
	}
	kept := false
	err = a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) (err error) {
		kept, err = a.hangLogo(ctx, tx, stored)
		return err
	})
	return a.f.Documents.Settle(ctx, stored, kept, err)
}

// hangLogo writes the rows of a logo whose bytes are stored. The logo that hangs
// already is not kept a second time.
func (a App) hangLogo(ctx context.Context, tx scope.Tx, stored document.Stored) (kept bool, err error) {
	if err := tx.Lock(ctx, "logo"); err != nil {
		return false, err
	}
	now, err := scope.One(ctx, tx, readSettings, nil, scanSettings)
	if err != nil || now.LogoSHA == stored.SHA256() {
		return false, err
	}
	version, err := document.Add(ctx, tx, a.who.NewID, document.File{
		Place: document.OfWorkspace(a.who.Site().ID), Category: "logo", Name: "logo.png", Stored: stored,
	})
	if err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, saveLogo, scope.Args{"logo": version, "sha256": stored.SHA256()}); err != nil {
		return false, err
	}
	return true, a.record(ctx, tx, "workspace.logo_changed", map[string]any{"version": version})
}

// RemoveLogo takes the logo down; without one nothing happens. Problem: Forbidden.
func (a App) RemoveLogo(ctx context.Context) error {
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, removeLogo, nil)
		if err != nil || n == 0 {
			return err
		}
		return a.record(ctx, tx, "workspace.logo_removed", nil)
	})
}
