"""A real provider of OpenID Connect on a free port: Canaille, in memory, in a thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import make_server

CLIENT, SECRET = "service-quality", "a secret of the provider's"
PASSWORD = "correct horse battery staple"
DOMAIN = "example.com"
LOGGING = {"version": 1, "loggers": {}, "disable_existing_loggers": False}


@dataclass(frozen=True)
class Provider:
    """A running provider, and what an app needs to know of it."""

    url: str

    @property
    def metadata_url(self) -> str:
        """Where it says all about itself."""
        return f"{self.url}/.well-known/openid-configuration"


@contextmanager
def provide(app_url: str, people: Mapping[str, Sequence[str]]) -> Iterator[Provider]:
    """Serve until the end: `people` are names with their groups; all have the same password."""
    from canaille import create_app  # seconds: only who signs in waits for it
    from joserfc.jwk import RSAKey

    server = make_server("localhost", 0, _not_there_yet, threaded=True)
    netloc = f"localhost:{server.server_port}"
    key = RSAKey.generate_key(2048).as_dict(private=True)
    oidc = {"ACTIVE_JWKS": [key], "TRUSTED_DOMAINS": ["localhost"]}
    config = {
        "SECRET_KEY": "of the tests",
        "SERVER_NAME": netloc,
        "PREFERRED_URL_SCHEME": "http",
        # By itself this silences all loggers that there are: other tests of this process listen.
        "CANAILLE": {"DATABASE": "memory", "LOGGING": LOGGING},
        "CANAILLE_OIDC": oidc,
    }
    server.app = create_app(config)
    _fill(server.app, app_url, people)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Provider(f"http://{netloc}")
    finally:
        server.shutdown()


def _not_there_yet(_environ: object, _start_response: object) -> list[bytes]:
    raise AssertionError


def _fill(app: Any, app_url: str, people: Mapping[str, Sequence[str]]) -> None:
    from canaille.app import models
    from canaille.backends import Backend

    with app.app_context():
        backend = Backend.instance
        users = {}
        for name in people:
            users[name] = models.User(
                formatted_name=name.title(),
                family_name=name.title(),
                user_name=name,
                emails=[f"{name}@{DOMAIN}"],
                password=PASSWORD,
            )
            backend.save(users[name])
        for group in {group for groups in people.values() for group in groups}:
            members = [users[name] for name, groups in people.items() if group in groups]
            backend.save(models.Group(display_name=group, members=members))
        client = models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="Service quality",
            client_uri=app_url,
            redirect_uris=[f"{app_url}/oauth2callback"],
            post_logout_redirect_uris=[f"{app_url}/oauth2callback"],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "email", "profile", "groups"],
            token_endpoint_auth_method="client_secret_basic",
        )
        backend.save(client)
        client.audience = [client]
        backend.save(client)
