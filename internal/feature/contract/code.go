package contract

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"time"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// A code that was mailed is good for so long and for so many tries; so many are
// mailed within an hour.
const (
	codeLife    = 10 * time.Minute
	codeTries   = 5
	codesAnHour = 5
)

// codeOver says that a code is good no more, whether it is the right one or not.
const codeOver = "contract.code_over"

// newCode is six digits. What is stored is their hash with the signatory's id; it
// is no secret for long, and its tries are counted.
func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}

func codeHash(of SignatoryID, code string) string {
	return digest("foyer-code-v1" + of.String() + strings.Join(strings.Fields(code), ""))
}

// newCheckCode is what is asked besides a contract's id where somebody looks it
// up.
func newCheckCode() string {
	return strings.ToUpper(id.NewSecret().Reveal()[:10])
}

// stored is a code as it is kept.
type stored struct {
	hash  string
	tries int
	until time.Time
}

func scanCode(row scope.Row) (s stored, err error) {
	return s, row.Scan(&s.hash, &s.tries, scope.Time(&s.until))
}

// tryCode takes a try at a code, which counts even where all else fails.
func (d door) tryCode(ctx context.Context, me SignatoryID, code string) error {
	if strings.TrimSpace(code) == "" {
		return problem.Field("code", "contract.code_required")
	}
	var verdict error
	err := d.write(ctx, func(tx scope.Tx) error {
		o, err := d.enter(ctx, tx)
		if err != nil {
			return err
		}
		verdict = goodCode(ctx, tx, d.client, me, code)
		known, ok := problem.As(verdict)
		if !ok || known.Kind != problem.Invalid {
			return verdict
		}
		if known.Fields["code"].Key == codeOver {
			return nil // it may have been the right one, which is no more good
		}
		n, err := tx.Exec(ctx, countTry, tx.WithClient(d.client, scope.Args{"signatory": me, "most": codeTries}))
		if err != nil || n == 0 {
			return err
		}
		return o.append(ctx, tx, d, d.actor, "code_wrong", map[string]string{"signatory": me.String()})
	})
	if err != nil {
		return err
	}
	return verdict
}

// try is tryCode before anything is signed, so that a wrong code is told at once.
func (d door) try(ctx context.Context, code string) error {
	var o open
	if err := d.read(ctx, func(tx scope.Tx) (err error) {
		o, err = d.look(ctx, tx)
		return err
	}); err != nil || !o.needsCode() {
		return err
	}
	return d.tryCode(ctx, o.me.ID, code)
}

// goodCode says whether a code is the one that was mailed.
func goodCode(ctx context.Context, tx scope.Tx, client string, me SignatoryID, code string) error {
	s, err := scope.One(ctx, tx, readCode, tx.WithClient(client, scope.Args{"signatory": me}), scanCode)
	switch {
	case problem.Is(err, problem.NotFound), err == nil && (s.tries >= codeTries || !tx.Now().Before(s.until)):
		return problem.Field("code", codeOver)
	case err != nil:
		return err
	case subtle.ConstantTimeCompare([]byte(s.hash), []byte(codeHash(me, code))) != 1:
		return problem.Field("code", "contract.code_wrong")
	}
	return nil
}

// useCode uses a code up, in the transaction of the signature.
func (o open) useCode(ctx context.Context, tx scope.Tx, code string) error {
	if !o.needsCode() {
		return nil
	}
	if err := goodCode(ctx, tx, o.Client.String(), o.me.ID, code); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, deleteCode, tx.WithClient(o.Client.String(), scope.Args{"signatory": o.me.ID}))
	return err
}

// sendCode mails a code to whoever is to sign; an earlier one is good no more.
// Problems are Conflict, and Invalid at code after too many.
func (d door) sendCode(ctx context.Context) error {
	return d.write(ctx, func(tx scope.Tx) error {
		o, err := d.enter(ctx, tx)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := o.due(d.today()); err != nil {
				return "", err
			}
			if !o.needsCode() {
				return "", nil
			}
			n, err := tx.Exec(ctx, askCode, tx.WithClient(o.Client.String(), scope.Args{"signatory": o.me.ID, "since": d.Now().Add(-time.Hour), "most": codesAnHour}))
			if err == nil && n == 0 {
				err = problem.Field("code", "contract.code_many", "max", codesAnHour)
			}
			if err != nil {
				return "", err
			}
			return "", o.post(ctx, tx, d, o.me, mailCode, nil)
		})
		return err
	})
}
