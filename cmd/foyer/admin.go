package main

import (
	"fmt"

	"foyer/internal/auth"
	"foyer/internal/server"
)

type adminCmd struct {
	CreateOwner createOwnerCmd `cmd:"" help:"Make an Owner, or open a new workspace with one, and print a link to set the password."`
}

type createOwnerCmd struct {
	Email     string `required:"" help:"Mail address the Owner signs in with."`
	Name      string `required:"" help:"The Owner's name."`
	Host      string `help:"Host of the workspace; without it, the one at the base URL."`
	Workspace string `help:"Name of a new workspace to open at --host."`
	Zone      string `default:"UTC" help:"Time zone of a new workspace."`
	Language  string `default:"en" help:"Language of a new workspace."`
}

// Run makes the Owner and prints the link.
func (c createOwnerCmd) Run(p *program) error {
	conf, err := p.config()
	if err != nil {
		return err
	}
	s, err := server.Open(p.ctx, server.Options{Config: conf, Log: p.log})
	if err != nil {
		return err
	}
	defer s.DB.Close()
	link, err := s.Gate.CreateOwner(p.ctx, auth.NewOwner{
		Email: c.Email, Name: c.Name, Host: c.Host, Workspace: c.Workspace, Zone: c.Zone, Language: c.Language,
	})
	if err != nil {
		return sentence(err)
	}
	_, err = fmt.Fprintf(p.out, "%s can choose a password here, once, within 7 days:\n\n  %s\n", c.Email, link)
	return err
}
