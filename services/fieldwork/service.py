"""Fieldwork's table of contents."""

from uuid import UUID

from services.chassis.process import Chassis
from services.chassis.service import Service, rpc, worklist
from services.chassis.work import Steps, Work
from services.contracts.fieldwork.attachments import (
    AttachmentFiles,
    AttachmentView,
    ChangeAttachment,
    ConfirmAttachment,
    GetAttachment,
    GetUploadTerms,
    ListAttachments,
    RemoveAttachment,
    ReserveAttachment,
    UploadTerms,
)
from services.contracts.fieldwork.equipment import (
    ChangeEquipment,
    CreateEquipment,
    EquipmentSummary,
    EquipmentView,
    FollowLabel,
    GetEquipment,
    ListEquipment,
    MakeLabel,
    RevokeLabel,
)
from services.contracts.fieldwork.jobs import (
    ChangeJob,
    CreateJob,
    GetJob,
    JobSummary,
    JobView,
    ListJobs,
    LogTime,
    RemoveTime,
)
from services.contracts.fieldwork.requests import (
    BecomeJob,
    ChangeRequest,
    CloseRequest,
    CommentOnRequest,
    CommentView,
    CreateRequest,
    GetRequest,
    LinkQuote,
    ListRequests,
    ReopenRequest,
    RequestSummary,
    RequestView,
)
from services.contracts.fieldwork.visits import (
    AddVisitNote,
    CalendarOwner,
    CalendarView,
    CancelVisit,
    ChangeVisit,
    ChangeVisitNote,
    CompleteVisit,
    CreateVisit,
    GetCalendar,
    GetVisit,
    ListVisits,
    MakeCalendar,
    NewCalendarView,
    ResolveCalendar,
    RevokeCalendar,
    VisitView,
)
from services.contracts.messages import Nothing, Page
from services.contracts.proposals.quotes import GetQuote
from services.fieldwork import attachments, becoming, calendars, comments, equipment, jobs, requests, visits


class Fieldwork(Service):
    """Requests and visits at customers' properties, and the files attached to what is done there."""

    name = "fieldwork"
    chassis = Chassis(asks=(GetQuote,))

    @rpc
    def create_request(self, work: Work, command: CreateRequest) -> RequestView:
        return requests.create(work, command)

    @rpc
    def get_request(self, work: Work, query: GetRequest) -> RequestView:
        return requests.find(work, query)

    @rpc
    def list_requests(self, work: Work, query: ListRequests) -> Page[RequestSummary]:
        return requests.page(work, query)

    @rpc
    def change_request(self, work: Work, command: ChangeRequest) -> RequestView:
        return requests.change(work, command)

    @rpc
    def close_request(self, work: Work, command: CloseRequest) -> RequestView:
        return requests.close(work, command)

    @rpc
    def reopen_request(self, work: Work, command: ReopenRequest) -> RequestView:
        return requests.reopen(work, command)

    @rpc
    def comment_on_request(self, work: Work, command: CommentOnRequest) -> CommentView:
        return comments.add(work, command)

    @rpc
    def become_job(self, work: Work, command: BecomeJob) -> RequestView:
        return becoming.job(work, command)

    @rpc
    def link_quote(self, work: Work, command: LinkQuote) -> RequestView:
        return becoming.quote(work, command)

    # Visits

    @rpc
    def create_visit(self, work: Work, command: CreateVisit) -> VisitView:
        return visits.create(work, command)

    @rpc
    def get_visit(self, work: Work, query: GetVisit) -> VisitView:
        return visits.find(work, query)

    @rpc
    def list_visits(self, work: Work, query: ListVisits) -> Page[VisitView]:
        return visits.page(work, query)

    @rpc
    def change_visit(self, work: Work, command: ChangeVisit) -> VisitView:
        return visits.change(work, command)

    @rpc
    def complete_visit(self, work: Work, command: CompleteVisit) -> VisitView:
        return visits.complete(work, command)

    @rpc
    def cancel_visit(self, work: Work, command: CancelVisit) -> VisitView:
        return visits.cancel(work, command)

    @rpc
    def add_visit_note(self, work: Work, command: AddVisitNote) -> VisitView:
        return visits.add_note(work, command)

    @rpc
    def change_visit_note(self, work: Work, command: ChangeVisitNote) -> VisitView:
        return visits.change_note(work, command)

    # Calendars

    @rpc
    def get_calendar(self, work: Work, query: GetCalendar) -> CalendarView:
        return calendars.find(work, query)

    @rpc
    def make_calendar(self, work: Work, command: MakeCalendar) -> NewCalendarView:
        return calendars.make(work, command)

    @rpc
    def revoke_calendar(self, work: Work, command: RevokeCalendar) -> Nothing:
        return calendars.revoke(work, command)

    @rpc
    def resolve_calendar(self, work: Work, query: ResolveCalendar) -> CalendarOwner:
        return calendars.resolve(work, query)

    # Attachments

    @rpc
    def get_upload_terms(self, work: Work, query: GetUploadTerms) -> UploadTerms:
        return attachments.terms(work, query)

    @rpc
    def reserve_attachment(self, work: Work, command: ReserveAttachment) -> AttachmentView:
        return attachments.reserve(work, command)

    @rpc
    def confirm_attachment(self, work: Work, command: ConfirmAttachment) -> AttachmentView:
        return attachments.confirm(work, command)

    @rpc
    def list_attachments(self, work: Work, query: ListAttachments) -> Page[AttachmentView]:
        return attachments.page(work, query)

    @rpc
    def get_attachment(self, work: Work, query: GetAttachment) -> AttachmentFiles:
        return attachments.find(work, query)

    @rpc
    def change_attachment(self, work: Work, command: ChangeAttachment) -> AttachmentView:
        return attachments.change(work, command)

    @rpc
    def remove_attachment(self, work: Work, command: RemoveAttachment) -> Nothing:
        return attachments.remove(work, command)

    @worklist(seconds=60, due="due_attachments")
    def sweep_attachments(self, work: Work, attachment_id: UUID) -> Steps[None]:
        return attachments.sweep(work, attachment_id)

    # Jobs

    @rpc
    def create_job(self, work: Work, command: CreateJob) -> JobView:
        return jobs.create(work, command)

    @rpc
    def change_job(self, work: Work, command: ChangeJob) -> JobView:
        return jobs.change(work, command)

    @rpc
    def log_time(self, work: Work, command: LogTime) -> JobView:
        return jobs.log_time(work, command)

    @rpc
    def remove_time(self, work: Work, command: RemoveTime) -> JobView:
        return jobs.remove_time(work, command)

    @rpc
    def get_job(self, work: Work, query: GetJob) -> JobView:
        return jobs.find(work, query)

    @rpc
    def list_jobs(self, work: Work, query: ListJobs) -> Page[JobSummary]:
        return jobs.page(work, query)

    # Equipment

    @rpc
    def create_equipment(self, work: Work, command: CreateEquipment) -> EquipmentView:
        return equipment.create(work, command)

    @rpc
    def change_equipment(self, work: Work, command: ChangeEquipment) -> EquipmentView:
        return equipment.change(work, command)

    @rpc
    def get_equipment(self, work: Work, query: GetEquipment) -> EquipmentView:
        return equipment.find(work, query)

    @rpc
    def list_equipment(self, work: Work, query: ListEquipment) -> Page[EquipmentSummary]:
        return equipment.page(work, query)

    @rpc
    def make_label(self, work: Work, command: MakeLabel) -> EquipmentView:
        return equipment.make_label(work, command)

    @rpc
    def revoke_label(self, work: Work, command: RevokeLabel) -> Nothing:
        return equipment.revoke_label(work, command)

    @rpc
    def follow_label(self, work: Work, query: FollowLabel) -> EquipmentView:
        return equipment.follow_label(work, query)
