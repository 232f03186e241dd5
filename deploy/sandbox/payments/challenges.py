"""The bank's question to the card holder (3D Secure), and where its page is."""

from typing import Any

from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.cards import Challenge, TestCard
from deploy.sandbox.payments.ids import new_id

Json = dict[str, Any]


def needed(card: TestCard, set_up: bool, off_session: bool) -> bool:
    """Whether this bank wants to see the holder."""
    if card.challenge is Challenge.UNTIL_SET_UP:
        return not (set_up and off_session)
    if card.challenge is Challenge.ON_SESSION:
        return not off_session
    return card.challenge is Challenge.ALWAYS


def begin(call: Call, intent: Json, method: Json) -> None:
    """Puts the intent into `requires_action`; an earlier challenge of it no longer counts."""
    return_url = call.params.text("return_url")
    challenge = call.add(
        {
            "id": new_id("tds"),
            "object": "challenge",
            "created": call.now,
            "intent": intent["id"],
            "intent_object": intent["object"],
            "method": method["id"],
            "return_url": return_url,
            "state": "open",
        }
    )
    intent["status"] = "requires_action"
    intent["payment_method"] = method["id"]
    url = f"{call.base_url}/3ds/{challenge['id']}"
    if return_url and not call.params.flag("use_stripe_sdk"):
        intent["next_action"] = {
            "redirect_to_url": {"return_url": return_url, "url": url},
            "type": "redirect_to_url",
        }
    else:
        intent["next_action"] = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {
                "source": challenge["id"],
                "stripe_js": url,
                "type": "three_d_secure_redirect",
            },
        }
    hidden = {**call.store.hidden(intent["id"]), "challenge": challenge["id"]}
    call.store.save(intent, hidden)


def close(call: Call, challenge: Json, state: str) -> None:
    """Marks an answered challenge, so that it is answered once."""
    challenge["state"] = state
    call.store.save(challenge)


def is_current(call: Call, challenge: Json, intent: Json) -> bool:
    """Whether this is the open question of an intent that still waits for it."""
    latest = call.store.hidden(intent["id"]).get("challenge")
    waits = intent["status"] == "requires_action"
    return bool(challenge["state"] == "open" and waits and latest == challenge["id"])
