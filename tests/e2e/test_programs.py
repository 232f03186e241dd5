"""Insureds choose how to pay their programs, sign, pay, and see all of it, in a browser."""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO

import psycopg2
import pytest
from playwright.sync_api import expect
from psycopg2.extensions import cursor
from pypdf import PdfReader

from deploy.local.stack import Stack
from tests.e2e.agency import Agency
from tests.e2e.conftest import Visit
from tests.e2e.visitor import NARROW, WIDE, Visitor, is_fit

MOMENT = 30_000
"""How long another service may take to hear of a choice or a signature, in milliseconds."""


def sign(visitor: Visitor) -> None:
    """Signs the agreement that is shown."""
    visitor.page.get_by_label("Your full name").fill("Olga Reyes")
    visitor.page.get_by_label(re.compile("agree to sign electronically")).check()
    visitor.press("Sign the agreement")


def pay(visitor: Visitor, *, card: bool = False) -> None:
    """Pays what the page asks for."""
    if card:
        visitor.add_card("4242424242424242")
    visitor.press(re.compile(r"^Pay \$"))
    expect(visitor.heading()).to_contain_text("Thank you", timeout=MOMENT)


@contextmanager
def statements(stack: Stack, service: str) -> Iterator[cursor]:
    """Statements of one transaction in a service's database, which is given up at the end."""
    url = f"{stack.server.admin_url.rpartition('/')[0]}/portico_{service}"
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as sql:
        yield sql


def until_sealed(stack: Stack, shown: str) -> None:
    """Returns when the agreement that was shown with this hash is signed and sealed."""
    deadline = time.monotonic() + MOMENT / 1000
    while time.monotonic() < deadline:
        with statements(stack, "proposals") as sql:
            sql.execute(
                "SELECT 1 FROM foreign_document AS it JOIN signature ON signature.id = it.signature_id"
                " WHERE shown_sha256 = %s AND sealed_at IS NOT NULL",
                [shown],
            )
            if sql.fetchall():
                return
        time.sleep(0.1)
    raise AssertionError("the agreement was not sealed")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_program_is_compared_financed_signed_and_paid(visit: Visit, agency: Agency, width: int) -> None:
    insured = agency.insured("Olga's Oven LLC")
    program = f"/programs/{agency.program(insured)}"
    olga = visit(insured.email, portal="harbor", width=width)
    expect(olga.main()).to_contain_text("Bakery package")
    assert agency.mailed(insured.email, r"(/harbor/programs/\S+/plan)").endswith(f"{program}/plan")
    is_fit(olga)
    olga.follow("Bakery package")
    is_fit(olga)
    olga.follow("Choose how to pay")
    for said in ("Pay in full", "$1,630.00", "Finance it", "$350.00", "Annual percentage rate", "9.0"):
        expect(olga.main()).to_contain_text(said)
    is_fit(olga)
    olga.press("Finance it and read the agreement")
    expect(olga.heading()).to_have_text("Sign your finance agreement", timeout=MOMENT)
    is_fit(olga)
    shown = olga.page.locator("input[name=document_sha256]").input_value()
    read = olga.download(f"{program}/finance-agreement")
    assert hashlib.sha256(read).hexdigest() == shown
    sign(olga)
    expect(olga.page.get_by_role("link", name="Make the down payment")).to_be_visible(timeout=MOMENT)
    is_fit(olga)
    final = olga.download(f"{program}/finance-agreement")
    assert final.startswith(read) and final != read
    assert "Document opened" in PdfReader(BytesIO(final)).pages[-1].extract_text()
    assert program in agency.mailed(insured.email, r"(\S+)/finance-agreement")
    olga.follow("Make the down payment")
    pay(olga, card=True)
    olga.follow("See the program")
    expect(olga.main()).to_contain_text("Active")
    expect(olga.main()).to_contain_text("Loan balance")
    is_fit(olga)
    olga.follow("Pay Installment 2 of 10")
    pay(olga)
    is_fit(olga)
    olga.follow(re.compile("^INV-"))
    is_fit(olga)
    olga.follow("See the program")
    expect(olga.main()).not_to_contain_text("Installment 2 of 10")
    expect(olga.page.get_by_role("link", name=re.compile("^Receipt"))).to_have_count(2)


def test_whoever_has_signed_is_thanked_also_while_billing_has_not_heard_of_it(
    visit: Visit, agency: Agency, stack: Stack
) -> None:
    insured = agency.insured("Olga's Rolls LLC")
    program_id = agency.program(insured)
    olga = visit(insured.email, portal="harbor")
    olga.open(f"/programs/{program_id}/plan")
    olga.press("Finance it and read the agreement")
    expect(olga.heading()).to_have_text("Sign your finance agreement", timeout=MOMENT)
    shown = olga.page.locator("input[name=document_sha256]").input_value()
    with statements(stack, "billing") as sql:
        sql.execute("SELECT FROM program WHERE id = %s FOR UPDATE", [program_id])
        sign(olga)
        until_sealed(stack, shown)
        olga.open(f"/programs/{program_id}")
        expect(olga.main()).to_contain_text("Thank you, your agreement is signed.")
        expect(olga.page.get_by_role("link", name="Choose another way to pay")).to_have_count(0)
        # The page looks again by itself, also after the network was away for a while.
        with olga.page.expect_event("requestfailed"):
            olga.page.context.set_offline(True)
        olga.page.context.set_offline(False)
    expect(olga.page.get_by_role("link", name="Make the down payment")).to_be_visible(timeout=MOMENT)


@pytest.mark.parametrize("javascript", [True, False])
def test_whoever_changes_their_mind_pays_in_full(visit: Visit, agency: Agency, javascript: bool) -> None:
    insured = agency.insured("Olga's Ovens LLC")
    program = f"/programs/{agency.program(insured)}"
    olga = visit(insured.email, portal="harbor", width=NARROW, javascript=javascript)
    olga.open(f"{program}/plan")
    olga.press("Finance it and read the agreement")
    olga.open(program)
    olga.follow("Choose another way to pay")
    expect(olga.main()).to_contain_text("the agreement that you have not signed is withdrawn")
    olga.press(re.compile("^Pay in full$"))
    expect(olga.heading()).to_contain_text("Pay invoice")
    assert olga.status(f"{program}/finance-agreement") == 404
    olga.expected.add(404)
    olga.open(program)
    expect(olga.main()).to_contain_text("$1,630.00")
    if javascript:
        olga.follow("Pay in full")
        pay(olga, card=True)
        olga.open(program)
        expect(olga.main()).to_contain_text("Nothing is left to pay")
        is_fit(olga)


def test_whoever_signs_what_was_withdrawn_meanwhile_is_told_that_nothing_was_signed(
    visit: Visit, agency: Agency
) -> None:
    insured = agency.insured("Olga's Pies LLC")
    program = f"/programs/{agency.program(insured)}"
    olga = visit(insured.email, portal="harbor", width=NARROW)
    olga.open(f"{program}/plan")
    olga.press("Finance it and read the agreement")
    expect(olga.heading()).to_have_text("Sign your finance agreement", timeout=MOMENT)
    elsewhere = visit(insured.email, portal="harbor")
    elsewhere.open(f"{program}/plan")
    elsewhere.press(re.compile("^Pay in full$"))
    expect(elsewhere.heading()).to_contain_text("Pay invoice")
    sign(olga)
    expect(olga.page.get_by_role("alert").first).to_contain_text("Nothing was signed")
    expect(olga.main()).to_contain_text("$1,630.00")
    is_fit(olga)


def test_without_scripts_the_agreement_is_waited_for_and_signed(visit: Visit, agency: Agency) -> None:
    insured = agency.insured("Olga's Bread LLC")
    olga = visit(insured.email, portal="harbor", javascript=False)
    olga.open(f"/programs/{agency.program(insured)}/plan")
    olga.press("Finance it and read the agreement")
    # The page that waits asks for itself anew.
    expect(olga.heading()).to_have_text("Sign your finance agreement", timeout=MOMENT)
    sign(olga)
    expect(olga.page.get_by_role("link", name="Make the down payment")).to_be_visible(timeout=MOMENT)


def test_who_may_only_look_chooses_nothing(visit: Visit, agency: Agency) -> None:
    insured = agency.insured("Looking LLC", ["programs.view", "invoices.view"])
    program = f"/programs/{agency.program(insured)}"
    looker = visit(insured.email, portal="harbor")
    looker.open(program)
    expect(looker.main()).to_contain_text("Ask a colleague who may sign")
    looker.follow("Compare the plans")
    expect(looker.page.get_by_role("button", name=re.compile("Pay in full|Finance it"))).to_have_count(0)
    is_fit(looker)


def test_somebody_without_programs_is_told_what_will_be_there(visit: Visit, agency: Agency) -> None:
    nobody = visit(agency.insured("New LLC").email, portal="harbor", width=NARROW)
    expect(nobody.main()).to_contain_text("No programs yet")
    nobody.open("/programs")
    expect(nobody.main()).to_contain_text("you choose here how to pay for it")
    is_fit(nobody)
    assert nobody.status("/programs/01a20043-a3bc-7377-bef4-b07fceeb1326") == 404
