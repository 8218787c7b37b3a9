"""A token issuer on this machine: its configuration, its keys, and signed tokens."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class Issuer:
    """Serves `/.well-known/openid-configuration` and its keys while it is open."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def token(self, *, key: rsa.RSAPrivateKey | None = None, **claims: Any) -> str:
        """A token that is valid for five minutes, unless its claims set another time."""
        now = int(time.time())
        given = {"iss": self.url, "aud": "orders", "sub": "jo", "iat": now, "exp": now + 300, **claims}
        return jwt.encode(given, key or self._key, algorithm="RS256", headers={"kid": "one"})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pages = {
                    "/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"},
                    "/keys": {"keys": [issuer.public_key()]},
                }
                page = pages.get(self.path)
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(page or {}).encode())

            def log_message(self, *_: object) -> None:
                """Log nothing, to keep the test's output clean."""

        return Handler

    def public_key(self) -> dict[str, Any]:
        """The public key as a JSON Web Key."""
        key: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {**key, "kid": "one", "use": "sig", "alg": "RS256"}
