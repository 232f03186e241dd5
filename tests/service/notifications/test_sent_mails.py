"""Mails as the office sees them: listed, in full, and sent again."""

import pytest

from services.contracts.errors import DomainError
from services.contracts.messages import Page, new_id
from services.contracts.notifications.mails import GetMail, ListMails, MailSummary, MailView, ResendMail
from services.contracts.principals import Principal, StaffRole
from services.notifications import sent_mails
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import samples


def staff(role: StaffRole = "office") -> Principal:
    roles = frozenset({role})
    return Principal(kind="staff", id=samples.OMAR, company_id=samples.EVERGREEN, name="Omar Haddad", staff_roles=roles)


def listed(notifications: Notifications, who: Principal | None = None, **filters: object) -> Page[MailSummary]:
    query = ListMails.model_validate(filters)
    found = notifications.executor.answer(sent_mails.page, query, who or staff())
    assert isinstance(found, Page)
    return found


def opened(notifications: Notifications) -> MailView:
    (first,) = listed(notifications, limit=1).items
    found = notifications.executor.answer(sent_mails.read, GetMail(mail_id=first.id), staff())
    assert isinstance(found, MailView)
    return found


def test_what_was_sent_is_read_as_it_was_sent(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.signed())
    notifications.deliver()
    (came,) = inbox.messages()
    read = opened(notifications)
    # All but the address that unsubscribes, which is the recipient's alone.
    told, mailed = (text.partition("Unsubscribe")[0] for text in (read.text, came["text"]))
    assert (read.subject, told) == (came["subject"], mailed)
    assert "Spring planting" in read.html
    assert read.headers["Message-ID"] == came["message_id"]
    assert [attempt.outcome for attempt in read.history] == ["sent"]


def test_a_mail_that_opens_an_account_is_kept_without_what_opens_it(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.code_asked())
    notifications.deliver()
    read = opened(notifications)
    assert samples.login().code in inbox.messages()[0]["text"]
    assert samples.login().code not in read.text + read.html + str(read.headers)
    assert "tok-secret" not in read.text + read.html
    assert (read.is_secret, read.may_resend) == (True, False)


def test_the_list_is_filtered_and_comes_in_pages(notifications: Notifications, identity: Identity) -> None:
    for event in (samples.signed(), samples.requested(), samples.password_changed()):
        notifications.happens(event)
    first = listed(notifications, limit=2)
    rest = listed(notifications, limit=2, cursor=first.next_cursor)
    assert [mail.template for mail in (*first.items, *rest.items)] == [
        "password_changed",
        "request_created",
        "proposal_signed",
    ]
    assert rest.next_cursor is None
    assert [mail.template for mail in listed(notifications, recipient="Omar@Evergreen.test").items] == [
        "request_created"
    ]
    assert [mail.template for mail in listed(notifications, template="proposal_signed").items] == ["proposal_signed"]
    assert listed(notifications, status="sent").items == []
    of_lakeside = listed(notifications, customer_id=identity.contact.customer_id).items
    assert "password_changed" in [mail.template for mail in of_lakeside]


def test_a_mail_sent_again_is_a_mail_of_its_own(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.signed())
    notifications.deliver()
    command = ResendMail(id=new_id(), mail_id=opened(notifications).id)
    for _ in range(2):
        notifications.executor.answer(sent_mails.resend, command, staff())
    notifications.deliver()
    first, again = sorted(inbox.messages(), key=lambda mail: int(mail["id"]))
    assert first["text"] == again["text"] and first["message_id"] != again["message_id"]
    assert notifications.sql("SELECT payload ->> 'action' FROM outbox") == [("mail.resent",)]
    newest = opened(notifications)
    assert (newest.id, newest.ordered_by, newest.status) == (command.id, "Omar Haddad", "sent")


def test_what_opens_an_account_is_not_sent_again(notifications: Notifications) -> None:
    notifications.happens(samples.code_asked())
    notifications.deliver()
    with pytest.raises(DomainError, match="not kept") as refused:
        notifications.executor.answer(sent_mails.resend, ResendMail(mail_id=opened(notifications).id), staff())
    assert refused.value.code == "conflict"


def test_a_mail_sent_again_to_somebody_disabled_since_is_withheld(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    notifications.happens(samples.password_changed())
    notifications.deliver()
    identity.contact = samples.priya(status="disabled")
    notifications.executor.answer(sent_mails.resend, ResendMail(mail_id=opened(notifications).id), staff())
    notifications.deliver()
    assert (opened(notifications).status, len(inbox.messages())) == ("withheld", 1)


def test_a_mail_on_its_way_is_not_sent_again(notifications: Notifications) -> None:
    notifications.happens(samples.signed())
    with pytest.raises(DomainError, match="on its way"):
        notifications.executor.answer(sent_mails.resend, ResendMail(mail_id=opened(notifications).id), staff())


def test_neither_a_sales_rep_nor_another_company_reads_mails(notifications: Notifications) -> None:
    notifications.happens(samples.signed())
    with pytest.raises(DomainError) as refused:
        listed(notifications, staff("sales_rep"))
    assert refused.value.code == "forbidden"
    stranger = staff().model_copy(update={"company_id": samples.COOLAIR})
    assert listed(notifications, stranger).items == []
    with pytest.raises(DomainError) as hidden:
        notifications.executor.answer(sent_mails.read, GetMail(mail_id=opened(notifications).id), stranger)
    assert hidden.value.code == "not_found"
