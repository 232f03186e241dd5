"""Fieldwork's table of contents."""

from services.chassis.process import Chassis
from services.chassis.service import Service, rpc, worklist
from services.contracts.proposals.quotes import GetQuote
from services.fieldwork import attachments, becoming, calendars, comments, equipment, jobs, requests, searches, visits


class Fieldwork(Service):
    """Requests, visits, jobs and equipment at customers' properties, and the files attached to them."""

    name = "fieldwork"
    chassis = Chassis(asks=(GetQuote,))

    # Requests

    create_request = rpc(requests.create)
    get_request = rpc(requests.find)
    list_requests = rpc(requests.page)
    change_request = rpc(requests.change)
    close_request = rpc(requests.close)
    reopen_request = rpc(requests.reopen)
    comment_on_request = rpc(comments.add)
    become_job = rpc(becoming.job)
    link_quote = rpc(becoming.quote)

    # Visits

    create_visit = rpc(visits.create)
    get_visit = rpc(visits.find)
    list_visits = rpc(visits.page)
    change_visit = rpc(visits.change)
    complete_visit = rpc(visits.complete)
    cancel_visit = rpc(visits.cancel)
    add_visit_note = rpc(visits.add_note)
    change_visit_note = rpc(visits.change_note)
    remind_of_visits = worklist(visits.remind, seconds=60, due="due_visit_reminders")

    # Calendars

    get_calendar = rpc(calendars.find)
    make_calendar = rpc(calendars.make)
    revoke_calendar = rpc(calendars.revoke)
    resolve_calendar = rpc(calendars.resolve)

    # Attachments

    get_upload_terms = rpc(attachments.terms)
    reserve_attachment = rpc(attachments.reserve)
    confirm_attachment = rpc(attachments.confirm)
    list_attachments = rpc(attachments.page)
    get_attachment = rpc(attachments.find)
    change_attachment = rpc(attachments.change)
    remove_attachment = rpc(attachments.remove)
    sweep_attachments = worklist(attachments.sweep, seconds=60, due="due_attachments")

    # Jobs

    create_job = rpc(jobs.create)
    change_job = rpc(jobs.change)
    log_time = rpc(jobs.log_time)
    remove_time = rpc(jobs.remove_time)
    get_job = rpc(jobs.find)
    list_jobs = rpc(jobs.page)

    # Equipment

    create_equipment = rpc(equipment.create)
    change_equipment = rpc(equipment.change)
    get_equipment = rpc(equipment.find)
    list_equipment = rpc(equipment.page)
    make_label = rpc(equipment.make_label)
    revoke_label = rpc(equipment.revoke_label)
    follow_label = rpc(equipment.follow_label)

    # Search

    search_work = rpc(searches.search)
