package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/job"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/seal"
	"foyer/internal/kernel/seal/keys"
)

// SealKind names the job that seals a contract that everybody has signed.
const SealKind = "contract.seal"

type sealJob struct {
	Contract ID `json:"contract"`
}

// given is a signature as it is kept.
type given struct {
	signatory SignatoryID
	name      string
	kind      string
	mark      []byte // PNG
	markHash  string
	consent   string
	method    Method
	address   string
	agent     string
	act       string // canonical JSON
	actHash   string
	at        time.Time
}

func scanGiven(row scope.Row) (g given, err error) {
	var mark string
	if err = row.Scan(&g.signatory, &g.name, &g.kind, &mark, &g.markHash, &g.consent, &g.method, &g.address, &g.agent, &g.act, &g.actHash, scope.Time(&g.at)); err != nil {
		return g, err
	}
	g.mark, err = unbase64(mark)
	return g, err
}

// complete is all that the sealed file is made of.
type complete struct {
	contract Contract
	version  fixed
	people   []Signatory
	given    []given
	links    []Link
	sender   string
	unsigned []byte
	key      keys.Key
	tsa      string
	verify   string // address of the page that checks files
	zone     *time.Location
}

// head is the last hash of the chain.
func (c complete) head() string { return c.links[len(c.links)-1].Hash }

// Sealed is the job of SealKind: it makes the file of a contract that everybody has
// signed, seals and stores it, and only then calls the contract executed. Done
// again it changes nothing. While it fails the contract stays signed and says why.
func (f Feature) Sealed(ctx context.Context, who auth.System, data json.RawMessage) error {
	var wanted sealJob
	if err := json.Unmarshal(data, &wanted); err != nil || !id.Valid(wanted.Contract.String()) {
		return job.Give(err)
	}
	c, err := f.claimSeal(ctx, who, wanted.Contract)
	if err != nil || c.ID == "" {
		return err
	}
	if err := f.makeSealed(ctx, who, c); err != nil {
		return errors.Join(err, f.failSeal(context.WithoutCancel(ctx), who, c, err))
	}
	return nil
}

// claimSeal says that the seal is being made; there is no contract where nothing is
// to be done.
func (f Feature) claimSeal(ctx context.Context, who auth.System, contract ID) (claimed Contract, err error) {
	err = who.Write(ctx, func(tx scope.Tx) error {
		if err := lock(ctx, tx, contract); err != nil {
			return err
		}
		c, err := scope.One(ctx, tx, readContract, scope.Args{"contract": contract}, scanContract)
		if problem.Is(err, problem.NotFound) {
			return nil
		}
		if err != nil || c.State != Signed || c.Seal == Unsealed || c.Seal == Done {
			return err
		}
		claimed = c
		_, err = tx.Exec(ctx, setSeal, scope.Args{"client": c.Client, "id": c.ID, "seal": Working, "problem": c.SealProblem, "tries": c.SealTries + 1})
		return err
	})
	return claimed, err
}

// failSeal keeps why the seal could not be made; the first time the sender is told.
func (f Feature) failSeal(ctx context.Context, who auth.System, c Contract, why error) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := lock(ctx, tx, c.ID); err != nil {
			return err
		}
		now, err := scope.One(ctx, tx, readContract, scope.Args{"contract": c.ID}, scanContract)
		if err != nil || now.State != Signed || now.Seal == Done || now.Nth != c.Nth {
			return err // it was cancelled meanwhile, or another job has sealed it
		}
		_, err = tx.Exec(ctx, setSeal, scope.Args{"client": c.Client, "id": c.ID, "seal": Failed, "problem": cut(why.Error(), 500), "tries": c.SealTries + 1})
		if err != nil || c.SealTries > 0 {
			return err
		}
		return c.tellSender(ctx, tx, who, mailStuck)
	})
}

// RetrySeal has the seal made at once. Problems are NotFound, and Conflict where
// nothing waits for it.
func (a App) RetrySeal(ctx context.Context, contract ID) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Signed || c.Seal == Unsealed || c.Seal == Done {
			return "", problem.Of(problem.Conflict, "contract.no_seal_wanted")
		}
		return "", a.f.enqueueSeal(ctx, tx, c)
	})
	return err
}

// enqueueSeal has the seal of a contract made, the first time or again.
func (f Feature) enqueueSeal(ctx context.Context, tx scope.Tx, c Contract) error {
	at := scope.Args{"id": c.ID, "seal": Waiting, "problem": c.SealProblem, "tries": c.SealTries}
	if _, err := tx.Exec(ctx, setSeal, tx.WithClient(c.Client.String(), at)); err != nil {
		return err
	}
	return f.Enqueue(ctx, tx, SealKind, sealJob{c.ID})
}

// gather reads what the sealed file is made of.
func (f Feature) gather(ctx context.Context, who auth.System, c Contract) (all complete, err error) {
	all = complete{contract: c, verify: who.Site().PortalURL("/verify"), zone: who.Site().Zone, tsa: f.Keys.TSAName}
	err = who.Read(ctx, func(tx scope.Tx) (err error) {
		if all.version, err = c.fixed(ctx, tx); err != nil {
			return err
		}
		if all.people, err = c.signatories(ctx, tx, c.Nth); err != nil {
			return err
		}
		at := scope.Args{"contract": c.ID, "client": c.Client, "number": c.Nth}
		if all.given, err = scope.List(ctx, tx, listSignatures, at, scanGiven); err != nil {
			return err
		}
		if all.links, err = scope.List(ctx, tx, listLinks, scope.Args{"contract": c.ID, "client": c.Client}, scanLink); err != nil {
			return err
		}
		all.sender, err = scope.One(ctx, tx, nameOf, scope.Args{"person": all.version.by}, scope.Value[string])
		if problem.Is(err, problem.NotFound) {
			err = nil
		}
		return err
	})
	if err != nil {
		return all, err
	}
	if _, err := Check(c.ID, c.createdAt, all.links); err != nil {
		return all, err
	}
	if all.unsigned, err = f.bytes(ctx, who.Read, all.version.fileID, c.Client.String()); err != nil {
		return all, err
	}
	all.key, err = f.sealKey(ctx, who)
	return all, err
}

// makeSealed makes the sealed file and calls the contract executed.
func (f Feature) makeSealed(ctx context.Context, who auth.System, c Contract) error {
	all, err := f.gather(ctx, who, c)
	if err != nil {
		return err
	}
	s := all.version.snapshot
	logo, err := f.logo(ctx, who.Read, s)
	if err != nil {
		return err
	}
	files, err := f.enclosed(ctx, who.Read, s)
	if err != nil {
		return err
	}
	made, err := s.draw(logo, files, &all)
	if err != nil {
		return err
	}
	now := who.Now()
	sealed, err := seal.Seal(ctx, made.Bytes, seal.Options{Key: all.key, TSA: f.Keys.TSA, At: now, Name: who.Site().Name, Reason: s.Number})
	if err != nil {
		return err
	}
	stored, err := f.Documents.Store(ctx, who.Site().ID, pdfType, bytes.NewReader(sealed), largest)
	if err != nil {
		return err
	}
	kept := false
	err = who.Write(ctx, func(tx scope.Tx) error {
		if err := lock(ctx, tx, c.ID); err != nil {
			return err
		}
		now, err := scope.One(ctx, tx, readContract, scope.Args{"contract": c.ID}, scanContract)
		if err != nil || now.State != Signed || now.Seal == Done || now.Nth != c.Nth {
			return err
		}
		place := document.Place{Kind: "contract", ID: c.ID.String(), Client: c.Client.String()}
		version, err := document.Add(ctx, tx, who.NewID, document.File{Place: place, Category: "contracts", Name: s.FileName(), Made: true, Stored: stored})
		if err != nil {
			return err
		}
		kept = true
		if _, err := tx.Exec(ctx, keepSealed, scope.Args{"id": c.ID, "file": version, "sha256": stored.SHA256()}); err != nil {
			return err
		}
		if err := move(ctx, tx, who, Actor{Kind: "system"}, now, Executed, "", nil); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, voidLinks, scope.Args{"client": c.Client, "contract": c.ID}); err != nil {
			return err
		}
		if err := now.append(ctx, tx, who, Actor{Kind: "system"}, "sealed", map[string]string{
			"sha256": stored.SHA256(), "certificate": keys.Fingerprint(all.key.Certificate()), "chain_head": all.head(),
		}); err != nil {
			return err
		}
		if err := now.tell(ctx, tx, who, mailExecuted); err != nil {
			return err
		}
		if slices.ContainsFunc(all.people, func(s Signatory) bool { return s.Side == Ours && s.Identity == all.version.by }) {
			return nil // they got theirs
		}
		return now.tellSender(ctx, tx, who, mailExecuted)
	})
	return f.Documents.Settle(ctx, stored, kept, err)
}

// File is a file of a contract with its name and what it is.
type File struct {
	Name  string
	Type  string // of its content, such as application/pdf
	Bytes []byte
}

const pdfType = "application/pdf"

// bytes are those of a stored version of a file of a client.
func (f Feature) bytes(ctx context.Context, read func(context.Context, func(scope.Tx) error) error, version, client string) ([]byte, error) {
	var file document.Version
	err := read(ctx, func(tx scope.Tx) (err error) {
		if tx.Who().Kind == scope.Portal {
			file, err = document.FindSeen(ctx, tx, version)
		} else {
			file, err = document.Find(ctx, tx, version)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	r, err := f.Documents.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// file is what a reader of a contract downloads.
func (f Feature) file(ctx context.Context, read func(context.Context, func(scope.Tx) error) error, p Paper) (File, error) {
	version := p.fileID
	if p.Contract.sealedID != "" {
		version = p.Contract.sealedID
	}
	content, err := f.bytes(ctx, read, version, p.Contract.Client.String())
	return File{p.Snapshot.FileName(), pdfType, content}, err
}

// logo is the picture of the logo that a version names, nil where there is none.
func (f Feature) logo(ctx context.Context, read func(context.Context, func(scope.Tx) error) error, s Snapshot) ([]byte, error) {
	if s.Look.Logo == "" {
		return nil, nil
	}
	content, err := f.bytes(ctx, read, s.Look.Logo, "")
	if problem.Is(err, problem.NotFound) {
		return nil, nil
	}
	return content, err
}

// File is the file of a contract: the sealed one, what is to be signed until there
// is one, or a preview of a draft's; problem.NotFound.
func (a App) File(ctx context.Context, contract ID) (File, error) {
	p, err := a.latest(ctx, contract)
	if err != nil {
		return File{}, err
	}
	if p.fileID != "" {
		return a.f.file(ctx, a.reading(), p)
	}
	s := p.Snapshot
	logo, err := a.f.logo(ctx, a.reading(), s)
	if err != nil {
		return File{}, err
	}
	files, err := a.f.enclosed(ctx, a.reading(), s)
	if err != nil {
		return File{}, err
	}
	made, err := s.draw(logo, files, nil)
	return File{s.FileName(), pdfType, made.Bytes}, err
}

// latest is a contract as it was sent or, of a draft, as it would be sent today;
// that has no file yet.
func (a App) latest(ctx context.Context, contract ID) (Paper, error) {
	var found []told
	var sent []fixed
	w, err := a.read(ctx, contract, func(c Contract) []scope.Query {
		if c.Unsent() {
			return []scope.Query{scope.Into(&found, readParties, scope.Args{"contract": c.ID}, scanTold)}
		}
		return []scope.Query{scope.Into(&sent, readVersion, scope.Args{"contract": c.ID, "client": c.Client, "number": c.Nth}, scanFixed)}
	})
	if err != nil {
		return Paper{}, err
	}
	if len(sent) > 0 {
		return Paper{Contract: w.Contract, Snapshot: sent[0].snapshot, fileID: sent[0].fileID}, nil
	}
	w.take(found)
	return Paper{Contract: w.Contract, Snapshot: w.Preview()}, nil
}

func (a App) reading() func(context.Context, func(scope.Tx) error) error {
	return func(ctx context.Context, fn func(scope.Tx) error) error {
		return a.who.Read(ctx, auth.ContractsRead, fn)
	}
}
