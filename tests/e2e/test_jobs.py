"""Mia and Tom of Northside, and CoolAir's office: jobs from the wish to the photos of what was done."""

from io import BytesIO

import httpx
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect
from pypdf import PdfReader

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import NARROW, PASSWORD, WIDE, Visitor

SPRING, THERMOSTAT = "Spring service of the rooftop unit", "The thermostat in the waiting room shows nothing"


def photo(colour: str) -> FilePayload:
    """A picture to attach."""
    out = BytesIO()
    Image.new("RGB", (1200, 900), colour).save(out, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def enter_office(visit: Visit) -> Visitor:
    """CoolAir's administrator, in the office."""
    admin = visit(portal="office")
    admin.open("/login")
    admin.page.get_by_label("E-mail").fill("admin@coolair.test")
    admin.page.get_by_label("Password").fill(PASSWORD)
    admin.press("Sign in")
    return admin


@pytest.mark.parametrize("javascript", [True, False])
def test_mia_asks_for_a_job_with_photos_and_the_office_books_it(visit: Visit, office: Office, javascript: bool) -> None:
    wish = f"The vent whistles {'loudly' if javascript else 'at night'}"
    mia = visit("mia@northside.test", portal="coolair", javascript=javascript)
    mia.open("/jobs")
    mia.follow("New job")
    mia.page.get_by_label("What is to be done?").fill(wish)
    mia.page.get_by_label("Photos or documents").set_input_files([photo("teal"), photo("navy")])
    mia.press("Ask for this job")
    expect(mia.main()).to_contain_text("Thank you. We have your wish")
    expect(mia.main()).to_contain_text("teal.jpg")
    job = mia.page.url.partition("?")[0].rpartition("/")[2]
    office.mail("admin@coolair.test", wish)

    admin = enter_office(visit)
    admin.open(f"/jobs/{job}")
    admin.page.get_by_label("Date booked").fill("2027-03-05")
    admin.page.get_by_role("button", name="Save").click()
    expect(admin.main()).to_contain_text("Fri, Mar 5, 2027")
    office.mail("mia@northside.test", "March 5, 2027")
    mia.open(f"/jobs/{job}")
    expect(mia.main()).to_contain_text("Booked for Fri, Mar 5, 2027")


def test_a_hidden_photo_is_nowhere_until_the_office_shows_it(visit: Visit) -> None:
    mia, admin = visit("mia@northside.test", portal="coolair"), enter_office(visit)
    mia.open("/jobs")
    mia.follow(SPRING)
    path = mia.page.url.removeprefix(mia.portal)
    admin.open(path)
    hidden = admin.page.locator(".attached li", has_text="Calculation.pdf")
    file = (hidden.get_by_role("link").get_attribute("href") or "").removeprefix("/office")
    for page in (path, f"{path}/photos"):
        mia.open(page)
        expect(mia.main()).not_to_contain_text("Calculation.pdf")
        expect(mia.main()).not_to_contain_text("Wiring")
    assert mia.status(file) == 404

    hidden.get_by_role("button", name="Show").click()
    expect(admin.page.locator(".attached li", has_text="Calculation.pdf")).to_contain_text("Customer sees it")
    mia.open(path)
    expect(mia.main()).to_contain_text("Calculation.pdf")
    assert mia.download(file).startswith(b"%PDF")
    admin.page.locator(".attached li", has_text="Calculation.pdf").get_by_role("button", name="Hide").click()
    expect(admin.page.locator(".attached li", has_text="Calculation.pdf")).to_contain_text("Hidden")
    assert mia.status(file) == 404


def test_tom_follows_his_own_job_and_sees_no_other(visit: Visit) -> None:
    mia, tom = visit("mia@northside.test", portal="coolair"), visit("tom@northside.test", portal="coolair")
    mia.open("/jobs")
    mia.follow(SPRING)
    mias = mia.page.url.removeprefix(mia.portal)

    tom.open("/jobs")
    expect(tom.main()).not_to_contain_text(SPRING)
    expect(tom.page.get_by_role("link", name="New job")).to_have_count(0)
    tom.follow(THERMOSTAT)
    for told in ("In progress", "55 min", "Found a burnt fuse", "Control board.jpg"):
        expect(tom.main()).to_contain_text(told)
    expect(tom.page.get_by_label("Add photos or documents")).to_have_count(0)
    for path in (mias, f"{mias}/photos", f"{mias}/live"):
        assert tom.status(path) == 404
    for path in ("/jobs/new", "/equipment", "/invoices", "/requests"):
        assert tom.status(path) == 403


def test_a_label_leads_through_the_door_to_a_form_for_its_machine(visit: Visit) -> None:
    admin = enter_office(visit)
    admin.open("/equipment")
    admin.follow("Rooftop unit")
    page = admin.page.url
    printed = PdfReader(BytesIO(admin.download(f"{page.removeprefix(admin.portal)}/label.pdf"))).pages[0].extract_text()
    printed = " ".join(printed.split())
    for words in ("CoolAir", "Rooftop unit", "Precedent 5T", "TR-5520-118", "Scan to request service"):
        assert words in printed
    label = _label(admin, page.rpartition("/")[2])

    mia = visit(portal="coolair")
    mia.open(f"/equipment/label/{label}")
    mia.page.get_by_label("E-mail").fill("mia@northside.test")
    mia.page.get_by_label("Password").fill(PASSWORD)
    mia.press("Sign in")
    expect(mia.heading()).to_have_text("New request")
    assert mia.page.url.startswith(f"{mia.portal}/requests/new")

    admin.page.get_by_text("Revoke").first.click()
    admin.press("Revoke the label")
    expect(admin.main()).to_contain_text("It has no label.")
    assert mia.status(f"/equipment/label/{label}") == 404
    admin.press("Make a label")
    expect(admin.page.get_by_alt_text("QR code")).to_be_visible()


def test_mia_adds_equipment_and_keeps_its_details(visit: Visit) -> None:
    mia = visit("mia@northside.test", portal="coolair", width=NARROW)
    mia.open("/equipment")
    mia.follow("Add equipment")
    mia.page.get_by_label("What is it?").fill("Dehumidifier")
    mia.page.get_by_label("Serial number").fill("DH-1")
    mia.press("Save")
    expect(mia.heading()).to_have_text("Dehumidifier")
    mia.follow("Edit")
    mia.page.get_by_label("Service due").fill("2026-01-02")
    mia.press("Save")
    expect(mia.main()).to_contain_text("Service overdue")
    mia.open("/equipment?show=due")
    expect(mia.page.locator("a.row").first).to_contain_text("Dehumidifier")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_of_jobs_and_equipment_is_accessible_and_fits(visit: Visit, width: int) -> None:
    mia = visit("mia@northside.test", portal="coolair", width=width)
    problems = []
    for path in _pages(mia):
        mia.open(path)
        problems += [*mia.barriers(), *([f"{path} is too wide"] if mia.overflow() > 0 else [])]
    assert problems == []


def _pages(mia: Visitor) -> list[str]:
    pages = [
        "/dashboard",
        "/jobs",
        "/jobs/new",
        "/equipment",
        "/equipment/new",
        "/equipment?show=due",
        "/jobs?status=cancelled",
    ]
    for section, name in (("jobs", SPRING), ("equipment", "Rooftop unit")):
        mia.open(f"/{section}")
        link = mia.page.get_by_role("link", name=name).first.get_attribute("href") or ""
        path = link.removeprefix("/coolair")
        pages += [path, f"{path}/photos" if section == "jobs" else f"{path}/edit"]
    return pages


def _label(admin: Visitor, equipment_id: str) -> str:
    """What the label's address ends with, as an integration reads it."""
    known = {"email": "admin@coolair.test", "password": PASSWORD}
    base = admin.portal.removesuffix("/office") + "/api/v1/office"
    # Not through the browser, whose session this would replace.
    with httpx.Client(base_url=base, trust_env=False, timeout=30) as http:
        token = http.post("/sessions", json=known).raise_for_status().json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        return str(http.get(f"/equipment/{equipment_id}", headers=headers).raise_for_status().json()["label"])
