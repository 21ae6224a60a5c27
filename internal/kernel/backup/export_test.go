package backup

// Publish is the last step of Create.
var Publish = publish
