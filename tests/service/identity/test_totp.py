"""Second factors: set up by their owner, asked for after the right password, good once, bounded, and removable."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from pydantic import SecretStr

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.portals import ChangeCompany
from services.contracts.identity.sessions import SessionView, SignInStaff, SignOut
from services.contracts.identity.staff import (
    ConfirmTotp,
    GetStaffMember,
    ListStaff,
    RemoveTotp,
    ResetTotp,
    StartTotp,
)
from services.contracts.messages import Nothing
from services.contracts.principals import Principal, StaffRole
from services.identity import second_factors
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused


class Phone:
    """An authenticator app that has read the QR code of a staff member."""

    def __init__(self, office: Office, owner: Principal) -> None:
        self.office, self.owner = office, owner
        started = office.desk.ask(StartTotp(), owner)
        self.secret = base64.b32decode(started.secret)
        self.uri = started.uri

    def code(self, steps: int = 0) -> str:
        """What it shows now, or some half minutes later."""
        app = TOTP(self.secret, 6, SHA1(), 30)  # noqa: S303
        return app.generate(int(time.time()) + 30 * steps).decode()

    def confirm(self) -> list[str]:
        """Sets the factor up; answers the recovery codes. As if it had been a while ago: codes are good again."""
        codes = self.office.desk.ask(ConfirmTotp(code=SecretStr(self.code())), self.owner).codes
        self.forget_codes()
        return codes

    def forget_codes(self) -> None:
        """As if no code had been used lately."""
        self.office.execute("UPDATE second_factor SET last_step = 0 WHERE staff_id = :id", id=self.owner.id)


@pytest.fixture
def otto(office: Office) -> Principal:
    """Somebody of the office who has signed in."""
    return office.employed("otto", "office")


@pytest.fixture
def phone(office: Office, otto: Principal) -> Phone:
    """Otto's telephone, which is set up."""
    phone = Phone(office, otto)
    phone.confirm()
    return phone


def sign_in(office: Office, who: Principal, code: str | None = None, password: str = PASSWORD) -> SessionView:
    totp = SecretStr(code) if code is not None else None
    message = SignInStaff(email=who.email, password=SecretStr(password), totp=totp, client=office.desk.client)
    return office.desk.ask(message)


def require(office: Office, required: bool = True) -> None:
    office.desk.ask(ChangeCompany(totp_required=required), office.administrator)


def has_totp(office: Office, who: Principal) -> bool:
    listed = {each.id: each for each in office.desk.ask(ListStaff(), office.administrator).items}
    one = office.desk.ask(GetStaffMember(staff_id=who.id), office.administrator)
    assert listed[who.id] == one
    return one.has_totp


def test_a_secret_counts_once_a_code_of_it_was_given(office: Office, otto: Principal) -> None:
    phone = Phone(office, otto)
    assert sign_in(office, otto) and not has_totp(office, otto)
    phone.confirm()
    assert has_totp(office, otto)
    with refused("forbidden", reason="totp_required"):
        sign_in(office, otto)


def test_the_app_reads_the_company_and_the_address_from_the_qr_code(office: Office, otto: Principal) -> None:
    uri = urlsplit(Phone(office, otto).uri)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query)["issuer"] == ["Evergreen Grounds"]
    assert otto.email.split("@")[0] in uri.path


def test_a_wrong_code_sets_nothing_up(office: Office, otto: Principal) -> None:
    phone = Phone(office, otto)
    wrong = f"{(int(phone.code()) + 1) % 1_000_000:06}"
    with refused("invalid", field="code"):
        office.desk.ask(ConfirmTotp(code=SecretStr(wrong)), otto)
    assert not has_totp(office, otto)


def test_starting_again_makes_the_earlier_secret_worthless(office: Office, otto: Principal) -> None:
    first, second = Phone(office, otto), Phone(office, otto)
    with refused("invalid", field="code"):
        office.desk.ask(ConfirmTotp(code=SecretStr(first.code())), otto)
    assert len(set(second.confirm())) == 10


def test_a_factor_that_is_set_up_is_not_replaced(office: Office, otto: Principal, phone: Phone) -> None:
    with refused("conflict", reason="totp_set"):
        office.desk.ask(StartTotp(), otto)
    with refused("conflict", reason="totp_set"):
        office.desk.ask(ConfirmTotp(code=SecretStr(phone.code())), otto)


def test_the_right_password_and_code_open_the_office(office: Office, otto: Principal, phone: Phone) -> None:
    assert office.desk.resolve(sign_in(office, otto, phone.code())).id == otto.id
    spaced = phone.code(1)
    assert sign_in(office, otto, f" {spaced[:3]} {spaced[3:]} ")


def test_a_wrong_password_is_not_told_that_there_is_a_factor(office: Office, otto: Principal, phone: Phone) -> None:
    for code in (None, phone.code()):
        with refused("forbidden", reason="wrong_credentials"):
            sign_in(office, otto, code, password="not the password")


def test_a_code_is_good_once(office: Office, otto: Principal, phone: Phone) -> None:
    code = phone.code()
    sign_in(office, otto, code)
    with refused("forbidden", reason="wrong_totp"):
        sign_in(office, otto, code)


def test_a_code_is_good_once_however_many_come_at_the_same_time(office: Office, otto: Principal, phone: Phone) -> None:
    command, code = RemoveTotp(code=SecretStr("")), phone.code()

    def prove(work: Work, _: RemoveTotp) -> Steps[Nothing]:
        yield from second_factors.check(work, otto.id, code, office.desk.client)
        return Nothing()

    def tries(_: int) -> bool:
        try:
            return bool(office.desk.executor.answer(prove, command, otto))
        except DomainError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tries, range(4))) == 1


def test_a_code_of_an_hour_ago_or_ahead_is_wrong(office: Office, otto: Principal, phone: Phone) -> None:
    for steps in (-120, -2, 3, 120):
        with refused("forbidden", reason="wrong_totp"):
            sign_in(office, otto, phone.code(steps))


def test_a_recovery_code_opens_the_office_once(office: Office, otto: Principal) -> None:
    codes = Phone(office, otto).confirm()
    assert sign_in(office, otto, codes[0].upper().replace("-", " "))
    with refused("forbidden", reason="wrong_totp"):
        sign_in(office, otto, codes[0])
    assert sign_in(office, otto, codes[1])


def test_wrong_codes_are_bounded_though_the_password_is_right(office: Office, otto: Principal, phone: Phone) -> None:
    reasons = []
    for _ in range(30):
        with pytest.raises(DomainError) as refusal:
            sign_in(office, otto, "000000")
        reasons.append(refusal.value.details["reason"])
    assert set(reasons[:10]) == {"wrong_totp"}
    assert "too_many_attempts" in reasons
    with refused("forbidden", reason="too_many_attempts"):
        sign_in(office, otto, phone.code())


def test_being_asked_for_the_code_is_not_counted(office: Office, otto: Principal, phone: Phone) -> None:
    for _ in range(30):
        with refused("forbidden", reason="totp_required"):
            sign_in(office, otto)
    assert sign_in(office, otto, phone.code())


def test_nothing_of_a_secret_lies_in_the_database_in_clear(office: Office, otto: Principal) -> None:
    phone = Phone(office, otto)
    codes = phone.confirm()
    secret = phone.secret.hex()
    kept = "SELECT count(*) FROM second_factor WHERE position(:told in encode(sealed_secret, 'hex')) > 0"
    assert office.count(kept, told=secret) == 0
    for table in ("recovery_code", "audit_event"):
        for told in (codes[0], base64.b32encode(phone.secret).decode()):
            found = f"SELECT count(*) FROM {table} WHERE position(:told in {table}::text) > 0"
            assert office.count(found, told=told) == 0


def test_a_secret_moved_to_another_members_row_opens_nothing(office: Office, otto: Principal, phone: Phone) -> None:
    eva = office.employed("eva", "office")
    Phone(office, eva).confirm()
    office.execute(
        "UPDATE second_factor SET sealed_secret = (SELECT sealed_secret FROM second_factor WHERE staff_id = :otto)"
        " WHERE staff_id = :eva",
        otto=otto.id,
        eva=eva.id,
    )
    with pytest.raises(InvalidTag):
        sign_in(office, eva, phone.code())


def test_its_owner_removes_it_with_a_code(office: Office, otto: Principal, phone: Phone) -> None:
    with refused("invalid", field="code"):
        office.desk.ask(RemoveTotp(code=SecretStr("000000")), otto)
    assert has_totp(office, otto)
    office.desk.ask(RemoveTotp(code=SecretStr(phone.code())), otto)
    assert sign_in(office, otto) and not has_totp(office, otto)
    with refused("conflict", reason="totp_not_set"):
        office.desk.ask(RemoveTotp(code=SecretStr(phone.code())), otto)


def test_it_stays_where_the_company_asks_for_one(office: Office, otto: Principal, phone: Phone) -> None:
    require(office)
    with refused("conflict", reason="totp_required"):
        office.desk.ask(RemoveTotp(code=SecretStr(phone.code())), otto)


def test_an_administrator_resets_a_colleagues_and_its_sessions_end(
    office: Office, otto: Principal, phone: Phone
) -> None:
    session = sign_in(office, otto, phone.code())
    assert not office.desk.ask(ResetTotp(staff_id=otto.id), office.administrator).has_totp
    with refused("not_found"):
        office.desk.resolve(session)
    assert sign_in(office, otto)
    assert str(otto.id) in office.events("access_changed")[-1]["principal_ids"]


@pytest.mark.parametrize("role", ["office", "sales_rep", "account_owner"])
def test_only_an_administrator_resets(office: Office, otto: Principal, phone: Phone, role: StaffRole) -> None:
    with refused("forbidden"):
        office.desk.ask(ResetTotp(staff_id=otto.id), office.staff_principal(role))
    assert has_totp(office, otto)


def test_nobody_resets_their_own(office: Office) -> None:
    ada = office.employed("ada", "administrator")
    with refused("forbidden", reason="own_access"):
        office.desk.ask(ResetTotp(staff_id=ada.id), ada)


def test_contacts_have_none(desk: Desk, office: Office) -> None:
    contact = desk.resolve(office.activate(office.contact(office.customer(office.branch()))))
    with refused("forbidden"):
        desk.ask(StartTotp(), contact)


def test_where_the_company_asks_for_one_a_member_without_may_only_set_it_up(office: Office, otto: Principal) -> None:
    session = sign_in(office, otto)
    assert office.desk.ask(ListContacts(), office.desk.resolve(session)).items == []
    require(office)
    enrolling = office.desk.resolve(session)
    assert enrolling.must_enrol
    with refused("forbidden"):
        office.desk.ask(ListContacts(), enrolling)
    Phone(office, enrolling).confirm()
    assert not office.desk.resolve(session).must_enrol
    assert office.desk.ask(ListContacts(), office.desk.resolve(session)).items == []


def test_who_must_enrol_may_sign_out(office: Office, otto: Principal) -> None:
    require(office)
    session = sign_in(office, otto)
    office.desk.ask(SignOut(), office.desk.resolve(session))
    with refused("not_found"):
        office.desk.resolve(session)


def test_only_an_administrator_decides_whether_the_company_asks_for_one(office: Office, otto: Principal) -> None:
    with refused("forbidden", field="totp_required"):
        office.desk.ask(ChangeCompany(totp_required=True), otto)
    require(office)
    require(office, required=False)
    assert not office.desk.resolve(sign_in(office, otto)).must_enrol
    first = office.desk.ask(ListAuditEvents(action="company.changed"), office.administrator).items[-1]
    assert (first.before, first.after) == ({"totp_required": False}, {"totp_required": True})


def test_what_happens_to_a_factor_is_recorded(office: Office, otto: Principal, phone: Phone) -> None:
    office.desk.ask(RemoveTotp(code=SecretStr(phone.code())), otto)
    Phone(office, otto).confirm()
    office.desk.ask(ResetTotp(staff_id=otto.id), office.administrator)
    office.desk.ask(ResetTotp(staff_id=otto.id), office.administrator)
    found = office.desk.ask(ListAuditEvents(action="totp", subject_id=otto.id), office.administrator).items
    assert [each.action for each in found] == ["totp.reset", "totp.set", "totp.removed", "totp.set"]
    assert [each.actor.id for each in found] == [office.administrator.id, otto.id, otto.id, otto.id]
