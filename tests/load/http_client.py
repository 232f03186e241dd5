"""Client process: GETs one address over kept connections, as lightly as can be: bytes out, bytes in."""

import asyncio
import os
from urllib.parse import urlsplit

import uvloop

from tests.load.drive import drive

IN_FLIGHT = 16

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def get(streams: Streams, request: bytes) -> bytes:
    """The body of one answer."""
    reader, writer = streams
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(head.decode())
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    return await reader.readexactly(int(length))


async def main() -> None:
    """Makes rounds, each on new connections."""
    url = urlsplit(os.environ["MEASURED_URL"])
    head = (f"GET {url.path} HTTP/1.1", f"Host: {url.netloc}", f"Authorization: Bearer {os.environ['TOKEN']}")
    request = "\r\n".join((*head, "", "")).encode()
    idle: list[Streams] = []

    async def connect() -> None:
        # The server drops a connection that says nothing for five seconds, as between rounds.
        while idle:
            idle.pop()[1].close()
        idle.extend([await asyncio.open_connection(url.hostname, url.port) for _ in range(IN_FLIGHT)])

    async def call() -> bytes:
        streams = idle.pop()
        body = await get(streams, request)
        idle.append(streams)
        return body

    await drive(call, IN_FLIGHT, connect)


if __name__ == "__main__":
    uvloop.run(main())
