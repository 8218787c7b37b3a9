"""A token issuer on this machine: its configuration, its keys, and signed tokens."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.json_server import JsonServer


class Issuer(JsonServer):
    """Serves `/.well-known/openid-configuration` and its keys while it is open."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        super().__init__()

    def token(self, *, key: rsa.RSAPrivateKey | None = None, **claims: Any) -> str:
        """A token that is valid for five minutes, unless its claims set another time."""
        now = int(time.time())
        given = {"iss": self.url, "aud": "orders", "sub": "jo", "iat": now, "exp": now + 300, **claims}
        return jwt.encode(given, key or self._key, algorithm="RS256", headers={"kid": "one"})

    def respond(self, request: BaseHTTPRequestHandler) -> tuple[int, object]:
        """The configuration and the keys."""
        pages = {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [self.public_key()]},
        }
        page = pages.get(request.path)
        return (200, page) if page else (404, {})

    def public_key(self) -> dict[str, Any]:
        """The public key as a JSON Web Key."""
        key: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {**key, "kid": "one", "use": "sig", "alg": "RS256"}
