package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Version is the version of the schema that the database has; 0 when it is no database
// of Foyer.
func (d *DB) Version(ctx context.Context) (int64, error) {
	var theirs sql.NullInt64
	err := d.Read.QueryRowContext(ctx, `select max(version_id) from goose_db_version`).Scan(&theirs)
	if isNoTable(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read which migrations the database has had: %w", err)
	}
	return theirs.Int64, nil
}

// CopyTo writes the database as it is at this moment to a file that is not there, or
// empty. Others read and write meanwhile. It has no room for what was deleted. SQLite
// alone.
func (d *DB) CopyTo(ctx context.Context, path string) error {
	if d.Postgres() {
		return errors.New("SQLite alone is copied")
	}
	_, err := d.Write.ExecContext(ctx, `vacuum into ?`, path)
	return err
}

// Sound says what is broken in a SQLite database: its pages and indexes, and rows that
// name others which are not there. nil when nothing is.
func (d *DB) Sound(ctx context.Context) error {
	var said string
	if err := d.Read.QueryRowContext(ctx, `pragma integrity_check(1)`).Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return fmt.Errorf("its pages are broken (%s)", strings.ReplaceAll(said, "\n", " "))
	}
	var table string
	err := d.Read.QueryRowContext(ctx, `select "table" from pragma_foreign_key_check limit 1`).Scan(&table)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("a row of the table %s names one that is not there", table)
}

// Rows counts the rows of every table of a SQLite database.
func (d *DB) Rows(ctx context.Context) (map[string]int64, error) {
	names, err := d.tables(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, name := range names {
		var n int64
		quoted := `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		if err := d.Read.QueryRowContext(ctx, `select count(*) from `+quoted).Scan(&n); err != nil {
			return nil, fmt.Errorf("count the rows of %s: %w", name, err)
		}
		counts[name] = n
	}
	return counts, nil
}

func (d *DB) tables(ctx context.Context) (names []string, err error) {
	rows, err := d.Read.QueryContext(ctx, `select name from sqlite_schema where type = 'table' and name not like 'sqlite\_%' escape '\'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
