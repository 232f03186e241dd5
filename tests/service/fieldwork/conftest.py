"""Fieldwork's use cases on a real database, run as a service process runs them."""

from typing import Any

import psycopg2
import pytest
from obstore.store import from_url
from sqlalchemy import text

from services.chassis.executor import Executor
from services.contracts.fieldwork.requests import (
    CreateRequest,
    GetRequest,
    ListRequests,
    RequestSummary,
    RequestView,
)
from services.contracts.messages import Page
from services.contracts.principals import Principal
from services.fieldwork import requests
from tests.service.conftest import Databases
from tests.service.fieldwork.coolair import Desk, World


class Fieldwork:
    """Asks fieldwork as a principal."""

    def __init__(self, databases: Databases) -> None:
        self.engine = databases.engine("fieldwork")
        self.executor = Executor(self.engine, b"k" * 32)

    def create(self, who: Principal | None, command: CreateRequest) -> RequestView:
        answer = self.executor.answer(requests.create, command, who)
        assert isinstance(answer, RequestView)
        return answer

    def find(self, who: Principal | None, query: GetRequest) -> RequestView:
        answer = self.executor.answer(requests.find, query, who)
        assert isinstance(answer, RequestView)
        return answer

    def page(self, who: Principal | None, query: ListRequests) -> Page[RequestSummary]:
        answer: Any = self.executor.answer(requests.page, query, who)
        return Page[RequestSummary].model_validate(answer.model_dump())

    def outbox(self) -> list[dict[str, Any]]:
        """The events announced so far, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT payload FROM outbox WHERE type = 'request_created' ORDER BY id"))
            return [row.payload for row in rows]


@pytest.fixture
def fieldwork(databases: Databases) -> Fieldwork:
    """Fieldwork with empty tables."""
    fieldwork = Fieldwork(databases)
    with psycopg2.connect(databases.owner_url("fieldwork")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE request, request_comment, request_entry, visit, visit_note, calendar_address,"
            " number_series, inbox, outbox"
        )
    return fieldwork


@pytest.fixture
def desk(databases: Databases, files_url: str) -> Desk:
    """Fieldwork, to be asked by the people of a fresh company."""
    return Desk(databases.engine("fieldwork"), from_url(files_url), World())
