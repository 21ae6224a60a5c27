package standin

import "fmt"

// Pay pays an open session, as if a button was pressed on its page.
func (s *Stripe) Pay(id string, slow bool) error {
	return s.when(id, open, func(x *session) { s.pay(x, slow) })
}

// PayExpired pays a session although it was expired: at Stripe the payment and
// the end can cross. The session is complete afterwards.
func (s *Stripe) PayExpired(id string) error {
	return s.when(id, expired, func(x *session) { s.pay(x, false) })
}

// Expire closes an open session, as time does.
func (s *Stripe) Expire(id string) error {
	return s.when(id, open, s.expire)
}

// when does something with a session that has a status.
func (s *Stripe) when(id, status string, do func(*session)) error {
	defer s.begin()()
	x, err := s.session(id)
	if err != nil {
		return err
	}
	if x.status != status {
		return fmt.Errorf("session %s is %s, not %s", id, x.status, status)
	}
	do(x)
	return nil
}

// Settle brings the slow method of a session to its end.
func (s *Stripe) Settle(session string, succeeds bool) error {
	defer s.begin()()
	x, err := s.session(session)
	if err != nil {
		return err
	}
	if x.intent == nil || x.intent.status != processing {
		return fmt.Errorf("session %s has no payment that is processing", session)
	}
	s.settle(x.intent, succeeds)
	return nil
}

// Refund gives money of a payment back, as done at Stripe by hand, and answers
// with the id of the refund. Minor 0 is all that is left.
func (s *Stripe) Refund(intent string, minor int64) (string, error) {
	defer s.begin()()
	i, err := s.intentBy("payment_intent", intent)
	if err != nil {
		return "", err
	}
	r, err := s.giveBack(i, minor, "", nil)
	if err != nil {
		return "", err
	}
	return r.id, nil
}

// FailRefund lets a refund come back from the payer's bank.
func (s *Stripe) FailRefund(refund string) error {
	defer s.begin()()
	r, err := s.refund(refund)
	if err != nil {
		return err
	}
	if r.status != succeeded {
		return fmt.Errorf("refund %s is %s", refund, r.status)
	}
	r.status = failed
	s.emit("refund.updated", s.shapeRefund(r, nil))
	s.emit("refund.failed", s.shapeRefund(r, nil))
	return nil
}

// Dispute lets the payer's bank ask for money of a payment, and answers with the
// id of the dispute. Minor 0 is all that no other dispute asks for. The bank does
// not care what was refunded.
func (s *Stripe) Dispute(intent string, minor int64) (string, error) {
	defer s.begin()()
	i, err := s.intentBy("payment_intent", intent)
	if err != nil {
		return "", err
	}
	if i.status != succeeded {
		return "", fmt.Errorf("payment intent %s is %s", intent, i.status)
	}
	_, disputed := s.given(i)
	left := i.session.amount - disputed
	if minor == 0 {
		minor = left
	}
	if minor < 1 || minor > left {
		return "", fmt.Errorf("a dispute about %d, with %d left", minor, left)
	}
	d := &dispute{id: newID("dp_"), status: needsResponse, intent: i, amount: minor, created: s.now()}
	s.disputes = append(s.disputes, d)
	s.emit("charge.dispute.created", s.shapeDispute(d))
	return d.id, nil
}

// CloseDispute ends a dispute. Won means that the business keeps the money.
func (s *Stripe) CloseDispute(dispute string, businessWon bool) error {
	defer s.begin()()
	for _, d := range s.disputes {
		if d.id != dispute {
			continue
		}
		if d.status != needsResponse {
			return fmt.Errorf("dispute %s is %s", dispute, d.status)
		}
		d.status = lost
		if businessWon {
			d.status = won
		}
		s.emit("charge.dispute.closed", s.shapeDispute(d))
		return nil
	}
	return missing("dispute", "id", dispute)
}

// Sessions are the ids of all sessions, oldest first.
func (s *Stripe) Sessions() []string {
	defer s.begin()()
	ids := make([]string, len(s.sessions))
	for n, x := range s.sessions {
		ids[n] = x.id
	}
	return ids
}

// OpenSessions counts the open sessions of a client_reference_id.
func (s *Stripe) OpenSessions(reference string) int {
	defer s.begin()()
	n := 0
	for _, x := range s.sessions {
		if x.status == open && x.reference == reference {
			n++
		}
	}
	return n
}

// wrong is an answer that goes wrong.
type wrong struct {
	status  int
	garbage bool
}

// Fail lets the next n answers of the API be wrong, after those that were asked
// for before. With a status the request is not done, and the answer is an error of
// that status. With status 0 the request is done and the connection cut within the
// answer; with garbage it is done and the answer is nonsense with status 200.
// n 0 takes back what is still to come.
func (s *Stripe) Fail(n, status int, garbage bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n == 0 {
		s.wrong = nil
	}
	for range n {
		s.wrong = append(s.wrong, wrong{status, garbage})
	}
}
