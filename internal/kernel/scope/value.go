package scope

import (
	"database/sql"
	"fmt"
	"time"
)

func micros(t time.Time) int64 { return t.UTC().UnixMicro() }

type timeScanner struct{ to *time.Time }

// Time reads an instant of UTC microseconds; null is the zero time.
func Time(to *time.Time) sql.Scanner { return timeScanner{to} }

// Scan implements sql.Scanner.
func (s timeScanner) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s.to = time.Time{}
	case int64:
		*s.to = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("an instant is bigint microseconds, not %T", src)
	}
	return nil
}

type textScanner[T ~string] struct{ to *T }

// Text reads text that may be null; null is the empty text.
func Text[T ~string](to *T) sql.Scanner { return textScanner[T]{to} }

// Scan implements sql.Scanner.
func (s textScanner[T]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s.to = ""
	case string:
		*s.to = T(v)
	case []byte:
		*s.to = T(v)
	default:
		return fmt.Errorf("text is not %T", src)
	}
	return nil
}

// Null is nil for empty text and the text otherwise, for columns that may be null.
func Null[T ~string](v T) any {
	if v == "" {
		return nil
	}
	return string(v)
}
