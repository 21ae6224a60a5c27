package housetest

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/internal/housetest/house"
	"foyer/internal/kernel/blob"
	"foyer/internal/server"
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
		"state", "state_at", "reason", "reminds", "sign_by", "version_number", "signed_at", "executed_at", "terminated_on", "seal", "seal_problem", "seal_tries", "seal_at",
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
				"contract": "id = " + sent, "contract_version": of, "contract_attachment": of, "contract_event": of, "signatory": of,
				"document_version": "id in (select file_version_id from contract_version where " + of + ")",
			}
			if sent != `'`+c.Contract.String()+`'` {
				rows["signature"] = of
			}
			f.rows(rows)
			f.refused("update contract set version_number = 0 where id = " + sent)
			f.refused(`insert into contract_attachment (workspace_id, id, contract_id, client_id, position, name, name_key, file_version_id, created_at)
				select workspace_id, 'another', contract_id, client_id, 2, 'another', 'another', file_version_id, 1 from contract_attachment where ` + of)
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

// What was said in a case and about a change, among staff too, what was offered and
// what was decided are refused to be changed by the database itself.
func TestWhatWasSaidCannotBeChanged(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		f := &freezer{t: t, h: h, everything: h.Everything(t)}
		c := h.First.Clients[0]
		before := h.Checksum(t, f.everything)
		said, agreed := "request_id = '"+c.Change.String()+"'", "request_id = '"+c.AgreedChange.String()+"'"
		of := "case_id = '" + c.Case.String() + "'"
		f.rows(map[string]string{
			"case_reply": of, "case_reply_file": of, "case_note": of, "case_note_file": of,
			"change_message": said, "change_file": said, "change_quote": agreed, "change_decision": agreed,
		})
		if after := h.Checksum(t, f.everything); after != before {
			t.Error("something changed all the same")
		}
		if f.tried < 70 {
			t.Errorf("only %d changes were tried", f.tried)
		}
	})
}

// What somebody changed past the database is named by foyer verify, which names
// nothing else.
func TestVerifyNamesWhatWasChanged(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		c := h.First.Clients[0]
		verify := func() (wrong []string) {
			t.Helper()
			must(t, h.Verify(t.Context(), func(found server.Checked) {
				if found.Contracts < 8 || found.Files < 8 {
					t.Errorf("at %s only %d contracts and %d files are looked at", found.Workspace, found.Contracts, found.Files)
				}
				wrong = append(wrong, found.Wrong...)
			}))
			return wrong
		}
		names := func(wrong []string, part string) {
			t.Helper()
			if len(wrong) != 1 || !strings.Contains(wrong[0], part) {
				t.Errorf("named is %q, want %q alone", wrong, part)
			}
		}
		if wrong := verify(); len(wrong) > 0 {
			t.Fatalf("before any change: %q", wrong)
		}
		off := []string{"drop trigger contract_event_no_update", "drop trigger contract_event_no_delete", "drop trigger signature_no_update", "drop trigger contract_version_no_update"}
		if h.Engine == house.Postgres {
			off = []string{
				"alter table contract_event disable trigger all", "alter table signature disable trigger all", "alter table contract_version disable trigger all",
			}
		}
		for _, statement := range off {
			h.Change(t, statement)
		}
		events := `contract_id = '` + c.SealedContract.String() + `'`
		change := func(from, to string) {
			h.Change(t, "update contract_event set entry = replace(entry, '"+from+"', '"+to+"') where seq = 2 and "+events)
		}
		change(`"seq":2`, `"seq": 2`)
		names(verify(), "event 2 was changed")
		change(`"seq": 2`, `"seq":2`)
		last := " where " + events + " and seq = (select max(seq) from contract_event where " + events + ")"
		h.Change(t, "create table kept as select * from contract_event"+last)
		h.Change(t, "delete from contract_event"+last)
		names(verify(), "is missing")
		h.Change(t, "insert into contract_event select * from kept")
		signature := " where signatory_id = (select min(signatory_id) from signature where " + events + ")"
		h.Change(t, "update signature set act = replace(act, 'portal', 'porta1')"+signature)
		names(verify(), "a signature was changed")
		h.Change(t, "update signature set act = replace(act, 'porta1', 'portal')"+signature)
		h.Change(t, "update contract_version set sha256 = 'x' || sha256 where "+events)
		names(verify(), "is not what is kept")
		h.Change(t, "update contract_version set sha256 = (select sha256 from signature where "+events+" limit 1) where "+events)
		h.Change(t, "update open_amount set open_minor = open_minor + 1 where invoice_id = '"+c.Invoice.String()+"'")
		if wrong := verify(); len(wrong) == 0 || !strings.Contains(strings.Join(wrong, " "), c.Invoice.String()) {
			t.Errorf("named is %q, want the invoice's open amount", wrong)
		}
		h.Change(t, "update open_amount set open_minor = open_minor - 1 where invoice_id = '"+c.Invoice.String()+"'")
		key := house.Texts(t, h.Everything(t), "select v.blob_key from document_version v join contract n on n.sealed_version_id = v.id where n.id = '"+c.SealedContract.String()+"'")[0]
		_, random, err := blob.SplitKey(key)
		must(t, err)
		damaged := 0
		must(t, filepath.WalkDir(h.Data, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.Contains(path, random) {
				return err
			}
			damaged++
			return os.Truncate(path, 100)
		}))
		if damaged != 1 {
			t.Fatalf("%d files are damaged", damaged)
		}
		names(verify(), "version ")
	})
}
