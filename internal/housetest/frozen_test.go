package housetest

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"foyer/internal/housetest/house"
)

// mayMove are the columns of an invoice that say what became of it rather than
// what it says.
var mayMove = []string{
	"state", "file_version_id", "sent_at", "voided_at", "voided_by", "written_off_at", "written_off_by", "written_off_reason", "version",
}

// columnsOf reads the columns of a table with their types.
func columnsOf(t *testing.T, h *house.House, table string) map[string]string {
	t.Helper()
	d := h.Everything(t)
	query := `select name || ' ' || type from pragma_table_info('` + table + `')`
	if h.Engine == house.Postgres {
		query = `select column_name || ' ' || data_type from information_schema.columns where table_name = '` + table + `'`
	}
	all := map[string]string{}
	for _, line := range house.Texts(t, d, query) {
		name, kind, _ := strings.Cut(line, " ")
		all[name] = strings.ToLower(kind)
	}
	return all
}

// another is a value of a type that no row has.
func another(kind string) string {
	switch kind {
	case "boolean":
		return "true"
	case "bigint", "integer":
		return "4711"
	}
	return "'changed'"
}

// moves are what may change of an attempt to pay, of money that fits nothing, of
// a contract that was sent and of who signs it: how far it has come.
var moves = map[string][]string{
	"invoice":  mayMove,
	"checkout": {"state", "session_id", "intent_id", "url", "until", "looked_at", "payment_id", "state_at"},
	"contract": {
		"state", "state_at", "reason", "reminds", "sign_by", "version_number", "signed_at", "executed_at", "terminated_on", "seal", "seal_problem", "seal_tries",
		"search_key", "warned_of", "version",
	},
	"signatory":         {"state", "invited_at", "viewed_at", "done_at", "reason", "reminders", "reminded_at"},
	"unmatched_payment": {"checkout_id", "state", "note", "payment_id", "resolved_by", "resolved_at", "version"},
}

// freezer tries to change what is frozen.
type freezer struct {
	t          *testing.T
	h          *house.House
	everything *sql.DB
	tried      int
}

// refused holds that the database refuses a statement.
func (f *freezer) refused(statement string) {
	f.t.Helper()
	f.tried++
	d := f.h.DB.Write
	if f.h.Engine == house.Postgres {
		d = f.everything
	}
	if _, err := d.ExecContext(f.t.Context(), statement); err == nil {
		f.t.Errorf("the database took %s", statement)
	}
}

// rows holds that the rows of each table are neither deleted nor changed, column by
// column as the schema has them, so that a new one is frozen the day it is added;
// nor a table emptied.
func (f *freezer) rows(of map[string]string) {
	f.t.Helper()
	for table, where := range of {
		if f.h.Count(f.t, f.everything, table+" where "+where) == "0" {
			f.t.Errorf("there is no row of %s to try", table)
		}
		f.refused("delete from " + table + " where " + where)
		for name, kind := range columnsOf(f.t, f.h, table) {
			if !slices.Contains(moves[table], name) {
				f.refused("update " + table + " set " + name + " = " + another(kind) + " where " + where)
			}
		}
		if f.h.Engine == house.Postgres {
			f.refused("truncate " + table + " cascade")
		}
	}
}

// Whatever an issued invoice says, and every row of the ledger, is refused to be
// changed or deleted by the database itself.
func TestWhatIsIssuedCannotBeChanged(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		f := &freezer{t: t, h: h, everything: h.Everything(t)}
		c := h.First.Clients[0]
		before := h.Checksum(t, f.everything)
		issued := `'` + c.Invoice.String() + `'`
		f.rows(map[string]string{
			"invoice": "id = " + issued, "invoice_line": "invoice_id = " + issued, "invoice_tax": "invoice_id = " + issued,
			"payment": "client_id = '" + c.ID.String() + "'", "allocation": "invoice_id = " + issued, "number_counter": "kind = 'invoice'",
			"checkout": "id = '" + c.Checkout.String() + "'", "unmatched_payment": "id = '" + c.Unmatched.String() + "'",
		})
		f.refused("update invoice set state = 'draft' where id = " + issued)
		f.refused("insert into invoice_tax (workspace_id, invoice_id, category, rate, net_minor, tax_minor) values ('" + h.First.Site.ID + "', " + issued + ", 'Z', 0, 1, 0)")
		if h.Engine == house.Postgres {
			for _, table := range []string{"refund", "stripe_event", "stripe_refund", "dispute"} {
				f.refused("truncate " + table + " cascade")
			}
		}
		if after := h.Checksum(t, f.everything); after != before {
			t.Error("something changed all the same")
		}
		if f.tried < 70 {
			t.Errorf("only %d changes were tried", f.tried)
		}
		for name := range columnsOf(t, h, "invoice") {
			if !slices.Contains(mayMove, name) {
				continue
			}
			if name != "state" && name != "file_version_id" {
				h.Change(t, "update invoice set "+name+" = "+name+" where id = "+issued)
			}
		}
		h.Change(t, "update invoice set notes = 'still a draft' where id = '"+c.Draft.String()+"'")
	})
}

// A version that was sent, who signs it, each signature and each event of the log
// are refused to be changed by the database itself; so is the sealed file.
func TestWhatWasSentToBeSignedCannotBeChanged(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		f := &freezer{t: t, h: h, everything: h.Everything(t)}
		c := h.First.Clients[0]
		before := h.Checksum(t, f.everything)
		for _, sent := range []string{`'` + c.Contract.String() + `'`, `'` + c.SignedContract.String() + `'`, `'` + c.SealedContract.String() + `'`} {
			of := "contract_id = " + sent
			rows := map[string]string{
				"contract": "id = " + sent, "contract_version": of, "contract_event": of, "signatory": of,
				"document_version": "id in (select file_version_id from contract_version where " + of + ")",
			}
			if sent != `'`+c.Contract.String()+`'` {
				rows["signature"] = of
			}
			f.rows(rows)
			f.refused("update contract set version_number = 0 where id = " + sent)
		}
		sealed := "id = '" + c.SealedContract.String() + "'"
		f.refused("update contract set sealed_sha256 = 'changed' where " + sealed)
		f.refused("update contract set sealed_version_id = null where " + sealed)
		for _, state := range []string{"draft", "pending_signature", "signed", "declined", "expired_unsigned", "cancelled"} {
			f.refused("update contract set state = '" + state + "' where " + sealed)
		}
		f.refused("update signatory set state = 'invited' where contract_" + sealed)
		f.rows(map[string]string{"document_version": "id = (select sealed_version_id from contract where " + sealed + ")"})
		if after := h.Checksum(t, f.everything); after != before {
			t.Error("something changed all the same")
		}
		if f.tried < 150 {
			t.Errorf("only %d changes were tried", f.tried)
		}
		for _, name := range moves["contract"] {
			h.Change(t, "update contract set "+name+" = "+name+" where "+sealed)
		}
		h.Change(t, "update contract set content = 'still a draft' where id = '"+c.DraftContract.String()+"'")
	})
}
