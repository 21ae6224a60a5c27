package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// papers are the states of a client's contracts, over and over. None is signed: that
// would take keys and seals.
var papers = []contract.State{contract.Pending, contract.Lapsed, contract.Declined, contract.Pending, contract.Lapsed, contract.Draft}

// turns are those of the one who was to sign, by where the contract stands.
var turns = map[contract.State]contract.Turn{
	contract.Draft: contract.NotYet, contract.Pending: contract.Invited, contract.Lapsed: contract.TooLate, contract.Declined: contract.Refused,
}

// Contracts writes n contracts of a client, for its primary contact to sign.
func (s *Sower) Contracts(ctx context.Context, of string, n int) error {
	for i := range n {
		if err := s.paper(ctx, of, papers[i%len(papers)]); err != nil {
			return err
		}
	}
	return nil
}

// agreement is a contract as it is being written.
type agreement struct {
	id, of, number, name, content string
	state                         contract.State
	at                            time.Time
	signatory                     string
	links                         []contract.Link
}

// paper writes a contract with who is to sign it and, unless it is a draft, the version
// that was sent, its file and its chain.
func (s *Sower) paper(ctx context.Context, of string, state contract.State) error {
	at := s.ago(s.between(10, 60))
	d := agreement{id: s.id(at), of: of, number: s.number(billing.Contracts, "CTR-%d-%04d", at.Year()), name: pick(s, works) + " of the " + pick(s, things), state: state, at: at}
	d.content, _ = contract.Template(contract.Service, "en")
	d.signatory = s.id(at)
	if err := d.chain("created", at, nil); err != nil {
		return err
	}
	version := 0
	if state != contract.Draft {
		version = 1
	}
	s.made.Contracts++
	if err := s.put(ctx, insertContract, scope.Args{
		"id": d.id, "of": of, "number": d.number, "name": d.name, "search_key": text.Key(d.name + " " + d.number), "content": d.content, "state": string(state),
		"version": version, "check_code": fmt.Sprintf("SEED%08d", s.rng.IntN(1e8)), "actor": s.actor(), "at": at,
	}); err != nil {
		return err
	}
	if err := s.event(ctx, at, "contract.created", "contract", d.id, of, auth.Contracts, auth.ForStaffOnly, "{}"); err != nil {
		return err
	}
	if version > 0 {
		if err := s.send(ctx, &d); err != nil {
			return err
		}
	}
	if err := s.signatory(ctx, d); err != nil {
		return err
	}
	for _, l := range d.links {
		if err := s.put(ctx, insertLink, scope.Args{"contract": d.id, "of": of, "seq": l.Seq, "entry": l.Entry, "previous": l.Previous, "hash": l.Hash}); err != nil {
			return err
		}
	}
	return nil
}

// send writes the version that was sent, with its file.
func (s *Sower) send(ctx context.Context, d *agreement) error {
	said := d.snapshot(s)
	doc, err := said.Prose()
	if err != nil {
		return err
	}
	drawn, err := pdf.Make(pdf.Document{Title: d.name, Language: "en", At: d.at, Theme: pdf.Theme{Paper: pdf.A4}, Blocks: append([]pdf.Block{pdf.Heading{Text: d.name}}, doc.Blocks()...)})
	if err != nil {
		return err
	}
	f, err := s.keep(ctx, drawn.Bytes)
	if err != nil {
		return err
	}
	made, version := s.id(d.at), s.id(d.at)
	if err := s.put(ctx, insertContractFile, scope.Args{
		"id": made, "contract": d.id, "of": d.of, "name": said.FileName(), "name_key": text.Key(said.FileName()), "latest": version, "actor": s.actor(), "at": d.at,
	}); err != nil {
		return err
	}
	if err := s.version(ctx, version, made, d.of, said.FileName(), "application/pdf", f, s.actor(), d.at); err != nil {
		return err
	}
	content, err := json.Marshal(said)
	if err != nil {
		return err
	}
	if err := s.put(ctx, insertContractVersion, scope.Args{
		"contract": d.id, "of": d.of, "snapshot": string(content), "file": version, "sha256": f.blob.SHA256, "pages": drawn.Pages, "actor": s.actor(), "at": d.at,
	}); err != nil {
		return err
	}
	if err := d.chain("sent", d.at, map[string]string{"version": "1", "sha256": f.blob.SHA256, "pages": strconv.Itoa(drawn.Pages)}); err != nil {
		return err
	}
	if err := d.chain("invited", d.at, map[string]string{"signatory": d.signatory, "name": s.contacts[d.of].name, "email": s.contacts[d.of].email}); err != nil {
		return err
	}
	return s.event(ctx, d.at, "contract.sent", "contract", d.id, d.of, auth.Contracts, auth.ForClientToo, "{}")
}

func (d agreement) snapshot(s *Sower) contract.Snapshot {
	by := s.contacts[d.of]
	return contract.Snapshot{
		Contract: contract.ID(d.id), Version: 1, Number: d.number, Name: d.name, Kind: contract.Service, Language: "en", Content: d.content,
		Values: map[string]string{"workspace.name": "Seed & Sons", "contract.name": d.name, "contract.number": d.number, "client.signatory": by.name},
		Ours:   contract.Party{Name: "Seed & Sons", Address: "1 Field Lane\nDublin"}, Theirs: contract.Party{Name: "A client", Email: by.email},
		People: []contract.Person{{Signatory: contract.SignatoryID(d.signatory), Side: contract.Theirs, Role: contract.Signer, Step: 1, Name: by.name, Email: by.email}},
		Look:   contract.Look{Paper: "a4"}, FixedAt: d.at,
	}
}

// chain adds an event to what happened with a contract.
func (d *agreement) chain(kind string, at time.Time, facts map[string]string) error {
	l := contract.Link{Seq: int64(len(d.links)) + 1, Previous: contract.Genesis(contract.ID(d.id), d.at)}
	if len(d.links) > 0 {
		l.Previous = d.links[len(d.links)-1].Hash
	}
	entry, err := json.Marshal(contract.Act{Seq: l.Seq, At: at.Format(time.RFC3339Nano), Kind: kind, Actor: contract.Actor{Kind: "system"}, Facts: facts})
	l.Entry, l.Hash = string(entry), contract.Chained(l.Previous, string(entry))
	d.links = append(d.links, l)
	return err
}

func (s *Sower) signatory(ctx context.Context, d agreement) error {
	by, reason := s.contacts[d.of], ""
	var invited, done any
	if d.state != contract.Draft {
		invited = d.at
	}
	if d.state == contract.Declined {
		done, reason = d.at.AddDate(0, 0, 2), "The "+pick(s, things)+" are not ours."
	}
	return s.put(ctx, insertSignatory, scope.Args{
		"id": d.signatory, "contract": d.id, "of": d.of, "name": by.name, "email": by.email, "email_key": auth.AddressKey(by.email), "by": by.contact,
		"state": string(turns[d.state]), "invited": invited, "done": done, "reason": reason,
	})
}

// actor is the identity of some member, nil where there is none.
func (s *Sower) actor() any {
	if worker, worked := s.worker(); worked {
		return worker.identity
	}
	return nil
}

const insertContract = `-- insertContract
insert into contract (workspace_id, id, client_id, number, name, search_key, kind, language, content, reminds, state, state_at, version_number, check_code,
	created_by, created_at)
values (:workspace, :id, :of, :number, :name, :search_key, 'service', 'en', :content, false, :state, :at, :version, :check_code,
	:actor, :at)`

const insertContractFile = `-- insertContractFile
insert into document (workspace_id, id, place_kind, place_id, client_id, name, name_key, category, source, state, state_at, shared, latest_id, created_at, created_by)
values (:workspace, :id, 'contract', :contract, :of, :name, :name_key, 'unsigned', 'own', 'inner', :at, 'none', :latest, :at, :actor)`

const insertContractVersion = `-- insertContractVersion
insert into contract_version (workspace_id, contract_id, client_id, number, snapshot, file_version_id, sha256, pages, created_by, created_at)
values (:workspace, :contract, :of, 1, :snapshot, :file, :sha256, :pages, :actor, :at)`

const insertSignatory = `-- insertSignatory
insert into signatory (workspace_id, id, contract_id, client_id, number, side, role, step, position, name, email, email_key, contact_id, state,
	invited_at, done_at, reason)
values (:workspace, :id, :contract, :of, 1, 'client', 'signer', 1, 0, :name, :email, :email_key, :by, :state,
	:invited, :done, :reason)`

const insertLink = `-- insertLink
insert into contract_event (workspace_id, contract_id, client_id, seq, entry, previous_hash, hash)
values (:workspace, :contract, :of, :seq, :entry, :previous, :hash)`
