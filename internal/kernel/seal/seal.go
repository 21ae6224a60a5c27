package seal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"foyer/internal/kernel/seal/keys"
)

// ErrOptions is a seal that lacks its time.
var ErrOptions = errors.New("a seal needs the time it is made at")

// Options say how a file is sealed.
type Options struct {
	Key keys.Key
	// TSA stamps the seal with a time that others vouch for. Without one the
	// seal has only the time that we say.
	TSA TSA
	// At is now: the time that the seal names (/M, to the second), that the key
	// has to be valid at, and that a time stamp is compared with.
	At time.Time
	// Name, Reason and Location are told by readers of the file, in whatever
	// language they are in. All may be empty.
	Name, Reason, Location string
	// Label is what a screen reader says of the seal, Name if it is empty.
	Label string
	// Mark is what is seen of the seal, nil for nothing.
	Mark *Mark
}

// Seal gives the file with a seal behind it that covers all of it. The first
// len(pdf) bytes stay what they were. A file that has been sealed may be sealed
// again; the earlier seal then no longer covers all.
//
// There is no file with an error. Errors wrap ErrNotPDF, ErrTooLarge or
// ErrUnsupported about the file, ErrMark or ErrOptions about the options, those
// of keys.Key.Check about the key, ErrTSA or ErrSkew about the time stamp; or
// are the context's.
func Seal(ctx context.Context, pdf []byte, o Options) ([]byte, error) {
	switch {
	case o.At.IsZero():
		return nil, ErrOptions
	case o.Mark != nil && !o.Mark.sound():
		return nil, ErrMark
	}
	if err := o.Key.Check(o.At); err != nil {
		return nil, err
	}
	f, err := open(pdf)
	if err != nil {
		return nil, err
	}
	out, from, to, err := o.build(f)
	if err != nil {
		return nil, err
	}
	var stamp func([]byte) ([]byte, error)
	if o.TSA != nil {
		stamp = func(signature []byte) ([]byte, error) { return o.stamp(ctx, signature) }
	}
	raw, err := message(o.Key, bytes.Join([][]byte{out[:from], out[to:]}, nil), stamp)
	if err != nil {
		return nil, err
	}
	if err := fill(out, from, raw); err != nil {
		return nil, err
	}
	// A signer that is elsewhere may have signed with another key.
	sealed := readSeal(out, candidate{from: from, to: to, end: len(out)})
	if sealed.Problem != nil {
		return nil, fmt.Errorf("the seal that was made does not hold: %w", sealed.Problem)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// stamp has the signature stamped, and proves the stamp whoever it is from.
func (o Options) stamp(ctx context.Context, signature []byte) ([]byte, error) {
	sum := sha256.Sum256(signature)
	token, err := o.TSA.Timestamp(ctx, sum)
	if err != nil {
		return nil, err
	}
	t, err := readStamp(token, sum[:])
	if err != nil {
		return nil, noStamp("%v", err)
	}
	if skew := t.At.Sub(o.At).Abs(); skew > MaxSkew {
		return nil, fmt.Errorf("%w: %s apart", ErrSkew, skew.Round(time.Second))
	}
	return token, nil
}
