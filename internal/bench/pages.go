package bench

import "foyer/internal/seed"

// Who asks for a page.
type who string

const (
	owner    who = "owner"
	contactA who = "contact of A"
	contactB who = "contact of B"
)

// page is an address that is measured. Pages are data: one whose route is not
// registered is passed over and said to be.
type page struct {
	Name  string
	Route string // as it is registered
	Path  string // {project}, {invoice} and so on are records of the one who asks
	As    who
	Goal  string
	Limit float64 // of the ratio to the bare handler; 0 for none
}

// A list is held to 1.75 times the bare handler, everything else to twice.
var pages = []page{
	{"clients", "GET /app/clients", "/app/clients", owner, "G1", 1.75},
	{"projects", "GET /app/projects", "/app/projects", owner, "G1", 1.75},
	{"portal projects", "GET /portal/projects", "/portal/projects", contactB, "G1", 1.75},
	{"invoices", "GET /app/invoices", "/app/invoices", owner, "G1", 1.75},
	{"portal invoices", "GET /portal/invoices", "/portal/invoices", contactB, "G1", 1.75},
	{"portal milestones", "GET /portal/milestones", "/portal/milestones", contactB, "G1", 1.75},
	{"portal activity", "GET /portal/activity", "/portal/activity", contactB, "G1", 1.75},
	{"dashboard", "GET /portal/{$}", "/portal/", contactB, "G3", 2},
	{"today", "GET /app/{$}", "/app/", owner, "G3", 2},
	{"portal project", "GET /portal/projects/{id}", "/portal/projects/{project}", contactB, "G4", 2},
	{"project", "GET /app/projects/{id}", "/app/projects/{project}", owner, "G4", 2},
	{"portal invoice", "GET /portal/invoices/{id}", "/portal/invoices/{invoice}", contactB, "G4", 2},
	{"invoice", "GET /app/invoices/{id}", "/app/invoices/{invoice}", owner, "G4", 2},
	{"portal invoice PDF", "GET /portal/invoices/{id}/pdf", "/portal/invoices/{invoice}/pdf", contactB, "G6", 0},
	{"documents", "GET /app/documents", "/app/documents", owner, "G1", 1.75},
	{"portal documents", "GET /portal/documents", "/portal/documents", contactB, "G1", 1.75},
	{"portal document's file", "GET /portal/documents/{id}/file", "/portal/documents/{document}/file", contactB, "G7", 0},
	{"portal cases", "GET /portal/cases", "/portal/cases", contactB, "G1", 1.75},
	{"portal case", "GET /portal/cases/{id}", "/portal/cases/{case}", contactB, "G4", 2},
	{"portal change requests", "GET /portal/change-requests", "/portal/change-requests", contactB, "G1", 1.75},
	{"portal change request", "GET /portal/change-requests/{id}", "/portal/change-requests/{change}", contactB, "G4", 2},
	{"portal contracts", "GET /portal/contracts", "/portal/contracts", contactB, "G1", 1.75},
	{"portal contract", "GET /portal/contracts/{id}", "/portal/contracts/{contract}", contactB, "G4", 2},
	{"client", "GET /app/clients/{id}", "/app/clients/{client}", owner, "G4", 2},
}

// lastPages are the far ends of lists, for growth alone.
var lastPages = []page{
	{"last of portal projects", "GET /portal/projects", "/portal/projects", contactB, "G17", 0},
	{"last of portal invoices", "GET /portal/invoices", "/portal/invoices", contactB, "G17", 0},
}

// foreign are the pages that are asked for with another client's record: to a
// contact of A it is the same as one that is not there.
var foreign = []page{
	{"portal project", "GET /portal/projects/{id}", "/portal/projects/{project}", contactA, "404", 0},
	{"portal invoice", "GET /portal/invoices/{id}", "/portal/invoices/{invoice}", contactA, "404", 0},
	{"portal invoice PDF", "GET /portal/invoices/{id}/pdf", "/portal/invoices/{invoice}/pdf", contactA, "404", 0},
	{"portal contract", "GET /portal/contracts/{id}", "/portal/contracts/{contract}", contactA, "404", 0},
	{"portal contract's file", "GET /portal/contracts/{id}/pdf", "/portal/contracts/{contract}/pdf", contactA, "404", 0},
	{"portal case", "GET /portal/cases/{id}", "/portal/cases/{case}", contactA, "404", 0},
	{"portal change request", "GET /portal/change-requests/{id}", "/portal/change-requests/{change}", contactA, "404", 0},
	{"portal document", "GET /portal/documents/{id}", "/portal/documents/{document}", contactA, "404", 0},
	{"portal document's file", "GET /portal/documents/{id}/file", "/portal/documents/{document}/file", contactA, "404", 0},
}

// nobodys are well formed and name nothing.
var nobodys = seed.Ids{Project: noSuchID, Invoice: noSuchID, Document: noSuchID, Case: noSuchID, Change: noSuchID, Contract: noSuchID}

const noSuchID = "01jvvvvvvvvvvvvvvvvvvvvvvv"
