"""What every way to echo is given and gives back: messages of one size, through the sample's contract."""

from uuid import UUID

from gateway.wire import encode_call
from services.contracts.principals import Principal
from tests.sample.contracts.sample import Echo

IN_FLIGHT = 50
COMPANY = UUID("00000000-0000-7000-8000-00000000000c")
CALLER = Principal(kind="contact", id=COMPANY, company_id=COMPANY, name="Priya")
TEXT = "What would this cost if nobody looked at it? " * 4

BLOCKING_QUEUE, ASYNCIO_QUEUE = "echo-blocking", "echo-asyncio"


def call_body() -> bytes:
    """A call as the gateway writes it."""
    return encode_call(Echo(text=TEXT), CALLER)


def reply_body() -> bytes:
    """A reply as the chassis writes it."""
    said = f'{{"id":"{COMPANY}","text":"{TEXT}","secret_hint":""}}'
    return b'{"result":%b,"error":null}' % said.encode()
