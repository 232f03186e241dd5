"""A contact signs a delivered proposal: once, as it was shown, with evidence; everybody else is refused."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.contracts.identity.people import Client
from services.contracts.principals import Principal, Scope, StaffRole, Viewer
from services.contracts.proposals.proposals import GetProposalPdf, MoveProposal, ProposalSigned
from services.contracts.proposals.signing import Mark
from services.proposals.rules import CONSENT
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import OFFERS, ROSA, World, signing
from tests.unit.proposals.pictures import data_url, png


@pytest.mark.parametrize("role", ["primary", "billing"])
def test_signing_accepts_the_proposal_and_leaves_the_office_status(office: Office, world: World, role: str) -> None:
    signer = world.contact("primary" if role == "primary" else "billing")
    shown = office.seen_by(signer, office.delivered().id)
    assert shown.signable
    signature = office.ask(signing(shown), signer)
    assert (signature.total.amount, signature.document_sha256) == (125_000, shown.document_sha256)
    seen = office.seen_by(signer, shown.id)
    assert (seen.status, seen.signable, seen.total.amount) == ("accepted", False, 125_000)
    assert seen.electronic_signature is not None
    assert seen.electronic_signature.signed_by == "Priya Shah"
    assert office.seen_by(office.staff, shown.id).office_status == "delivered"


@pytest.mark.parametrize(("ticked", "total"), [([0], 140_000), ([1], 185_000), ([1, 0], 200_000)])
def test_the_ticked_options_join_the_total(office: Office, world: World, ticked: list[int], total: int) -> None:
    signer = world.contact()
    shown = office.delivered()
    options = [shown.optional_services[each].id for each in ticked]
    assert office.ask(signing(shown, choose=options), signer).total.amount == total
    seen = office.seen_by(signer, shown.id)
    assert seen.total.amount == total
    assert {each.id for each in seen.optional_services if each.selected} == set(options)
    assert all(each.selected for each in seen.services)


def test_from_then_on_the_pdf_is_the_signed_one(office: Office, world: World) -> None:
    signer = world.contact()
    shown = office.delivered()
    office.ask(signing(shown), signer)
    pdf = office.ask(GetProposalPdf(proposal_id=shown.id), signer)
    assert pdf.name == f"{shown.number}-signed.pdf"
    assert pdf.sha256 == office.seen_by(signer, shown.id).document_sha256 != shown.document_sha256


def test_the_evidence_holds_all_that_is_known_of_the_act(office: Office, world: World) -> None:
    signer = world.contact("billing")
    shown = office.delivered()
    command = signing(shown, choose=[shown.optional_services[1].id], name="P. Shah", mark=Mark(typed="P. S."))
    signature = office.ask(command, signer)
    columns = (
        "id::text, signed_by, contact_id::text, contact_name, contact_email, property_role, authentication,"
        " session_id::text, ip, user_agent, consent_version, consent_text, mark_kind, mark, total, time_zone,"
        " shown_sha256, chosen, signed_at"
    )
    assert office.rows(f"SELECT {columns} FROM signature") == [
        (
            str(command.id),
            "P. Shah",
            str(signer.id),
            "Priya Shah",
            "priya@lakeside.test",
            "billing",
            "password",
            str(signer.session_id),
            "203.0.113.7",
            "Mozilla/5.0 (iPhone)",
            CONSENT.version,
            CONSENT.text,
            "typed",
            "P. S.",
            185_000,
            "America/Chicago",
            shown.document_sha256,
            [
                {
                    "id": str(shown.optional_services[1].id),
                    "name": "Snow removal",
                    "total": {"amount": 60_000, "currency": "USD"},
                }
            ],
            signature.signed_at,
        )
    ]


def test_a_drawing_is_kept_as_it_was_sent(office: Office, world: World) -> None:
    drawn = data_url(png())
    office.ask(signing(office.delivered(), mark=Mark(drawn=drawn)), world.contact())
    assert office.rows("SELECT mark_kind, mark FROM signature") == [("drawn", drawn)]


def test_a_bad_drawing_is_invalid_and_nothing_changes(office: Office, world: World) -> None:
    shown = office.delivered()
    refusal = office.refusal(signing(shown, mark=Mark(drawn=data_url(b"GIF89a"))), world.contact())
    assert (refusal.code, refusal.details["field"]) == ("invalid", "signature")
    assert office.seen_by(world.contact(), shown.id).signable
    assert office.rows("SELECT count(*) FROM signature") == [(0,)]


@pytest.mark.parametrize("unreadable", ["\u200b\u200b", "Priya\nShah", "Priya \u202eyasihS", "...", "Priya\x07"])
def test_a_name_that_cannot_be_read_signs_nothing(office: Office, world: World, unreadable: str) -> None:
    shown, signer = office.delivered(), world.contact()
    for command in (signing(shown, name=unreadable), signing(shown, mark=Mark(typed=unreadable))):
        assert office.refusal(command, signer).code == "invalid"
    assert office.seen_by(signer, shown.id).signable


def test_names_of_every_script_sign(office: Office, world: World) -> None:
    for name in ("Zoë O’Neill-Łącka", "محمد علی", "山田太郎", "می‌خواهم"):
        assert office.ask(signing(office.delivered(), name=name, mark=Mark(typed=name)), world.contact()).sealed


def test_the_sales_rep_of_the_proposal_is_told(office: Office, world: World) -> None:
    shown = office.delivered()
    signature = office.ask(signing(shown, choose=[shown.optional_services[0].id]), world.contact())
    (event,) = office.events(ProposalSigned)
    assert (event.company_id, event.number, event.sales_rep_id) == (world.company, shown.number, ROSA.id)
    assert (event.signed_by, event.signed_at, event.total.amount) == ("Priya Shah", signature.signed_at, 140_000)
    assert event.version == 3


def test_a_repeat_of_the_same_command_answers_the_same(office: Office, world: World) -> None:
    command, signer = signing(office.delivered()), world.contact()
    assert office.ask(command, signer) == office.ask(command, signer)
    assert office.rows("SELECT count(*) FROM signature") == [(1,)]


def test_a_repeat_from_another_network_answers_the_same(office: Office, world: World) -> None:
    command, signer = signing(office.delivered()), world.contact()
    elsewhere = command.model_copy(update={"client": Client(ip="198.51.100.4", user_agent="Mozilla/5.0 (iPhone)")})
    assert office.ask(elsewhere, signer) == office.ask(command, signer)
    assert office.rows("SELECT ip FROM signature") == [("198.51.100.4",)]


def test_a_second_signature_is_a_conflict(office: Office, world: World) -> None:
    shown = office.delivered()
    office.ask(signing(shown), world.contact())
    for signer in (world.contact("billing"), world.contact()):
        refusal = office.refusal(signing(shown), signer)
        assert (refusal.code, refusal.details["reason"]) == ("conflict", "already_signed")


@pytest.mark.parametrize("role", ["administrator", "office", "sales_rep", "account_owner"])
def test_staff_are_forbidden_to_sign_whoever_they_are(office: Office, world: World, role: StaffRole) -> None:
    shown = office.delivered()
    for command in (signing(shown), signing(shown, proposal_id=uuid4())):
        assert office.refusal(command, world.staff(role)).code == "forbidden"
    assert office.refusal(signing(shown), None).code == "forbidden"


def test_staff_with_a_contacts_rights_still_cannot_sign(office: Office, world: World) -> None:
    disguised = world.contact().model_copy(update={"kind": "staff", "staff_roles": frozenset({"administrator"})})
    assert office.refusal(signing(office.delivered()), disguised).code == "forbidden"


def test_neither_an_api_key_nor_staff_who_look_as_the_contact_can_sign(office: Office, world: World) -> None:
    shown, contact = office.delivered(), world.contact()
    all_scopes: frozenset[Scope] = frozenset({"proposals.read", "proposals.write"})
    key = Principal(kind="integration", id=uuid4(), company_id=world.company, scopes=all_scopes)
    looking = contact.model_copy(update={"viewer": Viewer(id=uuid4(), name="Ada Office")})
    without_session = contact.model_copy(update={"session_id": None})
    assert not office.seen_by(looking, shown.id).signable
    for principal in (key, looking, without_session):
        assert office.refusal(signing(shown), principal).code == "forbidden"
    assert office.rows("SELECT count(*) FROM signature") == [(0,)]


def test_another_contact_or_one_without_the_permission_is_forbidden(office: Office, world: World) -> None:
    shown = office.delivered()
    viewer = world.contact(permissions=frozenset({"proposals.view"}))
    for signer in (world.contact("other"), viewer):
        assert office.refusal(signing(shown), signer).code == "forbidden"
    assert office.seen_by(world.contact(), shown.id).signable


def test_whoever_does_not_see_it_finds_nothing_to_sign(office: Office, world: World) -> None:
    shown = office.delivered()
    strangers = [world.contact(at=[uuid4()]), world.contact(customer=uuid4()), world.contact(branch=uuid4())]
    for stranger in strangers:
        assert office.refusal(signing(shown), stranger).code == "not_found"
    draft = office.draft()
    assert office.refusal(signing(shown, proposal_id=draft.id), world.contact()).code == "not_found"


@pytest.mark.parametrize("to", ["approved", "won", "lost"])
def test_what_is_no_longer_delivered_is_not_signed(office: Office, world: World, to: str) -> None:
    shown = office.delivered()
    office.ask(MoveProposal.model_validate({"proposal_id": shown.id, "to": to}), office.staff)
    refusal = office.refusal(signing(shown), world.contact())
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "not_delivered")


def test_an_expired_proposal_is_not_signed(office: Office, world: World) -> None:
    shown = office.delivered()
    office.passed(shown.id, datetime.now(UTC).date() - timedelta(days=2))
    refusal = office.refusal(signing(shown), world.contact())
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "expired")


def test_the_day_of_expiry_is_the_branchs(office: Office) -> None:
    # There are always two zones on either side of the date line where it is not the same day.
    east, west = "Pacific/Kiritimati", "Etc/GMT+12"
    today_in_the_west = (datetime.now(UTC) - timedelta(hours=12)).date()
    for zone, code in ((west, None), (east, "expired")):
        shown = office.delivered(time_zone=zone)
        office.passed(shown.id, today_in_the_west)
        seen = office.seen_by(office.world.contact(), shown.id)
        assert seen.signable is (code is None)


def test_another_document_than_the_one_shown_is_a_conflict(office: Office, world: World) -> None:
    shown = office.delivered()
    refusal = office.refusal(signing(shown, document_sha256="0" * 64), world.contact())
    assert (refusal.code, refusal.details["reason"]) == ("conflict", "document_changed")


def test_another_consent_than_the_current_one_is_invalid(office: Office, world: World) -> None:
    shown = office.delivered()
    assert shown.consent == CONSENT
    refusal = office.refusal(signing(shown, consent_version="1999-1"), world.contact())
    assert (refusal.code, refusal.details["reason"]) == ("invalid", "consent_version")


def test_only_this_proposals_options_are_chosen_and_each_once(office: Office, world: World) -> None:
    shown, another = office.delivered(), office.delivered()
    option = shown.optional_services[0].id
    for options in ([shown.services[0].id], [another.optional_services[0].id], [option, option], [uuid4()]):
        refusal = office.refusal(signing(shown, choose=options), world.contact())
        assert (refusal.code, refusal.details["field"]) == ("invalid", "optional_service_ids")
    change = office.delivered(kind="change_order", services=OFFERS[:1])
    assert office.refusal(signing(change, choose=[option]), world.contact()).code == "invalid"
    assert office.ask(signing(change), world.contact()).total.amount == 120_000


def test_a_proposal_lost_after_signing_is_rejected_and_its_evidence_stays(office: Office, world: World) -> None:
    shown = office.delivered()
    office.ask(signing(shown), world.contact())
    office.ask(MoveProposal(proposal_id=shown.id, to="lost"), office.staff)
    assert office.seen_by(world.contact(), shown.id).status == "rejected"
    assert office.rows("SELECT count(*) FROM signature") == [(1,)]
