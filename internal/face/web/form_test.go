package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"foyer/internal/face/web"
)

type taken struct {
	Note note   `json:"note"`
	Key  string `json:"key"`
}

func (h *house) post(target, contentType, body string) *httptest.ResponseRecorder {
	r := h.request(http.MethodPost, target, body)
	r.Header.Set("Content-Type", contentType)
	return h.ask(r)
}

const urlEncoded = "application/x-www-form-urlencoded"

func TestFormsAreDecoded(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for body, want := range map[string]taken{
		"":                           {},
		"title=Ana+%26+B%C3%A9a":     {Note: note{Title: "Ana & Béa"}},
		"count=-42":                  {Note: note{Count: -42}},
		"loud=on":                    {Note: note{Loud: true}},
		"loud=false":                 {},
		"loud=0":                     {},
		"loud=":                      {},
		"tags=a&tags=b":              {Note: note{labels: labels{[]string{"a", "b"}}}},
		"tags=a":                     {Note: note{labels: labels{[]string{"a"}}}},
		"title=a&_key=0123abc":       {Note: note{Title: "a"}, Key: "0123abc"},
		"_key=" + fill("k", 64):      {Key: fill("k", 64)},
		"_key=" + fill("k", 65):      {}, // not one of ours
		"_key=a%00b":                 {},
		"_key=%ff":                   {},
		"_key=a+b":                   {},
		"title=a%3Db%26c%3Bd%25":     {Note: note{Title: "a=b&c;d%"}},
		"title=<script>":             {Note: note{Title: "<script>"}},
		"title=" + fill("a", 200000): {Note: note{Title: fill("a", 200000)}},
	} {
		w := h.post("/portal/notes", urlEncoded, body)
		var got taken
		err := json.Unmarshal(w.Body.Bytes(), &got)
		got.Key, _, _ = strings.Cut(got.Key, ".") // what follows is the hash of what the form says
		if w.Code != http.StatusOK || err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%.60s is answered %d with %.100v (%v)", body, w.Code, got, err)
		}
	}
}

func fill(text string, n int) string { return strings.Repeat(text, n) }

func TestFormsRefuseWhatTheyDoNotHave(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, body := range []string{
		"role=owner", "title=a&workspace_id=b", "Title=a", "Other=a", "title[]=a", "title.x=a", "=a", // unknown fields
		"title=a&title=b", "title=&title=", "count=1&count=2", "loud=1&loud=0", // posted twice
		"count=", "count=a", "count=1.5", "count=1e3", "count=0x10", "count=+", "count=9223372036854775808", "count=%201", // no numbers
		"title=%", "title=%z", "title=%zz", "title=%e", "%=a", "title=a;count=1", // broken encoding
	} {
		if w := h.post("/portal/notes", urlEncoded, body); w.Code != http.StatusBadRequest {
			t.Errorf("%s is answered %d: %s", body, w.Code, w.Body)
		}
	}
	// What the address says is no part of the form.
	w := h.ask(h.request(http.MethodPost, "/portal/notes?title=b&role=owner", "title=a"))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"Title":"a"`) {
		t.Errorf("fields in the address: %d %s", w.Code, w.Body)
	}
}

func TestABodyAboveItsLimit(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, c := range []struct {
		target string
		size   int
		want   int
		says   string
	}{
		{"/portal/notes", 256<<10 - len("title="), 200, ""},
		{"/portal/notes", 256<<10 - len("title=") + 1, 413, "256 KB"},
		{"/portal/notes", 1 << 20, 413, "256 KB"},
		{"/portal/files", 1 << 20, 200, ""},
		{"/portal/files", 2 << 20, 413, "2 MB"},
	} {
		w := h.post(c.target, urlEncoded, "title="+fill("a", c.size))
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%d bytes to %s: %d, want %d; %.300s", c.size, c.target, w.Code, c.want, w.Body)
		}
		if c.want == 413 && !strings.Contains(w.Body.String(), "That is too large. The limit is") {
			t.Errorf("%d bytes to %s: no sentence", c.size, c.target)
		}
	}
}

// form writes the fields as a multipart body, with files by name and size.
func form(t *testing.T, fields map[string]string, files map[string]int) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := m.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for name, size := range files {
		part, err := m.CreateFormFile(name, name+".png")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(bytes.Repeat([]byte{0}, size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.String()
}

func TestFormsWithFiles(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, c := range []struct {
		name   string
		target string
		fields map[string]string
		files  map[string]int
		want   int
	}{
		{"fields", "/portal/notes", map[string]string{"title": "a", "count": "3", "_key": "k"}, nil, 200},
		{"a file", "/portal/files", map[string]string{"title": "a", "count": "3", "_key": "k"}, map[string]int{"logo": 1 << 20}, 200},
		{"an unknown field", "/portal/files", map[string]string{"role": "owner"}, nil, 400},
		{"a wrong number", "/portal/files", map[string]string{"count": "x"}, nil, 400},
		{"a file above the form's limit", "/portal/notes", nil, map[string]int{"logo": 300 << 10}, 413},
		{"a file above its own limit", "/portal/files", nil, map[string]int{"logo": 3 << 20}, 413},
	} {
		contentType, body := form(t, c.fields, c.files)
		w := h.post(c.target, contentType, body)
		if w.Code != c.want {
			t.Errorf("%s: answered %d, want %d: %.200s", c.name, w.Code, c.want, w.Body)
		}
		if c.want == 200 && !strings.Contains(w.Body.String(), `"Title":"a","Count":3`) {
			t.Errorf("%s: %s", c.name, w.Body)
		}
	}
	contentType, body := form(t, map[string]string{"title": "a"}, nil)
	for name, broken := range map[string]string{
		"cut short": body[:len(body)-10], "of another boundary": strings.ReplaceAll(body, "--", "=="), "empty": "",
	} {
		if w := h.post("/portal/files", contentType, broken); w.Code != http.StatusBadRequest {
			t.Errorf("a body that is %s is answered %d", name, w.Code)
		}
	}
	for _, contentType := range []string{"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + fill("a", 100)} {
		if w := h.post("/portal/files", contentType, body); w.Code != http.StatusBadRequest {
			t.Errorf("%.60s is answered %d", contentType, w.Code)
		}
	}
}

// Other kinds of body fill no form, and above the limit they are too large all
// the same.
func TestOtherBodies(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, contentType := range []string{"application/json", "text/plain", "", "nonsense;;;", "application/x-www-form-urlencoded; charset"} {
		w := h.post("/portal/notes", contentType, `{"title":"a"}`)
		if w.Code == http.StatusOK && !strings.Contains(w.Body.String(), `"Title":""`) || w.Code >= 500 {
			t.Errorf("a body of type %q is answered %d: %s", contentType, w.Code, w.Body)
		}
	}
}

// A form's fields are of kinds that forms have: anything else is a bug.
func TestDecodePanicsOnAFieldThatFormsDoNotHave(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a field of type float64 was filled")
		}
	}()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("a=1"))
	r.Header.Set("Content-Type", urlEncoded)
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	_ = web.Decode(r, &struct {
		A float64 `form:"a"`
	}{})
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1 KB", 256 << 10: "256 KB", 1 << 20: "1 MB", 50 << 20: "50 MB"} {
		if got := web.Bytes(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

// No record is named by what is no text, and databases answer it with an error.
func TestAddressesAreText(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for target, want := range map[string]int{
			"/app/clients/a%00b": 404, "/app/clients/%ff": 404, "/app/clients/%C3": 404, "/%00": 404, "/app/clients/%C3%A9": 200,
			"/app/clients?q=%00": 400, "/app/clients?q=a%ffb": 400, "/app/clients?%00=a": 400, "/app/clients?a=b&q=%C3": 400,
			"/app/clients?q=%C3%A9": 200, "/app/clients?q=100%25": 200, "/app/clients?q=100%": 200, "/app/clients?q=%0a%1b": 200,
		} {
			if w := h.ask(h.signed(http.MethodGet, target, "")); w.Code != want {
				t.Errorf("%s is answered %d, want %d", target, w.Code, want)
			}
			if w := h.ask(h.signed(http.MethodPost, target, "")); w.Code >= 500 {
				t.Errorf("POST %s is answered %d", target, w.Code)
			}
		}
	})
}

func TestWhatIsSentTwiceHasOneKey(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	seen := map[string]bool{}
	for range 50 {
		w := h.get("/portal/keyed")
		key := w.Body.String()
		if w.Code != http.StatusOK || seen[key] || len(key) != 26 {
			t.Fatalf("a page is drawn with the key %q: %d", key, w.Code)
		}
		seen[key] = true
		var got taken
		answer := h.post("/portal/notes", urlEncoded, fmt.Sprintf("_key=%s", key))
		if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || !strings.HasPrefix(got.Key, key+".") {
			t.Fatalf("the key %q arrives as %q", key, got.Key)
		}
	}
}
