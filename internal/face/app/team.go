package app

import (
	"context"
	"net/http"
	"net/url"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/staff"
	"foyer/internal/kernel/problem"
)

const teamPath = "/app/settings/team"

func (f Face) teamRoutes() []web.Route {
	member := web.Objects{"member": "member"}
	return []web.Route{
		web.Staff("GET", teamPath, auth.PeopleRead, nil, f.showTeam),
		web.Staff("POST", teamPath, auth.PeopleWrite, nil, f.postMember),
		web.Staff("GET", teamPath+"/new", auth.PeopleWrite, nil, f.showNewMember),
		web.Staff("GET", teamPath+"/{member}/role", auth.PeopleWrite, member, f.showRole),
		web.Staff("POST", teamPath+"/{member}/role", auth.PeopleWrite, member, f.postRole),
		web.Staff("GET", teamPath+"/{member}/removal", auth.PeopleWrite, member, f.showMemberRemoval),
		web.Staff("POST", teamPath+"/{member}/removal", auth.PeopleWrite, member, f.postMemberRemoval),
		web.Staff("POST", teamPath+"/{member}/restoration", auth.PeopleWrite, member, f.postMemberRestoration),
		web.Staff("POST", teamPath+"/{member}/invitation", auth.PeopleWrite, member, f.postMemberInvitation),
	}
}

// teamPage is the list of members.
type teamPage struct {
	view
	Page    staff.Page
	Rows    []teamRow
	Filter  staff.Filter
	Changes bool
}

// teamRow is a member as the list shows them.
type teamRow struct {
	staff.Member
	Allowed staff.Allowed
	Self    bool
}

func (f Face) showTeam(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	query := r.URL.Query()
	filter := staff.Filter{Removed: query.Get("state") == "removed", After: query.Get("after")}
	return f.drawTeam(w, r, who, filter, nil)
}

// drawTeam draws the list; trouble is what stood in the way of a change.
func (f Face) drawTeam(w http.ResponseWriter, r *http.Request, who auth.Staff, filter staff.Filter, trouble error) error {
	team := staff.ForStaff(who)
	page, err := team.List(r.Context(), filter)
	if err != nil {
		return err
	}
	p := teamPage{view: newView(w, r, who), Page: page, Filter: filter, Changes: who.May(auth.PeopleWrite)}
	for _, m := range page.Members {
		p.Rows = append(p.Rows, teamRow{m, team.Allowed(m), m.Identity == who.ID()})
	}
	status := http.StatusOK
	if trouble != nil {
		status = web.Status(trouble)
		p.View = p.WithProblem(trouble)
	}
	return p.page(w, r, status, p.T("settings.team.title"), teamView(p))
}

// address is the address of a page of the list.
func (p teamPage) address(removed bool, after string) string {
	query := url.Values{}
	if removed {
		query.Set("state", "removed")
	}
	if after != "" {
		query.Set("after", after)
	}
	if len(query) == 0 {
		return teamPath
	}
	return teamPath + "?" + query.Encode()
}

// lists are the members and, once somebody was removed, those who were.
func (p teamPage) lists() []ui.Tab {
	lists := []ui.Tab{{
		Text: p.T("settings.team.current"), Count: p.Number(p.Page.Current), Href: p.address(false, ""), Current: !p.Filter.Removed,
	}}
	if p.Page.Removed > 0 || p.Filter.Removed {
		lists = append(lists, ui.Tab{Text: p.T("settings.team.removed"), Count: p.Count(p.Page.Removed), Href: p.address(true, ""), Current: p.Filter.Removed})
	}
	return lists
}

func (p teamPage) pager() ui.Pager {
	pager := ui.Pager{Label: p.T("settings.team.pages")}
	if p.Filter.After != "" {
		pager.Prev = ui.Link{Text: p.T("settings.team.first"), Href: p.address(p.Filter.Removed, "")}
	}
	if p.Page.Next != "" {
		pager.Next = ui.Link{Text: p.T("ui.next"), Href: p.address(p.Filter.Removed, p.Page.Next)}
	}
	return pager
}

// status is where a member stands, as a dot and a word.
func (p teamPage) status(m staff.Member) ui.Status {
	kind := map[staff.State]ui.StatusKind{staff.Active: ui.StatusActive, staff.Invited: ui.StatusWarn, staff.Removed: ui.StatusOff}
	return ui.Status{Kind: kind[m.State()], Text: p.T("member.state." + string(m.State()))}
}

func (p teamPage) seen(m staff.Member) string {
	if m.SeenAt.IsZero() {
		return p.T("member.never")
	}
	return p.When(m.SeenAt.In(p.Now.Location()), p.Now)
}

// menu is what the person may do with a member.
func (p teamPage) menu(row teamRow) ui.Menu {
	at := teamPath + "/" + row.ID
	m := ui.Menu{Label: p.T("member.menu", "name", row.Name)}
	if row.Allowed.Role {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("member.change_role"), Icon: "user-cog", Href: at + "/role"})
	}
	if row.Allowed.Invite {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("member.invite_again"), Icon: "send", Action: at + "/invitation", Hidden: []ui.Hidden{p.Hidden()}})
	}
	if row.Allowed.Restore {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("member.restore"), Icon: "undo-2", Action: at + "/restoration", Hidden: []ui.Hidden{p.Hidden()}})
	}
	if row.Allowed.Remove {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("member.remove"), Icon: "user-minus", Href: at + "/removal", Rule: len(m.Items) > 0, Danger: true})
	}
	return m
}

type memberForm struct {
	Name  string `form:"name"`
	Email string `form:"email"`
	Role  string `form:"role"`
}

// memberPage is the form that invites somebody.
type memberPage struct {
	view
	In    memberForm
	Roles []auth.Role
}

// roleOptions are roles as tiles, each with what it is for.
func (v view) roleOptions(roles []auth.Role) []ui.Option {
	var options []ui.Option
	for _, role := range roles {
		options = append(options, ui.Option{Value: string(role), Label: v.T("role." + string(role)), Hint: v.T("role." + string(role) + ".hint")})
	}
	return options
}

func (f Face) showNewMember(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawMember(w, r, who, memberForm{}, nil)
}

func (f Face) drawMember(w http.ResponseWriter, r *http.Request, who auth.Staff, in memberForm, trouble error) error {
	p := memberPage{newView(w, r, who), in, staff.ForStaff(who).Grantable()}
	status := http.StatusOK
	if trouble != nil {
		status = web.Status(trouble)
		p.View = p.WithProblem(trouble)
	}
	return p.drawerOrPage(w, r, status, p.T("member.new_title"), memberView(p))
}

func (f Face) postMember(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in memberForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	_, err := staff.ForStaff(who).Invite(r.Context(), staff.Invitation{Name: in.Name, Email: in.Email, Role: auth.Role(in.Role)})
	switch {
	case err == nil:
		return settingsSaved(w, r, teamPath, f.mailed("flash.member_invited"), "email", in.Email)
	case !drawnAgain(err):
		return err
	}
	return f.drawMember(w, r, who, in, err)
}

// mailed is what is said after a mail was asked for: without a mail server it
// waits.
func (f Face) mailed(flash string) string {
	if f.MailReady {
		return flash
	}
	return "flash.mail_waits"
}

type roleForm struct {
	Role    string `form:"role"`
	Version int64  `form:"version"`
}

// rolePage is the form that gives a member another role.
type rolePage struct {
	view
	Member staff.Member
	In     roleForm
	Roles  []auth.Role
}

func (f Face) showRole(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawRole(w, r, who, nil, nil)
}

// drawRole draws the form, as stored or as it was typed.
func (f Face) drawRole(w http.ResponseWriter, r *http.Request, who auth.Staff, in *roleForm, trouble error) error {
	team := staff.ForStaff(who)
	m, err := team.Get(r.Context(), r.PathValue("member"))
	if err != nil {
		return err
	}
	if !team.Allowed(m).Role {
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	p := rolePage{newView(w, r, who), m, roleForm{string(m.Role), m.Version}, team.Grantable()}
	status := http.StatusOK
	if trouble != nil {
		status = web.Status(trouble)
		p.View = p.WithProblem(trouble)
		p.In.Role = in.Role
		if !problem.Is(trouble, problem.Conflict) {
			p.In.Version = in.Version
		}
	}
	return p.drawerOrPage(w, r, status, p.T("member.role_title", "name", m.Name), roleView(p))
}

func (f Face) postRole(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in roleForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := staff.ForStaff(who).ChangeRole(r.Context(), r.PathValue("member"), staff.RoleChange{Role: auth.Role(in.Role), Version: in.Version})
	switch {
	case err == nil:
		return settingsSaved(w, r, teamPath, "flash.role_changed")
	case !drawnAgain(err):
		return err
	}
	return f.drawRole(w, r, who, &in, err)
}

func (f Face) askMemberRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	m, err := staff.ForStaff(who).Get(r.Context(), r.PathValue("member"))
	if err != nil {
		return err
	}
	v := newView(w, r, who)
	return confirm(w, r, trouble, confirmation{
		view: v, Title: v.T("member.remove_title", "name", m.Name), Text: v.T("member.remove_text"),
		Action: teamPath + "/" + m.ID + "/removal", Back: teamPath, Yes: v.T("member.remove_yes"), No: v.T("ui.cancel"),
		Kind: ui.DangerFilled, Icon: "user-minus",
	})
}

func (f Face) showMemberRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askMemberRemoval(w, r, who, nil)
}

func (f Face) postMemberRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := staff.ForStaff(who).Remove(r.Context(), r.PathValue("member"))
	switch {
	case err == nil:
		return settingsSaved(w, r, teamPath, "flash.member_removed")
	case !drawnAgain(err):
		return err
	}
	return f.askMemberRemoval(w, r, who, err)
}

func (f Face) postMemberRestoration(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.memberChange(w, r, who, staff.App.Restore, staff.Filter{Removed: true}, "flash.member_restored")
}

func (f Face) postMemberInvitation(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.memberChange(w, r, who, staff.App.SendInvitation, staff.Filter{}, f.mailed("flash.invitation_sent"))
}

// memberChange makes a change that needs no more than the member. What stands in
// its way is said above the list.
func (f Face) memberChange(w http.ResponseWriter, r *http.Request, who auth.Staff, change func(staff.App, context.Context, string) error, filter staff.Filter, flash string) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := change(staff.ForStaff(who), r.Context(), r.PathValue("member"))
	switch {
	case err == nil:
		return settingsSaved(w, r, teamPath, flash)
	case !drawnAgain(err):
		return err
	}
	return f.drawTeam(w, r, who, filter, err)
}
