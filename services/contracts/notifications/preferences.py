"""Messages about what people want to be mailed."""

from services.contracts.messages import Command, Query, View


class NotificationPreferencesView(View):
    electronic_receipts: bool


class GetNotificationPreferences(Query[NotificationPreferencesView]):
    """The principal's own."""


class ChangeNotificationPreferences(Command[NotificationPreferencesView]):
    """Only what is given changes."""

    electronic_receipts: bool | None = None
