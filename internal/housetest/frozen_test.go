package housetest

import (
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

// moves are what may change of an attempt to pay, of money that fits nothing, of a
// contract that was sent and of who signs it: how far it has come.
var moves = map[string][]string{
	"checkout":          {"state", "session_id", "intent_id", "url", "until", "looked_at", "payment_id", "state_at"},
	"unmatched_payment": {"checkout_id", "state", "note", "payment_id", "resolved_by", "resolved_at", "version"},
	"contract": {
		"state", "state_at", "reason", "reminds", "sign_by", "version_number", "signed_at", "executed_at", "terminated_on", "seal", "seal_problem", "seal_tries",
		"sealed_version_id", "sealed_sha256", "search_key", "warned_of", "version",
	},
	"signatory": {"state", "invited_at", "viewed_at", "done_at", "reason", "reminders", "reminded_at"},
}

// Whatever an issued invoice or a contract that was sent says, and every row of the
// ledger, is refused to be changed or deleted by the database itself, column by column
// as the schema has them, so that a new one is frozen the day it is added.
func TestWhatIsIssuedCannotBeChanged(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		everything := h.Everything(t)
		c := h.First.Clients[0]
		before := h.Checksum(t, everything)
		tried := 0
		refused := func(statement string) {
			t.Helper()
			tried++
			d := h.DB.Write
			if h.Engine == house.Postgres {
				d = everything
			}
			if _, err := d.ExecContext(t.Context(), statement); err == nil {
				t.Errorf("the database took %s", statement)
			}
		}
		issued, out := `'`+c.Invoice.String()+`'`, `'`+c.Contract.String()+`'`
		for table, where := range map[string]string{
			"invoice": "id = " + issued, "invoice_line": "invoice_id = " + issued, "invoice_tax": "invoice_id = " + issued,
			"payment": "client_id = '" + c.ID.String() + "'", "allocation": "invoice_id = " + issued, "number_counter": "kind = 'invoice'",
			"checkout": "id = '" + c.Checkout.String() + "'", "unmatched_payment": "id = '" + c.Unmatched.String() + "'",
			"contract": "id = " + out, "contract_version": "contract_id = " + out, "contract_attachment": "contract_id = " + out, "contract_event": "contract_id = " + out,
			"signatory": "contract_id = " + out, "signature": "contract_id = '" + c.SealedContract.String() + "'",
		} {
			if h.Count(t, everything, table+" where "+where) == "0" {
				t.Errorf("there is no row of %s to try", table)
			}
			refused("delete from " + table + " where " + where)
			for name, kind := range columnsOf(t, h, table) {
				if table == "invoice" && slices.Contains(mayMove, name) || slices.Contains(moves[table], name) {
					continue
				}
				refused("update " + table + " set " + name + " = " + another(kind) + " where " + where)
			}
		}
		refused("update invoice set state = 'draft' where id = " + issued)
		refused("insert into invoice_tax (workspace_id, invoice_id, category, rate, net_minor, tax_minor) values ('" + h.First.Site.ID + "', " + issued + ", 'Z', 0, 1, 0)")
		refused(`insert into contract_attachment (workspace_id, id, contract_id, client_id, position, name, name_key, file_version_id, created_at)
			select workspace_id, 'another', contract_id, client_id, 2, 'another', 'another', file_version_id, 1 from contract_attachment where contract_id = ` + out)
		if h.Engine == house.Postgres {
			for _, table := range []string{"contract", "contract_version", "contract_attachment", "contract_event", "signatory", "signature", "invoice", "invoice_line", "payment", "refund", "allocation", "number_counter", "checkout", "unmatched_payment", "stripe_event", "stripe_refund", "dispute"} {
				refused("truncate " + table + " cascade")
			}
		}
		if after := h.Checksum(t, everything); after != before {
			t.Error("something changed all the same")
		}
		if tried < 70 {
			t.Errorf("only %d changes were tried", tried)
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
