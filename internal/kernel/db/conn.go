package db

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"foyer/internal/kernel/scope"
)

// liteConn is a transaction on SQLite, where a batch is a loop.
type liteConn struct{ *sql.Tx }

func (c *liteConn) SQL() *sql.Tx                 { return c.Tx }
func (c *liteConn) Commit(context.Context) error { return c.Tx.Commit() }
func (c *liteConn) Rollback()                    { _ = c.Tx.Rollback() }

func (c *liteConn) Batch(ctx context.Context, queries []scope.Bound, each func(int, scope.Row) error) error {
	for i, q := range queries {
		if err := c.one(ctx, q, func(row scope.Row) error { return each(i, row) }); err != nil {
			return err
		}
	}
	return nil
}

func (c *liteConn) one(ctx context.Context, q scope.Bound, each func(scope.Row) error) error {
	rows, err := c.QueryContext(ctx, q.SQL, q.Args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// postConn is a transaction on PostgreSQL that holds its connection, so that
// a batch goes over the wire as one message.
type postConn struct {
	*sql.Tx
	conn *sql.Conn
}

func beginPostgres(ctx context.Context, pool *sql.DB, write bool) (scope.Conn, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: !write})
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &postConn{tx, conn}, nil
}

func (c *postConn) SQL() *sql.Tx { return c.Tx }

func (c *postConn) Commit(context.Context) error { return c.Tx.Commit() }

func (c *postConn) Rollback() {
	_ = c.Tx.Rollback()
	_ = c.conn.Close()
}

func (c *postConn) Batch(ctx context.Context, queries []scope.Bound, each func(int, scope.Row) error) error {
	return c.conn.Raw(func(driver any) error {
		batch := &pgx.Batch{}
		for _, q := range queries {
			batch.Queue(q.SQL, q.Args...)
		}
		results := driver.(*stdlib.Conn).Conn().SendBatch(ctx, batch)
		err := readBatch(results, len(queries), each)
		if closing := results.Close(); err == nil && closing != nil {
			err = closing
		}
		return err
	})
}

func readBatch(results pgx.BatchResults, n int, each func(int, scope.Row) error) error {
	for i := range n {
		rows, err := results.Query()
		if err != nil {
			return fmt.Errorf("statement %d: %w", i+1, err)
		}
		for rows.Next() {
			if err := each(i, rows); err != nil {
				rows.Close()
				return fmt.Errorf("statement %d: %w", i+1, err)
			}
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return fmt.Errorf("statement %d: %w", i+1, err)
		}
	}
	return nil
}
