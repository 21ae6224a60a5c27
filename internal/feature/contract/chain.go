package contract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// scheme begins whatever is hashed for a chain, so that its hashes are those of
// no other use.
const scheme = "foyer-audit-v1"

// Act is one event of a contract's chain. Its JSON, as package encoding/json
// writes it with the names below and facts in the order of their names, is what is
// hashed.
type Act struct {
	Seq     int64             `json:"seq"`
	At      string            `json:"at"` // RFC 3339 in UTC, to the microsecond
	Kind    string            `json:"kind"`
	Actor   Actor             `json:"actor"`
	Address string            `json:"address,omitempty"`
	Agent   string            `json:"agent,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"`
}

// Actor is who did it: staff, contact, signatory (by a link) or system.
type Actor struct {
	Kind  string `json:"kind"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// Link is an event with its place in the chain. Entry is the JSON of the Act.
type Link struct {
	Seq      int64  `json:"seq"`
	Entry    string `json:"entry"`
	Previous string `json:"previous_hash"`
	Hash     string `json:"hash"`
}

// Act is the event of a link.
func (l Link) Act() (a Act, err error) {
	return a, json.Unmarshal([]byte(l.Entry), &a)
}

// seals tells whether the event is that of a sealed file with a hash.
func (l Link) seals(sha256 string) bool {
	a, err := l.Act()
	return err == nil && a.Kind == "sealed" && a.Facts["sha256"] == sha256
}

// Time is when it happened.
func (a Act) Time() time.Time {
	at, _ := time.Parse(time.RFC3339Nano, a.At)
	return at
}

// Genesis is what the first event of a contract follows.
func Genesis(contract ID, created time.Time) string {
	return digest(scheme + contract.String() + created.UTC().Format(time.RFC3339Nano))
}

// Chained is the hash of an entry that follows another.
func Chained(previous, entry string) string { return digest(scheme + previous + entry) }

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Broken says where a chain does not hold; Seq is 0 where it is no event of it.
type Broken struct {
	Contract ID
	Seq      int64
	Why      string
}

func (b Broken) Error() string {
	if b.Seq == 0 {
		return fmt.Sprintf("contract %s: %s", b.Contract, b.Why)
	}
	return fmt.Sprintf("contract %s: event %d %s", b.Contract, b.Seq, b.Why)
}

// Check recomputes the chain of a contract and gives its last hash; the error is a
// Broken.
func Check(contract ID, created time.Time, links []Link) (head string, err error) {
	head = Genesis(contract, created)
	for i, l := range links {
		switch {
		case l.Seq != int64(i)+1:
			return head, Broken{contract, int64(i) + 1, "is missing"}
		case l.Previous != head:
			return head, Broken{contract, l.Seq, "does not follow the one before it"}
		case l.Hash != Chained(head, l.Entry):
			return head, Broken{contract, l.Seq, "was changed"}
		}
		act, err := l.Act()
		if err != nil || act.Seq != l.Seq {
			return head, Broken{contract, l.Seq, "is not what it says"}
		}
		head = l.Hash
	}
	return head, nil
}

// recorder is whoever a transaction belongs to.
type recorder interface {
	Facts() auth.Facts
	Now() time.Time
	Record(ctx context.Context, tx scope.Tx, e auth.Event) error
	Post(ctx context.Context, tx scope.Tx, m auth.Mail) error
	NewID() string
	Site() auth.Site
}

// append adds an event to a contract's chain, in the transaction of its change,
// which has locked the contract.
func (c Contract) append(ctx context.Context, tx scope.Tx, by recorder, actor Actor, kind string, facts map[string]string) error {
	at := tx.WithClient(c.Client.String(), scope.Args{"contract": c.ID})
	last, err := scope.One(ctx, tx, lastLink, at, scanLink)
	if problem.Is(err, problem.NotFound) {
		last, err = Link{Hash: Genesis(c.ID, c.createdAt)}, nil
	}
	if err != nil {
		return err
	}
	from := by.Facts()
	act := Act{
		Seq: last.Seq + 1, At: tx.Now().Format(time.RFC3339Nano), Kind: kind, Actor: actor, Address: from.Address, Agent: cut(from.Agent, 300), Facts: facts,
	}
	entry, err := json.Marshal(act)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertLink, tx.WithClient(c.Client.String(), scope.Args{
		"contract": c.ID, "seq": act.Seq, "entry": string(entry), "previous": last.Hash, "hash": Chained(last.Hash, string(entry)),
	}))
	return err
}

func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && text[most]&0xC0 == 0x80 {
		most--
	}
	return text[:most]
}

func scanLink(row scope.Row) (l Link, err error) {
	return l, row.Scan(&l.Seq, &l.Entry, &l.Previous, &l.Hash)
}
