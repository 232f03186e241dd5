"""Signatures by twenty people at once: none lost, each sealed and valid, and what one costs."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from deploy.demo.portico import PASSWORD
from deploy.local.seals import CHAIN
from deploy.local.sites import CHECKOUT
from deploy.local.stack import Stack
from tests.load.compare import Json
from tests.load.cpu import Meter
from tests.load.invoices import sign_in
from tests.load.stacks import pids

AT_ONCE = 20
PREPARED_AT_ONCE = 4
SIGNATURES = 1_000
INVOLVED = ("gateway", "proposals", "identity", "billing", "notifications", "broker", "database")
MOST_REPEATS = 60
PATIENCE = 120.0
"""Seconds: twenty wait for two cores, and nobody's signature may be given up."""


def measure(stack: Stack, say: Callable[[str], None], signatures: int = SIGNATURES) -> Json:
    """Proposals are made and delivered first; what is measured is their signing. The demo must be loaded."""
    with (
        seller_and_signer(stack) as (staff, priya, clubhouse),
        ThreadPoolExecutor(AT_ONCE) as people,
        ThreadPoolExecutor(PREPARED_AT_ONCE) as office,
    ):
        shown = list(office.map(partial(delivered, staff, priya, clubhouse), range(signatures)))
        say(f"{len(shown)} proposals to be signed")
        meter = Meter(pids(stack, *INVOLVED))
        began, before = time.monotonic(), meter.read()
        taken = list(people.map(partial(sign, priya), shown))
        seconds, after = time.monotonic() - began, meter.read()
        say(f"{len(taken)} signatures in {seconds:.1f} s")
        finals = list(office.map(partial(_final, priya), shown))
    return {
        "signatures": len(taken),
        "at_once": AT_ONCE,
        "per_second": round(len(taken) / seconds, 1),
        "median_ms": round(median(each["ms"] for each in taken)),
        "slowest_ms": round(max(each["ms"] for each in taken)),
        "sent_again": sum(each["again"] for each in taken),
        "sealed_at_once": sum(each["sealed"] for each in taken),
        "valid": sum(map(partial(_is_valid, stack.site.folder / "seal"), shown, finals)),
        "audit": _audit(stack),
        "cpu_ms": {name: round((after[name] - before[name]) / len(taken) * 1e3, 1) for name in after},
    }


_PRIYA = "priya@lakeside.test"


@contextmanager
def seller_and_signer(stack: Stack) -> Iterator[tuple[httpx.Client, httpx.Client, str]]:
    """Sessions of the office and of Priya, and the property that she signs for."""
    base = f"{stack.site.public_url}/api/v1"
    staff, priya = _session(base, _staff_token(base)), _session(base, sign_in(stack.site.public_url, _PRIYA))
    with staff, priya:
        place = staff.get("/office/properties").json()["items"]
        yield staff, priya, next(each["id"] for each in place if each["name"] == "Clubhouse")


def _staff_token(base: str) -> str:
    who = {"email": "admin@evergreen.test", "password": PASSWORD}
    answer = httpx.post(f"{base}/office/sessions", json=who, timeout=20, trust_env=False)
    return str(answer.raise_for_status().json()["token"])


def _session(base: str, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=base, headers=headers, timeout=PATIENCE, trust_env=False)


def delivered(staff: httpx.Client, priya: httpx.Client, clubhouse: str, number: int) -> Json:
    """A delivered proposal, as Priya is shown it."""
    line = {"description": "Mowing", "quantity": 1, "unit_price": {"amount": 100_000, "currency": "USD"}}
    body = {
        "kind": "contract",
        "title": f"Mowing, offer {number}",
        "property_id": clubhouse,
        "services": [{"name": "Mowing", "lines": [line]}],
    }
    made = staff.post("/office/proposals", json=body).raise_for_status().json()
    staff.post(f"/office/proposals/{made['id']}/deliver").raise_for_status()
    found: Json = priya.get(f"/proposals/{made['id']}").raise_for_status().json()
    return found


def sign(priya: httpx.Client, shown: Json) -> Json:
    """Signs, and answers how long it took and whether it was sealed by then; what came to nothing is sent again."""
    body = {
        "name": "Priya Shah",
        "signature": {"typed": "Priya Shah"},
        "consent_version": shown["consent"]["version"],
        "document_sha256": shown["document_sha256"],
    }
    began, again, key = time.monotonic(), 0, {"Idempotency-Key": shown["id"]}
    address = f"/proposals/{shown['id']}/signature"
    while (answer := priya.post(address, json=body, headers=key)).status_code in (503, 504) and again < MOST_REPEATS:
        again += 1
        time.sleep(float(answer.headers.get("retry-after", "1")))
    signature = answer.raise_for_status().json()
    return {"ms": (time.monotonic() - began) * 1e3, "sealed": signature["sealed"], "again": again}


def _final(priya: httpx.Client, shown: Json) -> bytes:
    """The sealed document; on a machine that is busy some are sealed only after they were answered."""
    deadline = time.monotonic() + PATIENCE
    while not _is_sealed(priya, shown) and time.monotonic() < deadline:
        time.sleep(1)
    return priya.get(f"/proposals/{shown['id']}/pdf").raise_for_status().content


def _is_sealed(priya: httpx.Client, shown: Json) -> bool:
    found = priya.get(f"/proposals/{shown['id']}").raise_for_status().json()
    return found["electronic_signature"]["sealed_at"] is not None


def _is_valid(folder: Path, shown: Json, final: bytes) -> bool:
    """Whether pyHanko calls the seal valid, and the very document that was shown is what it begins with."""
    (embedded,) = PdfFileReader(BytesIO(final)).embedded_signatures
    *_, root = load_certs_from_pemder([str(folder / CHAIN)])
    context: Any = ValidationContext(trust_roots=[root], allow_fetching=False)
    end = final.index(b"%%EOF") + len(b"%%EOF")
    is_shown = any(hashlib.sha256(final[: end + more]).hexdigest() == shown["document_sha256"] for more in (0, 1, 2))
    return is_shown and bool(validate_pdf_signature(embedded, context).bottom_line)


def _audit(stack: Stack) -> str:
    """What the audit of the evidence ends with."""
    environment = psutil.Process(pids(stack, "proposals")["proposals"]).environ()
    argv = (sys.executable, "-m", "services.proposals.audit")
    ended = subprocess.run(argv, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    return (ended.stdout.strip().splitlines() or [ended.stderr[-200:]])[-1]
