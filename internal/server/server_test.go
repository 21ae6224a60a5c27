package server_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/server"
)

// The address of the payment page comes from the configuration.
func TestThePolicyNamesThePaymentPage(t *testing.T) {
	t.Parallel()
	for setting, origin := range map[string]string{
		"FOYER_STRIPE_API_URL=": "https://checkout.stripe.com", "FOYER_STRIPE_API_URL=https://api.stripe.com/": "https://checkout.stripe.com",
		"FOYER_STRIPE_API_URL=http://127.0.0.1:4242/": "http://127.0.0.1:4242", "FOYER_STRIPE_API_URL=https://Pay.example.com": "https://pay.example.com",
	} {
		c, err := config.Load([]string{"FOYER_DATA_DIR=" + filepath.Join(t.TempDir(), "data"), "FOYER_DATABASE_URL=sqlite:" + dbtest.SQLiteFile(t), setting})
		if err != nil {
			t.Fatal(err)
		}
		s, err := server.Open(t.Context(), server.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil))
		if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, " form-action 'self' "+origin+";") {
			t.Errorf("%s: the policy is %q", setting, got)
		}
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}
}
