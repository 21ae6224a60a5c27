package seed

const insertIdentity = `-- insertIdentity
insert into identity (workspace_id, id, realm, name, email, email_key, password_hash, password_set_at, created_at)
values (:workspace, :id, :realm, :name, :email, :key, :password, :at, :at)`

const insertMember = `-- insertMember
insert into member (workspace_id, id, identity_id, role, joined_at, created_at)
values (:workspace, :id, :person, :role, :at, :at)`

const insertClient = `-- insertClient
insert into client (workspace_id, id, name, name_key, search_key, email, email_key, work_phone, type, lead_status,
	industry, portal_enabled_at, archived_at, created_at)
values (:workspace, :id, :name, :name_key, :search_key, :email, :email_key, :phone, 'organization', :lead_status,
	:industry, :portal, :archived, :at)`

const insertContact = `-- insertContact
insert into contact (workspace_id, client_id, id, identity_id, job_title, is_primary,
	money, projects, documents, people, cases, changes, meetings, contracts,
	may_pay, may_sign, may_accept, may_request, may_upload, may_manage, invited_at, created_at)
values (:workspace, :of, :id, :person, :job_title, :is_primary,
	:money, :projects, :documents, :people, :cases, :changes, :meetings, :contracts,
	:pay, :sign, :accept, :request, :upload, :manage, :at, :at)`

const insertProject = `-- insertProject
insert into project (workspace_id, id, client_id, name, name_key, search_key, description, type, priority, owner_id,
	starts_on, ends_on, budget_minor, currency, tags, shared, state, step_id, state_at, created_by, created_at)
values (:workspace, :id, :of, :name, :name_key, :search_key, :description, 'fixed', :priority, :owner,
	:starts_on, :ends_on, :budget, 'EUR', :tags, :shared, :state, :step, :state_at, :actor, :at)`

const insertTarget = `-- insertTarget
insert into target (workspace_id, id, client_id, project_id, kind, milestone_id, position, name, due_on, client_visible,
	state, step_id, state_at, created_by, created_at)
values (:workspace, :id, :of, :project, :kind, :milestone, :position, :name, :due_on, :visible,
	:state, :step, :state_at, :actor, :at)`

const insertStep = `-- insertStep
insert into project_step (workspace_id, id, project_id, target_id, from_state, to_state, reason, made_by, made_at)
values (:workspace, :id, :project, :target, :from, :to, :reason, :actor, :at)`

const insertFunding = `-- insertFunding
insert into funding (workspace_id, id, project_id, source, amount_minor, currency, status, created_by, created_at)
values (:workspace, :id, :project, :source, :amount, 'EUR', :status, :actor, :at)`

const insertActivity = `-- insertActivity
insert into activity (workspace_id, id, at, actor_kind, actor_id, kind, subject_kind, subject_id, area, client_id, audience, params)
values (:workspace, :id, :at, 'staff', :actor, :kind, :subject_kind, :subject, :area, :of, :audience, :params)`

const insertRate = `-- insertRate
insert into tax_rate (workspace_id, id, name, category, rate, standard, created_at)
values (:workspace, :id, 'VAT', 'S', 230000, true, :at)`

const insertInvoice = `-- insertInvoice
insert into invoice (workspace_id, id, client_id, kind, state, currency, terms_days, amount_minor, net_minor, tax_minor, gross_minor, listed,
	search_key, created_by, created_at)
values (:workspace, :id, :of, 'invoice', 'draft', 'EUR', 14, :amount, :net, :tax, :gross, '9999',
	:search_key, :actor, :at)`

const insertLine = `-- insertLine
insert into invoice_line (workspace_id, invoice_id, position, description, unit, quantity, price, tax_rate_id, category, rate, amount_minor, net_minor)
values (:workspace, :invoice, :position, :description, :unit, :quantity, :price, :tax_rate, 'S', :rate, :amount, :net)`

const insertTax = `-- insertTax
insert into invoice_tax (workspace_id, invoice_id, category, rate, net_minor, tax_minor)
values (:workspace, :invoice, 'S', :rate, :net, :tax)`

const issueInvoice = `-- issueInvoice
update invoice
set state = 'issued',
	number = :number,
	issued_on = :issued_on,
	due_on = :due_on,
	snapshot = :snapshot,
	listed = :listed,
	search_key = :number_key || ' ' || search_key,
	issued_at = :at
where workspace_id = :workspace
  and id = :id`

const insertOpen = `-- insertOpen
insert into open_amount (workspace_id, invoice_id, client_id, currency, open_minor, due_on, listed)
values (:workspace, :id, :of, 'EUR', :open, :due_on, :listed)`

const insertPayment = `-- insertPayment
insert into payment (workspace_id, id, client_id, currency, amount_minor, method, paid_on, created_by, created_at)
values (:workspace, :id, :of, 'EUR', :amount, 'bank_transfer', :paid_on, :actor, :at)`

const insertAllocation = `-- insertAllocation
insert into allocation (workspace_id, id, client_id, invoice_id, currency, amount_minor, payment_id, created_by, created_at)
values (:workspace, :id, :of, :invoice, 'EUR', :amount, :payment, :actor, :at)`

const insertCounter = `-- insertCounter
insert into number_counter (workspace_id, kind, year, last)
values (:workspace, :kind, :year, :last)`

const insertDocument = `-- insertDocument
insert into document (workspace_id, id, place_kind, place_id, client_id, name, name_key, category, source, state, state_at, shared, latest_id, created_at, created_by)
values (:workspace, :id, :kind, :place, :of, :name, :name_key, :category, 'staff', 'kept', :at, :shared, :latest, :at, :actor)`

const insertVersion = `-- insertVersion
insert into document_version (workspace_id, id, document_id, client_id, number, name, blob_key, sha256, pieces, size_bytes, media_type, created_at, created_by)
values (:workspace, :id, :document, :of, 1, :name, :blob, :sha256, :pieces, :size, :media, :at, :actor)`
