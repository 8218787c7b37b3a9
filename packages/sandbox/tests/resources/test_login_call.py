"""A login calls STS as botocore's client does, and does not load one."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from cross_account_sandbox.resources.login_call import call_sts, signed_headers

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

_PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80)
LOG_IN = """
import json, sys
from cross_account_sandbox.resources.session import ProviderSession
account = ProviderSession.from_provider_inputs(json.loads(sys.argv[1])).account
print(json.dumps([account, [name for name in ("botocore.client", "urllib3") if name in sys.modules]]))
"""


@given(
    key=_PRINTABLE,
    secret=_PRINTABLE,
    token=st.none() | _PRINTABLE,
    body=st.text(max_size=200),
    region=st.sampled_from(["us-east-1", "cn-north-1"]),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis
)
def test_the_signature_is_botocore_s(
    key: str, secret: str, token: str | None, body: str, region: str, now: datetime
) -> None:
    credentials = {"accessKey": key, "secretKey": secret} | ({"token": token} if token else {})
    headers = signed_headers("127.0.0.1:4566", body, credentials=credentials, region=region, now=now)

    request = AWSRequest(
        "POST", "http://127.0.0.1:4566/", data=body.encode(), headers={"Content-Type": headers["content-type"]}
    )
    with patch.object(auth, "get_current_datetime", lambda **_: now.replace(tzinfo=None)):
        auth.SigV4Auth(Credentials(key, secret, token), "sts", region).add_auth(request)

    assert headers["authorization"] == request.headers["Authorization"]
    assert headers["x-amz-date"] == request.headers["X-Amz-Date"]


def test_a_login_loads_no_client(sandbox: SandboxUnderTest) -> None:
    """The sandbox checks the signatures of the user's keys, and those of the session of the first role."""
    home, away = sandbox.client("iam"), sandbox.client("iam", "222222222222")
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}
    trusting = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    home.create_user(UserName="deployer")
    home.put_user_policy(UserName="deployer", PolicyName="p", PolicyDocument=json.dumps(allow))
    keys = home.create_access_key(UserName="deployer")["AccessKey"]
    first = home.create_role(RoleName="first", AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
    home.put_role_policy(RoleName="first", PolicyName="p", PolicyDocument=json.dumps(allow))
    second = away.create_role(RoleName="second", AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
    inputs = {
        "region": "us-east-1",
        "accessKey": keys["AccessKeyId"],
        "secretKey": keys["SecretAccessKey"],
        "endpoints": json.dumps([{"sts": sandbox.endpoint}]),
    }
    roles = json.dumps([{"roleArn": first}, {"roleArn": second}])
    for logged_in, account in ((inputs, "111111111111"), (inputs | {"assumeRoles": roles}, "222222222222")):
        printed = subprocess.run(
            [sys.executable, "-c", LOG_IN, json.dumps(logged_in)], check=True, capture_output=True, text=True
        ).stdout
        assert json.loads(printed) == [account, []]


class _Page(BaseHTTPRequestHandler):
    """Answers every call with a page, as a program does that is not STS."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html><body>Welcome</body></html>")

    def log_message(self, *_: object) -> None:
        """Log nothing, to keep the test's output clean."""


@pytest.mark.parametrize("url", ["http://{}", "http://{}/prefix", "https://{}"])
def test_what_is_not_an_answer_of_sts_is_left_to_the_client(url: str) -> None:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        address = f"127.0.0.1:{server.server_port}"
        keys = {"accessKey": "test", "secretKey": "test"}
        found = call_sts(url.format(address), "GetCallerIdentity", {}, credentials=keys, region="us-east-1")
        server.shutdown()
    assert found is None
