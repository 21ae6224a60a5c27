package change

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
)

// Verify names what is kept beside the records and is not what they come to: tallies,
// changes that are agreed on and have no deliverable, decisions about another quote
// than there is, and quotes whose hash is not that of what they say. It names nothing
// where all is well.
func Verify(ctx context.Context, who auth.System) ([]string, error) {
	var wrong []string
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		wrong, err = scope.List(ctx, tx, listWrong, nil, scope.Value[string])
		return err
	})
	for after := ""; err == nil; {
		var some []hashed
		err = who.Read(ctx, func(tx scope.Tx) (err error) {
			some, err = scope.List(ctx, tx, listHashed, scope.Args{"after": after}, scanHashed)
			return err
		})
		if len(some) == 0 {
			break
		}
		for _, q := range some {
			if digest(q.said) != q.sha256 {
				wrong = append(wrong, "quote "+q.id+" of change request "+q.request)
			}
		}
		after = some[len(some)-1].id
	}
	return wrong, err
}

// hashed is a quote with its hash.
type hashed struct{ id, request, said, sha256 string }

func scanHashed(row scope.Row) (h hashed, err error) {
	return h, row.Scan(&h.id, &h.request, &h.said, &h.sha256)
}
