package app

import (
	"io"
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
)

// attachmentIn is the attachment that an address names.
func attachmentIn(r *http.Request) contract.AttachmentID {
	return contract.AttachmentID(r.PathValue("attachment"))
}

func (f Face) showAttachment(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	file, err := f.Contracts.ForStaff(who).Attachment(r.Context(), contractIn(r), attachmentIn(r))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, file.Type, file.Bytes)
}

func (f Face) postAttachment(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contentForm
	err := web.Decode(r, &form)
	if problem.Is(err, problem.TooLarge) {
		err = problem.Field(contract.AttachField, "contract.attachment.large", "limit", blob.Bytes(contract.LargestAttachments))
	}
	if err == nil {
		err = f.attach(r, who, form)
	}
	return f.attachmentDone(w, r, who, form, err, "flash.contract_attached")
}

// attach hands the chosen file on, with the text.
func (f Face) attach(r *http.Request, who auth.Staff, form contentForm) error {
	var name string
	var content []byte
	if file, head, err := r.FormFile(contract.AttachField); err == nil {
		defer file.Close()
		name = head.Filename
		if content, err = io.ReadAll(file); err != nil {
			return err
		}
	}
	return f.Contracts.ForStaff(who).Attach(r.Context(), contractIn(r), contract.Typed{Version: form.Version, Content: form.Content}, name, content)
}

func (f Face) postAttachmentRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contentForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	err := f.Contracts.ForStaff(who).Detach(r.Context(), contractIn(r), contract.Typed{Version: form.Version, Content: form.Content}, attachmentIn(r))
	return f.attachmentDone(w, r, who, form, err, "flash.contract_detached")
}

// attachmentDone answers a change of the attachments: back to their page, or it with
// what was wrong and what was typed.
func (f Face) attachmentDone(w http.ResponseWriter, r *http.Request, who auth.Staff, form contentForm, err error, flash string) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.contentAgain(w, r, who, form, form.typed(), err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, contractAt(contractIn(r), "/content"))
	return nil
}
