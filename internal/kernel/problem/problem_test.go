package problem_test

import (
	"errors"
	"fmt"
	"testing"

	"foyer/internal/kernel/problem"
)

var kinds = []problem.Kind{
	problem.NotFound, problem.Invalid, problem.Conflict, problem.Forbidden, problem.Unauthenticated,
	problem.TooMany, problem.TooLarge, problem.Malformed, problem.Unavailable,
}

func TestEachKindHasAName(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i, k := range kinds {
		if int(k) != i+1 {
			t.Errorf("kind %d is missing from the test", i+1)
		}
		if name := k.String(); name == "" || seen[name] {
			t.Errorf("kind %d is called %q", k, name)
		} else {
			seen[name] = true
		}
	}
	if next := kinds[len(kinds)-1] + 1; next.String() != "" {
		t.Errorf("kind %d (%s) is missing from the test", next, next)
	}
	if problem.Kind(0).String() != "" {
		t.Error("the zero kind has a name")
	}
}

func TestProblemIsFoundThroughWrapping(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", problem.Missing()))
	if p, ok := problem.As(err); !ok || p.Kind != problem.NotFound || p.Message.Key != "problem.not_found" {
		t.Errorf("As gave %v, %v", p, ok)
	}
	if !problem.Is(err, problem.NotFound) || problem.Is(err, problem.Conflict) {
		t.Error("Is mixes up kinds")
	}
	for _, other := range []error{nil, errors.New("disk on fire")} {
		if p, ok := problem.As(other); ok || problem.Is(other, problem.NotFound) {
			t.Errorf("%v is taken for the problem %v", other, p)
		}
	}
	if !problem.Is(problem.Stale(), problem.Conflict) {
		t.Error("a stale form is no conflict")
	}
}

func TestTheFirstMessageOfAFieldStays(t *testing.T) {
	t.Parallel()
	var f problem.Fields
	if f.Has("name") || f.Problem() != nil || f.Err() != nil {
		t.Fatal("no fields and yet a problem")
	}
	f.Add("name", "field.required")
	f.Add("name", "field.long", "max", 5)
	f.Add("email", "field.email")
	p := f.Problem()
	if !f.Has("name") || f.Has("phone") || p.Kind != problem.Invalid || len(p.Fields) != 2 {
		t.Fatalf("got %v", p)
	}
	if p.Fields["name"].Key != "field.required" || f.Err() == nil {
		t.Errorf("got %v", p.Fields["name"])
	}
}

func TestProblemInALog(t *testing.T) {
	t.Parallel()
	var f problem.Fields
	f.Add("b", "field.email")
	f.Add("a", "field.long", "max", 5)
	if got, want := f.Err().Error(), "invalid: problem.invalid; a: field.long; b: field.email"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := problem.Of(problem.TooMany, "problem.too_many", "wait", 3); got.Error() != "too many: problem.too_many" || len(got.Message.Args) != 2 {
		t.Errorf("got %v", got)
	}
	if p := problem.Field("name", "field.required"); p.Fields["name"].Key != "field.required" {
		t.Errorf("got %v", p)
	}
}
