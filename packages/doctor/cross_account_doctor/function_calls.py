"""An API's calls of functions, by integrations of routes and by authorizers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aws_rules.arns import ArnError, FunctionArn
from aws_rules.iam.gateway_invocation import CALLER_PASSED_ON
from cross_account_doctor.authorizers import Authorizer
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.routes import Route
from cross_account_doctor.survey import Survey

_URI = re.compile(
    r"^arn:(?P<partition>[^:]+):apigateway:(?P<region>[^:]*):lambda:path/(?:2015-03-31|2021-11-15)/functions/"
    r"(?P<function>.*)/(?:invocations|response-streaming-invocations)$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionCall:
    """One call. `uri` and `credentials` have the stage's variables substituted; `raw_uri` does not.

    tail     the part after the API's ID in the aws:SourceArn that API Gateway sends
    pattern  the same part as in a statement: ANY and path parameters are `*`
    """

    label: str
    tail: str
    pattern: str
    raw_uri: str
    uri: str
    credentials: str
    route: Route | None = None
    authorizer: Authorizer | None = None

    @property
    def parsed(self) -> re.Match[str] | None:
        """The parsed URI; None if it is invalid."""
        return _URI.match(self.uri)

    @property
    def arn(self) -> FunctionArn | None:
        """The function that the URI names; None if it names none."""
        match = self.parsed
        try:
            return FunctionArn.parse(match["function"]) if match else None
        except ArnError:
            return None

    @property
    def passes_caller_on(self) -> bool:
        """True if Lambda is called with the identity of the API's caller."""
        return self.credentials.endswith(CALLER_PASSED_ON)


def function_calls(survey: Survey) -> list[FunctionCall]:
    """Every call of a function for the checked routes, those of authorizers first."""
    try:
        authorizers = authorizer_calls(survey)
    except NotAllowedError:
        authorizers = []  # the authorization hop reports it
    return [*authorizers, *route_calls(survey)]


def route_calls(survey: Survey) -> list[FunctionCall]:
    """The calls by integrations."""
    return list(_by_routes(survey))


def authorizer_calls(survey: Survey) -> list[FunctionCall]:
    """The calls by authorizers. Raises NotAllowedError."""
    return list(_by_authorizers(survey))


def labels(calls: Iterable[FunctionCall]) -> tuple[str, ...]:
    """The routes (or authorizers) of these calls."""
    return tuple(dict.fromkeys(call.label for call in calls))


def _by_authorizers(survey: Survey) -> Iterator[FunctionCall]:
    used = dict.fromkeys(route.authorizer_id for route in survey.checked if route.authorizer_id)
    for name in used:
        authorizer = survey.authorizers.get(name)
        if authorizer is not None and authorizer.calls_lambda:
            yield FunctionCall(
                label=f"authorizer {authorizer.name}",
                tail=f"authorizers/{name}",
                pattern=f"authorizers/{name}",
                raw_uri=authorizer.uri,
                uri=survey.uri(authorizer.uri),
                credentials=survey.filled(authorizer.credentials),
                authorizer=authorizer,
            )


def _by_routes(survey: Survey) -> Iterator[FunctionCall]:
    for route in survey.checked:
        integration = route.integration
        if integration is not None and integration.calls_lambda:
            yield FunctionCall(
                label=route.name,
                tail=f"{survey.target.stage}/{route.method}{route.path}",
                pattern=survey.pattern(route),
                raw_uri=integration.uri,
                uri=survey.uri(integration.uri),
                credentials=survey.filled(integration.credentials),
                route=route,
            )
