"""aws.acm.Certificate and aws.acm.CertificateValidation."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import HandlerError, or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls, as_pairs, difference, tags_all
from cross_account_sandbox.resources.values import date, renamed

_REQUEST = {
    "domainName": "DomainName",
    "subjectAlternativeNames": "SubjectAlternativeNames",
    "validationMethod": "ValidationMethod",
    "keyAlgorithm": "KeyAlgorithm",
}
_RECORD = {"Name": "resourceRecordName", "Type": "resourceRecordType", "Value": "resourceRecordValue"}
_ISSUED = "ISSUED"
_VALIDATION_SECONDS = 120.0


class Certificate(AwsHandler):
    """A public certificate that ACM issues after it has validated the domain. Its ID is its ARN."""

    token = "aws:acm/certificate:Certificate"  # noqa: S105
    service = "acm"
    tag_calls = TagCalls(tags="Tags", pair=("Key", "Value"))
    inputs = frozenset({*_REQUEST, "region", "tags"})
    replaces = frozenset({*_REQUEST, "region"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """RequestCertificate; ACM provides the validation records shortly after."""
        client = self.client(session, inputs)
        arguments = renamed(inputs, _REQUEST) | self.tagging(session, inputs)
        identity = str(client.request_certificate(**arguments)["CertificateArn"])
        return identity, self._state(session, identity, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        if or_none(self.client(session, state).describe_certificate, CertificateArn=identity) is None:
            return None
        return self._state(session, identity, state)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Only tags change in place."""
        client = self.client(session, new)
        before = old.get("tagsAll") or {}
        gone, wanted = difference(before, tags_all(session, new))
        if gone:
            client.remove_tags_from_certificate(
                CertificateArn=identity, Tags=as_pairs({key: before[key] for key in gone})
            )
        if wanted:
            client.add_tags_to_certificate(CertificateArn=identity, Tags=as_pairs(wanted))
        return self._state(session, identity, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_certificate, CertificateArn=identity)

    def _state(self, session: ProviderSession, identity: str, stated: Properties) -> Properties:
        client = self.client(session, stated)
        live = client.describe_certificate(CertificateArn=identity)["Certificate"]
        tags = client.list_tags_for_certificate(CertificateArn=identity)
        return self.outputs(
            session,
            stated,
            {
                "domainName": live["DomainName"],
                "subjectAlternativeNames": _names(stated, live),
                "validationMethod": stated.get("validationMethod") or _validation_method(live),
                # Requested as RSA_2048, returned as RSA-2048; it never changes for a certificate.
                "keyAlgorithm": stated.get("keyAlgorithm") or str(live.get("KeyAlgorithm", "")).replace("-", "_"),
                "arn": identity,
                "status": live.get("Status"),
                "type": live.get("Type"),
                "notBefore": date(live["NotBefore"]) if live.get("NotBefore") else None,
                "notAfter": date(live["NotAfter"]) if live.get("NotAfter") else None,
                "domainValidationOptions": [
                    {"domainName": option["DomainName"], **renamed(option.get("ResourceRecord") or {}, _RECORD)}
                    for option in live.get("DomainValidationOptions") or []
                ],
                **self.tags(session, stated, tags),
            },
        )


class CertificateValidation(AwsHandler):
    """Waits until a certificate is issued, so that its users are created afterwards. Its ID is the time of issue."""

    token = "aws:acm/certificateValidation:CertificateValidation"  # noqa: S105
    service = "acm"
    inputs = frozenset({"certificateArn", "region", "validationRecordFqdns"})
    replaces = frozenset({"certificateArn", "region", "validationRecordFqdns"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """Waits up to two minutes. Raises HandlerError for a certificate that is not issued by then."""
        client = self.client(session, inputs)
        until = time.monotonic() + _VALIDATION_SECONDS
        while time.monotonic() < until:
            live = client.describe_certificate(CertificateArn=inputs["certificateArn"])["Certificate"]
            if live.get("Status") == _ISSUED:
                return date(live.get("IssuedAt")), self.outputs(session, inputs, {})
            time.sleep(0.5)
        raise HandlerError(f"certificate {inputs['certificateArn']} has the status {live.get('Status')}, not {_ISSUED}")

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """Check that the certificate is still issued. Raises HandlerError for an import: AWS has no such resource."""
        if not state.get("certificateArn"):
            raise HandlerError(
                f"{self.token} cannot be imported, as with the AWS provider: create it with the program instead"
            )
        live = or_none(self.client(session, state).describe_certificate, CertificateArn=state["certificateArn"])
        issued = live is not None and live["Certificate"].get("Status") == _ISSUED
        return self.outputs(session, state, {}) if issued else None

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Do nothing: AWS has no such resource."""


def _validation_method(live: Mapping[str, Any]) -> str | None:
    options = live.get("DomainValidationOptions") or []
    return next((option["ValidationMethod"] for option in options if option.get("ValidationMethod")), None)


def _names(stated: Mapping[str, Any], live: Mapping[str, Any]) -> list[str]:
    found = list(live.get("SubjectAlternativeNames") or [])
    if "domainName" not in stated:
        # An import: programs list only the other names, but AWS includes the domain itself.
        return [name for name in found if name != live["DomainName"]] or found
    known = list(stated.get("subjectAlternativeNames") or [])
    return known if known and set(found) - {live["DomainName"]} == set(known) - {live["DomainName"]} else found
