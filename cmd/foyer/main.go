// Command foyer is a client portal that a business runs itself: the staff app at
// /app, the portal of its clients at /portal, in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"foyer/internal/kernel/config"
)

// Version is what foyer version prints; releases set it when they link.
var Version = "0.1.0"

// cli is the command line.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve the portal and the app."`
	Demo    demoCmd    `cmd:"" help:"Serve a workspace with made-up data, to look around."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date with this version."`
	Check   checkCmd   `cmd:"" help:"Say what is wrong with the configuration before serve does."`
	Verify  verifyCmd  `cmd:"" help:"Recompute what can be: logs of contracts, sums of the ledger, hashes of files."`
	Backup  backupCmd  `cmd:"" help:"Take a backup into one file, while Foyer serves."`
	Restore restoreCmd `cmd:"" help:"Put a backup where nothing is, and verify it."`
	Blobs   blobsCmd   `cmd:"" help:"What is done with the store of files."`
	Admin   adminCmd   `cmd:"" help:"What is done from the console when nobody can sign in."`
	Seed    seedCmd    `cmd:"" help:"Fill an empty installation with made-up data, as much as asked for."`
	Bench   benchCmd   `cmd:"" help:"Measure the pages and hold the figures against their goals."`
	Docs    docsCmd    `cmd:"" hidden:"" help:"Print the pages of docs/ that are made from the code."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// program is what commands need of the world.
type program struct {
	ctx     context.Context //nolint:containedctx // handed to every command by kong
	environ []string
	out     io.Writer
	log     *slog.Logger
}

// config reads the environment.
func (p *program) config() (config.Config, error) { return config.Load(p.environ) }

// errUsage is a command line that cannot be understood.
type errUsage struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "foyer: "+err.Error())
	stop()
	if _, usage := errors.AsType[errUsage](err); usage {
		os.Exit(2)
	}
	os.Exit(1) //nolint:gocritic // stop has been called
}

func run(ctx context.Context, args, environ []string, out, errOut io.Writer) error {
	var c cli
	exited := false
	parser, err := kong.New(&c, kong.Name("foyer"), kong.Description("A client portal that a business runs itself."),
		kong.Writers(out, errOut), kong.Exit(func(int) { exited = true }), kong.UsageOnError())
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if exited {
		return nil
	}
	if err != nil {
		return errUsage{fmt.Errorf("%w; see foyer --help", err)}
	}
	p := &program{ctx: ctx, environ: environ, out: out, log: slog.New(slog.NewTextHandler(errOut, nil))}
	return parsed.Run(p)
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(p *program) error {
	_, err := fmt.Fprintln(p.out, "foyer "+Version)
	return err
}
