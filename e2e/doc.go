// Package e2e holds the browser tests: Chromium walks through the real program
// as clients and staff do, on a desk and on a phone, with and without
// JavaScript, and looks for what automated accessibility checks can see.
package e2e
