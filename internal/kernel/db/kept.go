package db

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"unicode"

	"modernc.org/sqlite"
)

// SQLite's driver parses the text of a statement each time it runs, which takes a third
// of what a small page costs. So each connection keeps the statements that it parsed:
// package sql hands a statement back when its rows are read, and it is found again by its
// text. SQLite itself parses a kept one anew where the schema has changed meanwhile.

// mostKept is how many statements a connection keeps at most, those that ran last.
const mostKept = 128

func openKeeping(address string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(address)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{connector}), nil
}

// keeping opens connections that keep their statements.
type keeping struct{ driver.Connector }

// Connect implements driver.Connector.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c, whole := made.(liteDriver)
	if !whole {
		return nil, fmt.Errorf("a connection of SQLite is a %T", made)
	}
	return &keeper{liteDriver: c, byText: map[string]*list.Element{}, byUse: list.New()}, nil
}

// liteDriver is all that a connection of SQLite's driver can do for package sql.
type liteDriver interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeper is a connection with the statements that it keeps. Package sql lets one call at
// a time reach it.
type keeper struct {
	liteDriver
	byText map[string]*list.Element
	byUse  *list.List // of *kept, the last used in front
}

// liteStmt is all that a statement of SQLite's driver can do for package sql.
type liteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// kept is a statement that goes back to its connection when it is closed.
type kept struct {
	liteStmt
	text string
	by   *keeper
}

// Close implements driver.Stmt.
func (s *kept) Close() error { return s.by.keep(s) }

// ExecContext implements driver.ExecerContext. Where it skips, package sql prepares,
// runs and closes the statement.
func (c *keeper) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if keepable(text) {
		return nil, driver.ErrSkip
	}
	return c.liteDriver.ExecContext(ctx, text, args)
}

// QueryContext implements driver.QueryerContext, and skips as ExecContext does.
func (c *keeper) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if keepable(text) {
		return nil, driver.ErrSkip
	}
	return c.liteDriver.QueryContext(ctx, text, args)
}

// PrepareContext implements driver.ConnPrepareContext. A statement whose rows are being
// read is not here, so the same text has another one then.
func (c *keeper) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if e, found := c.byText[text]; found {
		return c.take(e), nil
	}
	made, err := c.liteDriver.PrepareContext(ctx, text)
	if err != nil || !keepable(text) {
		return made, err
	}
	s, whole := made.(liteStmt)
	if !whole {
		return made, nil
	}
	return &kept{s, text, c}, nil
}

// Close implements driver.Conn.
func (c *keeper) Close() error {
	for c.byUse.Len() > 0 {
		_ = c.take(c.byUse.Back()).liteStmt.Close()
	}
	return c.liteDriver.Close()
}

func (c *keeper) take(e *list.Element) *kept {
	s, _ := c.byUse.Remove(e).(*kept)
	delete(c.byText, s.text)
	return s
}

// keep takes a statement back, and lets go of the one that has not run for the longest
// time where there are too many.
func (c *keeper) keep(s *kept) error {
	if _, another := c.byText[s.text]; another {
		return s.liteStmt.Close()
	}
	c.byText[s.text] = c.byUse.PushFront(s)
	if c.byUse.Len() > mostKept {
		return c.take(c.byUse.Back()).liteStmt.Close()
	}
	return nil
}

// keepable tells whether a statement means the same each time it runs: a pragma may do
// its work when it is parsed, and what changes the schema runs once.
func keepable(text string) bool {
	for {
		text = strings.TrimSpace(text)
		if !strings.HasPrefix(text, "--") {
			break
		}
		_, text, _ = strings.Cut(text, "\n")
	}
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	switch strings.ToLower(text[:max(end, 0)]) {
	case "select", "insert", "update", "delete", "with":
		return true
	}
	return false
}
