"""The diagram of a live deployment: what the survey has read, as the facts that it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from aws_rules.arns import FunctionArn
from aws_rules.diagram import facts
from aws_rules.diagram.deployment import draw
from aws_rules.diagram.model import Diagram
from cross_account_doctor.errors import CouldNotLookError, NotAllowedError
from cross_account_doctor.function_calls import authorizer_calls, route_calls
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.survey import Survey

_T = TypeVar("_T")


def diagram(survey: Survey) -> Diagram:
    """Both accounts, and what allows each call. Raises CouldNotLookError where the API itself may not be read."""
    try:
        api = _api(survey)
    except NotAllowedError as error:
        raise CouldNotLookError(f"the API cannot be read: {error}") from error
    return draw(api, _Reader(survey), at=datetime.now(tz=UTC))


def _api(survey: Survey) -> facts.Api:
    deciding = {call.authorizer.id: call for call in authorizer_calls(survey) if call.authorizer}
    calling = {call.route: call for call in route_calls(survey)}
    rest = survey if isinstance(survey, RestSurvey) else None
    return facts.Api(
        account=survey.account,
        region=survey.region,
        id=survey.target.api_id,
        name=survey.name,
        protocol=survey.protocol.name,
        stage=survey.target.stage,
        endpoint=survey.endpoint_type,
        policy=rest.policy if rest else None,
        routes=tuple(
            facts.Route(
                method=route.method,
                path=route.path,
                authorization=route.authorization,
                authorizer_id=route.authorizer_id,
                api_key_required=route.api_key_required,
                integration=route.integration.type if route.integration else "",
                function=calling[route].arn if route in calling else None,
                credentials=calling[route].credentials if route in calling else "",
            )
            for route in survey.edited
        ),
        authorizers=tuple(
            facts.Authorizer(
                id=key,
                name=item.name,
                type=item.type,
                function=deciding[key].arn if key in deciding else None,
                credentials=deciding[key].credentials if key in deciding else "",
            )
            for key, item in survey.authorizers.items()
        ),
        domains=tuple(facts.Domain(name=item.domain, base_path=item.base_path) for item in survey.domains),
        vpc_endpoints=tuple(_endpoints(rest)) if rest and rest.private else (),
    )


def _endpoints(survey: RestSurvey) -> Iterator[facts.VpcEndpoint]:
    """The endpoints that are associated with a private API or named by its policy, in whichever account they are."""
    owners: dict[str, str] = {}
    for account in dict.fromkeys((survey.account, *survey.accounts.function_accounts)):
        reader = survey.accounts.of(account)
        try:
            found = list(
                reader.pages("ec2", survey.region, "describe_vpc_endpoints", "VpcEndpoints", ("NextToken", "NextToken"))
                if reader
                else ()
            )
        except NotAllowedError:
            continue  # drawn outside the accounts
        owners |= {item["VpcEndpointId"]: account for item in found}
    for endpoint in survey.endpoint_ids:
        yield facts.VpcEndpoint(id=endpoint, account=owners.get(endpoint, ""))


class _Reader:
    def __init__(self, survey: Survey) -> None:
        self._survey = survey

    def function(self, arn: FunctionArn) -> facts.Function | None:
        view = self._survey.function(arn)
        if view is None:
            raise facts.UnreadError(f"no credentials for account {arn.account}")
        found = _readable(lambda: view.configuration(arn.qualifier))
        if found is None:
            return None
        return facts.Function(
            version=str(found.raw["Version"]),
            runtime=str(found.raw.get("Runtime") or ""),
            role=str(found.raw["Role"]),
            policy=_readable(lambda: view.policy(arn.qualifier)),
        )

    def role(self, arn: str) -> facts.Role | None:
        found = _readable(lambda: self._survey.role(arn))
        if found is None:
            return None
        return facts.Role(
            arn=found.arn,
            unique_id=found.unique_id,
            trust=found.trust,
            policies=found.policies,
            boundary=found.boundary,
        )


def _readable(read: Callable[[], _T]) -> _T:
    try:
        return read()
    except NotAllowedError as error:
        raise facts.UnreadError(f"{error.right} is not allowed in account {error.account}") from error
