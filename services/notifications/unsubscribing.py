"""Unsubscribing by the address in a mail, without signing in: its token says whose mails of which kind (RFC 8058)."""

from uuid import UUID

from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.notifications.preferences import ChangeSubscription, GetSubscription, Kind, SubscriptionView
from services.notifications import preferences, tokens
from services.notifications.settings import notifications_settings
from services.notifications.tokens import Subscription


def address(company_id: UUID, kind: Kind | None, addressee: str) -> str | None:
    """Where the addressee unsubscribes from mails of a kind; None for what is essential, and for strangers."""
    if kind is None or "@" in addressee:
        return None
    token = tokens.write(Subscription(company_id, UUID(addressee), kind))
    return notifications_settings().link("unsubscribe", token)


def read(work: Work, query: GetSubscription) -> SubscriptionView:
    """What the address is about, and how it stands."""
    return _view(work, _entered(work, query.token.get_secret_value()))


def change(work: Work, command: ChangeSubscription) -> SubscriptionView:
    """Switches the kind off, or on again; twice is as good as once."""
    subscription = _entered(work, command.token.get_secret_value())
    preferences.keep(work, subscription.person_id, subscription.kind, wanted=command.wanted)
    return _view(work, subscription)


def _entered(work: Work, token: str) -> Subscription:
    subscription = tokens.read(token)
    if subscription is None:
        raise not_found("This address to unsubscribe is not one of ours. Please check that it is complete.")
    work.enter(subscription.company_id)
    return subscription


def _view(work: Work, subscription: Subscription) -> SubscriptionView:
    wanted = preferences.is_wanted(work, subscription.person_id, subscription.kind)
    return SubscriptionView(kind=subscription.kind, wanted=wanted)
