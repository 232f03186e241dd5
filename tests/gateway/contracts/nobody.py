"""A service that has never been started."""

from services.contracts.messages import Nothing, Query


class CallOut(Query[Nothing]):
    """A question that nobody hears."""
