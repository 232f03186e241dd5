"""Fieldwork's table of contents."""

from services.chassis.service import Service, rpc
from services.chassis.work import Work
from services.contracts.fieldwork.requests import CreateRequest, GetRequest, ListRequests, RequestView
from services.contracts.messages import Page
from services.fieldwork import requests


class Fieldwork(Service):
    """Requests that customers and the office raise about a property."""

    name = "fieldwork"

    @rpc
    def create_request(self, work: Work, command: CreateRequest) -> RequestView:
        return requests.create(work, command)

    @rpc
    def get_request(self, work: Work, query: GetRequest) -> RequestView:
        return requests.find(work, query)

    @rpc
    def list_requests(self, work: Work, query: ListRequests) -> Page[RequestView]:
        return requests.page(work, query)
