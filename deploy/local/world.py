"""What a whole Portico consists of: every program, with its command and its variables."""

import sys
from collections.abc import Mapping
from dataclasses import replace

from deploy.local import seals
from deploy.local.ports import HOST
from deploy.local.processes import Program, Stage
from deploy.local.roles import ServiceDatabase
from deploy.local.sites import CHECKOUT, Site
from services.contracts.billing.provider import PROVIDER_EVENTS

SERVICES = ("identity", "billing", "proposals", "fieldwork", "notifications")
_KEEPS_FILES = ("identity", "billing", "proposals", "fieldwork", "notifications")


def mail(site: Site) -> Program:
    """The mail inbox: takes what Portico sends and shows it."""
    env = {
        "MAIL_SMTP_PORT": str(site.ports.smtp),
        "MAIL_WEB_PORT": str(site.ports.mail),
        "MAIL_STATE": str(site.folder / "mail"),
    }
    return _python("mail", "deploy.sandbox.mail", env=env, stage=Stage.STAND_IN)


def payments(site: Site) -> Program:
    """The payment sandbox: stands in for the payment provider."""
    env = {
        "SANDBOX_PORT": str(site.ports.payments),
        "SANDBOX_STATE": str(site.folder / "payments"),
        "SANDBOX_API_KEY": _payment_key(site),
        "SANDBOX_PUBLISHABLE_KEY": _publishable_key(site),
        "SANDBOX_WEBHOOK_URL": f"{site.public_url}/api/v1/webhooks/stripe",
        "SANDBOX_WEBHOOK_SECRET": _webhook_secret(site),
        "SANDBOX_WEBHOOK_EVENTS": " ".join(PROVIDER_EVENTS),
    }
    return _python("payments", "deploy.sandbox.payments", env=env, stage=Stage.STAND_IN)


def migration(name: str, database: ServiceDatabase) -> Program:
    """Brings one service's database to its newest schema, and ends."""
    env = {"MIGRATION_DATABASE_URL": database.owner_url}
    return _python(f"migrate-{name}", "services.chassis", "migrate", name, env=env)


def service(site: Site, name: str, broker_url: str, database: ServiceDatabase) -> Program:
    """One of the five services."""
    env = {
        "AMQP_URL": broker_url,
        "DATABASE_URL": database.url,
        "INBOX_SECRET": site.credentials.get("inbox"),
        "LOG_LEVEL": "INFO",
        "PUBLIC_URL": site.public_url,
        **_special(site, name),
    }
    program = _python(name, "services.chassis", "run", name, env=env, has_metrics=True)
    # Where all share a few cores mails wait for money and pages, and catch up afterwards.
    return replace(program, argv=("nice", *program.argv)) if name == "notifications" else program


def gateway(site: Site, broker_url: str) -> Program:
    """The HTTP side: pages and API."""
    env = {
        "AMQP_URL": broker_url,
        "GATEWAY_HOST": HOST,
        "GATEWAY_PORT": str(site.ports.gateway),
        "LOG_LEVEL": "INFO",
        "PUBLIC_URL": site.public_url,
        "STRIPE_JS_URL": f"{site.payments_url}/v3/",
        "FILES_URL": site.files.as_uri(),
    }
    return _python("gateway", "gateway", env=env, stage=Stage.GATEWAY, has_metrics=True)


def demo(site: Site, broker_url: str) -> Program:
    """Loads the demo companies through the gateway, and ends."""
    env = {
        "AMQP_URL": broker_url,
        "DEMO": "1",
        "MAIL_URL": site.mail_url,
        "PAYMENTS_URL": site.payments_url,
        "PUBLIC_URL": site.public_url,
        "STRIPE_API_KEY": _payment_key(site),
    }
    return _python("demo", "deploy.demo", env=env)


def _special(site: Site, name: str) -> dict[str, str]:
    """The variables that only some services are given."""
    env = {}
    if name in _KEEPS_FILES:
        env["FILES_URL"] = site.files.as_uri()
    if name == "billing":
        env["GUEST_SECRET"] = site.credentials.get("guests")
        env["STRIPE_API_BASE"] = site.payments_url
        env["STRIPE_API_KEY"] = _payment_key(site)
        env["STRIPE_PUBLISHABLE_KEY"] = _publishable_key(site)
        env["STRIPE_WEBHOOK_SECRET"] = _webhook_secret(site)
    if name == "identity":
        env["IDENTITY_SECRET"] = site.credentials.get("identity")
    if name == "proposals":
        env.update(seals.variables(site.folder / "seal"))
    if name == "notifications":
        env["UNSUBSCRIBE_SECRET"] = site.credentials.get("unsubscribe")
        env["WEBHOOK_SECRET"] = site.credentials.get("integrators' webhooks")
        env["SMTP_URL"] = f"smtp://{HOST}:{site.ports.smtp}"
    return env


def _payment_key(site: Site) -> str:
    return site.credentials.get("payments key", prefix="sk_test_")


def _publishable_key(site: Site) -> str:
    return site.credentials.get("payments publishable key", prefix="pk_test_")


def _webhook_secret(site: Site) -> str:
    return site.credentials.get("payments webhooks", prefix="whsec_")


def _python(
    name: str,
    *module: str,
    env: Mapping[str, str],
    stage: Stage = Stage.SERVICE,
    has_metrics: bool = False,
) -> Program:
    return Program(name, (sys.executable, "-m", *module), CHECKOUT, env, stage, has_metrics=has_metrics)
