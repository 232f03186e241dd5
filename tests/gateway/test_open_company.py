"""The operator's command line that opens a company, against an identity that answers by a script."""

import pytest

from deploy.local.ports import free_port
from deploy.local.stack import Stack
from deploy.open_company import OPENED_BEFORE, main
from services.contracts.errors import DomainError, conflict, invalid
from services.contracts.identity.portals import CompanyView, OpenCompany
from tests.gateway import world
from tests.gateway.neighbours import Neighbours

COMPANY = ["Waco Grounds", "--payment-account", "acct_1", "--administrator", "Ada Admin", "ada@waco.test"]
BRANCH = ["--branch", "waco", "--brand", "Waco", "--colour", "#FFD400", "--time-zone", "America/Denver"]


@pytest.fixture(autouse=True)
def identity(backing: Stack, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch) -> None:
    """Identity opens whatever it is told to."""
    monkeypatch.setenv("AMQP_URL", backing.broker.url)
    neighbours.answer(OpenCompany, CompanyView(id=world.COMPANY, name="Waco Grounds", payment_account="acct_1"))


def test_a_company_is_opened_with_its_first_branch(neighbours: Neighbours, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(COMPANY + BRANCH) == 0
    (asked,) = neighbours.calls(OpenCompany)
    assert asked.principal is None
    assert (asked.message["name"], asked.message["administrator_email"]) == ("Waco Grounds", "ada@waco.test")
    branch = asked.message["branch"]
    assert (branch["slug"], branch["brand"]["name"], branch["brand"]["colour"]) == ("waco", "Waco", "#ffd400")
    assert branch["time_zone"] == "America/Denver"
    said = capsys.readouterr().out
    assert "ada@waco.test is invited by mail" in said and "/waco" in said


def test_a_branch_is_optional_and_bears_the_companys_name_unless_given(neighbours: Neighbours) -> None:
    assert main(COMPANY) == 0
    assert main([*COMPANY, "--branch", "waco"]) == 0
    without, with_branch = neighbours.calls(OpenCompany)
    assert without.message["branch"] is None
    assert with_branch.message["branch"]["brand"]["name"] == "Waco Grounds"


def test_the_payment_account_says_which_company_it_is(neighbours: Neighbours) -> None:
    """So that a repeat is recognised, and a second company of one account is refused."""
    for argv in (
        COMPANY,
        COMPANY,
        ["Waco & Sons", *COMPANY[1:]],
        [COMPANY[0], "--payment-account", "acct_2", *COMPANY[3:]],
    ):
        assert main(argv) == 0
    first, again, renamed, other = (each.message["id"] for each in neighbours.calls(OpenCompany))
    assert first == again == renamed != other


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (conflict("This was already sent with other content.", reason="id_reused"), OPENED_BEFORE),
        (conflict("Taken.", reason="payment_account_taken"), OPENED_BEFORE),
        (conflict("Another portal has this address.", field="slug"), "Another portal has this address."),
        (invalid("This address is reserved.", field="slug"), "This address is reserved."),
    ],
)
def test_a_refusal_is_said_in_a_sentence(
    neighbours: Neighbours, capsys: pytest.CaptureFixture[str], refusal: DomainError, said: str
) -> None:
    neighbours.answer(OpenCompany, refusal)
    assert main(COMPANY + BRANCH) == 1
    assert capsys.readouterr().err.strip() == said


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([*COMPANY[:-1], "nobody"], "administrator_email"),
        ([*COMPANY, "--branch", "No Address!"], "slug"),
        ([*COMPANY, "--branch", "waco", "--colour", "green"], "colour"),
        ([*COMPANY, "--colour", "#ffd400"], "--branch"),
    ],
)
def test_what_cannot_be_is_refused_before_anybody_is_asked(
    neighbours: Neighbours, capsys: pytest.CaptureFixture[str], argv: list[str], said: str
) -> None:
    assert main(argv) == 1
    assert said in capsys.readouterr().err
    assert not neighbours.calls(OpenCompany)


def test_a_broker_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AMQP_URL", f"amqp://127.0.0.1:{free_port()}")
    monkeypatch.setattr("deploy.open_company.CONNECT_SECONDS", 0.2)
    assert main(COMPANY) == 1
    assert "could not be reached" in capsys.readouterr().err
    monkeypatch.delenv("AMQP_URL")
    assert main(COMPANY) == 1
    assert "Set AMQP_URL" in capsys.readouterr().err
