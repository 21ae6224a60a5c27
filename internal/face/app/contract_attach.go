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
	err := f.takeAttachment(r, who)
	return f.attachmentDone(w, r, who, err, "flash.contract_attached")
}

// takeAttachment hands the chosen file on.
func (f Face) takeAttachment(r *http.Request, who auth.Staff) error {
	var none struct {
		File string `form:"file"` // what browsers send where no file is chosen
	}
	if err := web.Decode(r, &none); problem.Is(err, problem.TooLarge) {
		return problem.Field(contract.AttachField, "contract.attachment.large", "limit", blob.Bytes(contract.LargestAttachments))
	} else if err != nil {
		return err
	}
	var name string
	var content []byte
	if file, head, err := r.FormFile(contract.AttachField); err == nil {
		defer file.Close()
		name = head.Filename
		if content, err = io.ReadAll(file); err != nil {
			return err
		}
	}
	return f.Contracts.ForStaff(who).Attach(r.Context(), contractIn(r), name, content)
}

func (f Face) postAttachmentRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Contracts.ForStaff(who).Detach(r.Context(), contractIn(r), attachmentIn(r))
	return f.attachmentDone(w, r, who, err, "flash.contract_detached")
}

// attachmentDone answers a change of the attachments: back to their page, or it with
// what was wrong.
func (f Face) attachmentDone(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash string) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.contentAgain(w, r, who, contentForm{}, nil, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, contractAt(contractIn(r), "/content"))
	return nil
}
