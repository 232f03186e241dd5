"""A photo of 20 MB goes through the gateway, and the gateway's memory stays flat."""

import random
import threading
from io import BytesIO

import httpx
import psutil
from PIL import Image

from deploy.local.stack import Stack
from tests.e2e.visitor import PASSWORD

ALLOWED_GROWTH = 25_000_000
"""Bytes: of one photo's 20 MB read whole, and of its pixels' 60 MB, neither would fit."""


def large_photo() -> bytes:
    """Noise, which no JPEG makes small."""
    pixels = random.Random(1).randbytes(5000 * 4000 * 3)
    out = BytesIO()
    Image.frombytes("RGB", (5000, 4000), pixels).save(out, "JPEG", quality=93)
    return out.getvalue()


class Watched:
    """A process whose memory is looked at all the time."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.least = self.most = self._process.memory_info().rss

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            self.most = max(self.most, self._process.memory_info().rss)


def test_photos_of_twenty_megabytes_leave_the_gateways_memory_flat(stack: Stack) -> None:
    photo = large_photo()
    assert len(photo) > 20_000_000
    known = {"email": "mia@northside.test", "password": PASSWORD}
    with httpx.Client(base_url=f"{stack.site.public_url}/api/v1", trust_env=False, timeout=120) as http:
        session = http.post("/portals/coolair/sessions", json=known).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {session['token']}"
        job = http.get("/jobs").json()["items"][0]["id"]
        small = {"file": ("small.jpg", _small(), "image/jpeg")}
        http.post(f"/jobs/{job}/attachments", files=small).raise_for_status()
        process = stack.supervisor.process("gateway")
        assert process
        with Watched(process.pid) as gateway:
            for number in range(3):
                files = {"file": (f"large {number}.jpg", photo, "image/jpeg")}
                made = http.post(f"/jobs/{job}/attachments", files=files).raise_for_status().json()
                assert made["is_picture"]
            download = http.get(f"/jobs/{job}/attachments/{made['id']}").raise_for_status()
            assert len(download.content) == made["size"]
    growth = gateway.most - gateway.least
    print(f"{len(photo):,} bytes, three times: the gateway grew by {growth:,} from {gateway.least:,} bytes")
    assert growth < ALLOWED_GROWTH


def _small() -> bytes:
    out = BytesIO()
    Image.new("RGB", (50, 50)).save(out, "JPEG")
    return out.getvalue()
