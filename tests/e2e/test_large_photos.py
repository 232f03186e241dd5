"""Photos of 20 MB go through the gateway, several at once, and the gateway's memory stays flat."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import httpx
import psutil
from PIL import Image

from deploy.local.stack import Stack
from tests.e2e.visitor import PASSWORD

AT_ONCE = 6


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


def test_six_photos_of_twenty_megabytes_at_once_leave_the_gateways_memory_flat(stack: Stack) -> None:
    photo = large_photo()
    assert len(photo) > 20_000_000
    known = {"email": "mia@northside.test", "password": PASSWORD}
    with httpx.Client(base_url=f"{stack.site.public_url}/api/v1", trust_env=False, timeout=120) as http:
        session = http.post("/portals/coolair/sessions", json=known).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {session['token']}"
        job = http.get("/jobs").json()["items"][0]["id"]

        def send(content: bytes) -> dict[str, Any]:
            files = {"file": ("photo.jpg", content, "image/jpeg")}
            made: dict[str, Any] = http.post(f"/jobs/{job}/attachments", files=files).raise_for_status().json()
            return made

        process = stack.supervisor.process("gateway")
        assert process
        with ThreadPoolExecutor(AT_ONCE) as people:
            list(people.map(send, [_small()] * AT_ONCE))
            with Watched(process.pid) as receiving:
                made = list(people.map(send, [photo] * AT_ONCE))
        with Watched(process.pid) as sending, ExitStack() as downloads:
            # All are begun before one is read on, as on slow phones.
            paths = [f"/jobs/{job}/attachments/{each['id']}" for each in made]
            begun = [downloads.enter_context(http.stream("GET", path)) for path in paths]
            fetched = [len(response.read()) for response in begun]
    assert all(each["is_picture"] for each in made)
    assert fetched == [each["size"] for each in made]
    _expect_flat(receiving, AT_ONCE * len(photo))
    _expect_flat(sending, sum(fetched))


def _expect_flat(gateway: Watched, moved: int) -> None:
    growth = gateway.most - gateway.least
    print(f"{moved:,} bytes, {AT_ONCE} files at once: grew by {growth:,} from {gateway.least:,} bytes")
    assert growth < moved / 2, "what is read whole is held whole; pieces and what the allocator keeps are less"


def _small() -> bytes:
    out = BytesIO()
    Image.new("RGB", (50, 50)).save(out, "JPEG")
    return out.getvalue()
