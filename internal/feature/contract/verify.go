package contract

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/seal"
)

// Answer is what is said of a file that somebody hands in.
type Answer string

// The answers.
const (
	Intact    Answer = "intact"    // sealed by this workspace, and as it was
	Unknown   Answer = "unknown"   // as it was, and sealed by somebody else
	Changed   Answer = "changed"   // not as it was sealed
	NotSealed Answer = "unsealed"  // a PDF without a seal
	NotPDF    Answer = "not_a_pdf" // anything else
)

// Verdict is the whole of what is said of a file.
type Verdict struct {
	Answer   Answer
	SHA256   string    // of what was handed in, in hex
	Signer   string    // whom the certificate of the seal names
	At       time.Time // that the seal names, or a stamp proves
	Stamped  string    // who proves it, empty for nobody
	Record   *Record   // the contract whose file it is, bit for bit
	Revision int       // bytes of the last revision that is as it was sealed, 0 for none
}

// Record is what is told of a contract to whoever holds its file; names are in it
// only then.
type Record struct {
	ID         ID
	Name       string
	Number     string
	State      State
	SentAt     time.Time
	ExecutedAt time.Time
	EndedOn    string
	People     []string
}

// LargestChecked is the most bytes that are checked.
const LargestChecked = seal.MaxSize

// Verify says whether a file is one that this workspace sealed and whether it was
// changed since. It is parsed in memory and kept nowhere. problem.TooLarge above
// LargestChecked.
func (f Feature) Verify(ctx context.Context, who auth.Visitor, file []byte) (Verdict, error) {
	if len(file) > LargestChecked {
		return Verdict{}, problem.Of(problem.TooLarge, "verify.too_large", "max", LargestChecked>>20)
	}
	sum := sha256.Sum256(file)
	v := Verdict{Answer: NotSealed, SHA256: hex.EncodeToString(sum[:])}
	var trusted seal.Roots
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		if trusted.Seals, err = roots(ctx, tx); err != nil {
			return err
		}
		found, err := scope.List(ctx, tx, findSealed, scope.Args{"sha256": v.SHA256}, scanRecord)
		if err != nil || len(found) == 0 {
			return err
		}
		v.Record = &found[0]
		v.Record.People, err = scope.List(ctx, tx, listSealedPeople, scope.Args{"contract": v.Record.ID}, scope.Value[string])
		return err
	})
	if err != nil {
		return v, err
	}
	report, err := seal.Verify(file, trusted)
	switch {
	case errors.Is(err, seal.ErrNotPDF):
		v.Answer = NotPDF
		return v, nil
	case err != nil:
		return v, err
	}
	v.Answer = map[seal.Verdict]Answer{seal.Ours: Intact, seal.Unknown: Unknown, seal.Changed: Changed, seal.NotSealed: NotSealed}[report.Verdict]
	if v.Record != nil && v.Answer == Unknown {
		v.Answer = Intact // our record vouches for it, whatever has become of the key
	}
	for _, s := range report.Signatures {
		if !s.Intact {
			continue
		}
		v.Revision, v.At, v.Stamped = s.End, s.At, ""
		if s.Signer != nil {
			v.Signer = s.Signer.Subject.CommonName
		}
		if s.Timestamp != nil {
			v.At, v.Stamped = s.Timestamp.At, s.Timestamp.Authority
		}
	}
	return v, nil
}

// LookUp is what is told to who knows a contract's id and the code on its
// certificate: where it stands, and when. problem.NotFound for anything else.
func (f Feature) LookUp(ctx context.Context, who auth.Visitor, contract ID, code string) (r Record, err error) {
	code = strings.ToUpper(strings.Join(strings.Fields(code), ""))
	if !id.Valid(contract.String()) {
		return r, problem.Missing()
	}
	err = who.Read(ctx, func(tx scope.Tx) error {
		type found struct {
			Record
			code string
		}
		one, err := scope.One(ctx, tx, lookUp, scope.Args{"contract": contract}, func(row scope.Row) (f found, err error) {
			return f, row.Scan(&f.ID, &f.State, scope.Time(&f.SentAt), scope.Time(&f.ExecutedAt), &f.EndedOn, &f.code)
		})
		if err == nil && subtle.ConstantTimeCompare([]byte(one.code), []byte(code)) != 1 {
			err = problem.Missing()
		}
		r = one.Record
		return err
	})
	return r, err
}

func scanRecord(row scope.Row) (r Record, err error) {
	return r, row.Scan(&r.ID, &r.Name, &r.Number, &r.State, scope.Time(&r.SentAt), scope.Time(&r.ExecutedAt), &r.EndedOn)
}

// CheckAll recomputes every chain of a workspace and gives what is broken: an event
// that is not as it was, and a version, a signature or a sealed file that is not
// what the events say of it.
func CheckAll(ctx context.Context, who auth.System) (looked int, broken []error, err error) {
	after := ""
	for {
		var some []chained
		err := who.Read(ctx, func(tx scope.Tx) (err error) {
			some, err = scope.List(ctx, tx, listChained, scope.Args{"after": after}, scanChained)
			if err != nil {
				return err
			}
			for _, o := range some {
				if err := o.check(ctx, tx); errors.As(err, new(Broken)) {
					broken = append(broken, err)
				} else if err != nil {
					return err
				}
				looked++
			}
			return nil
		})
		if err != nil || len(some) == 0 {
			return looked, broken, err
		}
		after = some[len(some)-1].id.String()
	}
}

// chained is a contract as its chain is checked.
type chained struct {
	id      ID
	client  string
	created time.Time
	sealed  string // SHA-256 of the sealed file
}

func scanChained(row scope.Row) (o chained, err error) {
	return o, row.Scan(&o.id, &o.client, scope.Time(&o.created), &o.sealed)
}

// claim is what an event says of a version or a signature, and what is kept says too.
type claim struct {
	kind   string // sent or signed
	of     string // number of the version, or the signatory
	sha256 string // of the file, or of the act
}

// kept is a version or a signature as it is stored; act is empty of a version.
type kept struct {
	claim
	act string
}

func scanKept(row scope.Row) (k kept, err error) {
	return k, row.Scan(&k.kind, &k.of, &k.sha256, &k.act)
}

// check recomputes the chain and compares it with what is kept beside it. The error
// is a Broken where something is not as it was.
func (o chained) check(ctx context.Context, tx scope.Tx) error {
	at := scope.Args{"contract": o.id, "client": o.client}
	links, err := scope.List(ctx, tx, listLinks, at, scanLink)
	if err != nil {
		return err
	}
	if _, err := Check(o.id, o.created, links); err != nil {
		return err
	}
	missing := Broken{o.id, int64(len(links)) + 1, "is missing"}
	if len(links) == 0 || o.sealed != "" && !slices.ContainsFunc(links, func(l Link) bool { return l.seals(o.sealed) }) {
		return missing
	}
	stored, err := scope.List(ctx, tx, listKept, at, scanKept)
	if err != nil {
		return err
	}
	beside := map[claim]bool{}
	for _, k := range stored {
		if k.act != "" && digest(k.act) != k.sha256 {
			return Broken{o.id, 0, "a signature was changed"}
		}
		beside[k.claim] = true
	}
	for _, l := range links {
		a, err := l.Act()
		if err != nil {
			return err
		}
		var says claim
		switch a.Kind {
		case "sent":
			says = claim{"sent", a.Facts["version"], a.Facts["sha256"]}
		case "signed", "approved":
			says = claim{"signed", a.Facts["signatory"], a.Facts["act_sha256"]}
		default:
			continue
		}
		if !beside[says] {
			return Broken{o.id, l.Seq, "is not what is kept"}
		}
		delete(beside, says)
	}
	if len(beside) > 0 {
		return missing
	}
	return nil
}
