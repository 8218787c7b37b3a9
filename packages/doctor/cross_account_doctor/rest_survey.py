"""Reads a REST API."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from aws_rules.arns import method_tail
from aws_rules.diagram.facts import endpoint_ids
from cross_account_doctor import rest_routes
from cross_account_doctor.authorizers import Authorizer
from cross_account_doctor.errors import CouldNotLookError, NotThereError
from cross_account_doctor.protocols import REST
from cross_account_doctor.rest_commands import RestCommands
from cross_account_doctor.routes import Route
from cross_account_doctor.survey import Mapped, Quota, Survey

_PAGE = 500
_POSITION = ("position", "position")


class RestSurvey(Survey):
    """One REST API and stage, as AWS shows them."""

    protocol = REST

    @cached_property
    def commands(self) -> RestCommands:
        """The commands for fixes."""
        return RestCommands(self.target, self.region, self.accounts)

    @cached_property
    def api(self) -> dict[str, Any]:
        """The REST API. Raises NotThereError if there is none with this ID."""
        return self._apigateway("get_rest_api", restApiId=self.target.api_id)

    @cached_property
    def stage(self) -> dict[str, Any]:
        """The stage."""
        try:
            return self._apigateway("get_stage", restApiId=self.target.api_id, stageName=self.target.stage)
        except NotThereError:
            there = self._apigateway("get_stages", restApiId=self.target.api_id).get("item") or []
            raise self._no_stage([item["stageName"] for item in there]) from None

    @cached_property
    def variables(self) -> dict[str, str]:
        """The stage's variables."""
        return dict(self.stage.get("variables") or {})

    @cached_property
    def resources(self) -> list[dict[str, Any]]:
        """The API's resources with their methods."""
        return list(
            self.accounts.api.pages(
                "apigateway",
                self.region,
                "get_resources",
                "items",
                _POSITION,
                restApiId=self.target.api_id,
                limit=_PAGE,
                embed=["methods"],
            )
        )

    @cached_property
    def edited(self) -> tuple[Route, ...]:
        """Every route as the API is edited now."""
        return rest_routes.edited(self.resources)

    @property
    def quota(self) -> Quota:
        """The root counts, and so does every path part without a method."""
        return Quota(what="resources", used=len(self.resources), most=300)

    @cached_property
    def authorizers(self) -> dict[str, Authorizer]:
        """The API's authorizers by id."""
        pages = self.accounts.api.pages(
            "apigateway", self.region, "get_authorizers", "items", _POSITION, restApiId=self.target.api_id, limit=_PAGE
        )
        return {
            item["id"]: Authorizer(
                id=item["id"],
                name=item.get("name") or item["id"],
                type=item["type"],
                calls_lambda=item.get("type") in ("TOKEN", "REQUEST"),
                uri=item.get("authorizerUri") or "",
                credentials=item.get("authorizerCredentials") or "",
            )
            for item in pages
        }

    def pattern(self, route: Route) -> str:
        """The part after the API's ID in the SourceArn of a statement for a route."""
        return method_tail(stage=self.target.stage, method=route.method, path=route.path)

    @property
    def stage_pattern(self) -> str:
        """The same for every route of the stage."""
        return f"{self.target.stage}/*"

    @cached_property
    def deployment(self) -> dict[str, Any]:
        """The deployment that the stage serves, with a summary of its methods."""
        return self._apigateway(
            "get_deployment",
            restApiId=self.target.api_id,
            deploymentId=self.stage["deploymentId"],
            embed=["apisummary"],
        )

    @cached_property
    def export(self) -> dict[str, Any] | None:
        """The API as the stage serves it, as OpenAPI with API Gateway's extensions; None if it cannot be exported."""
        try:
            answer = self._apigateway(
                "get_export",
                restApiId=self.target.api_id,
                stageName=self.target.stage,
                exportType="oas30",
                parameters={"extensions": "apigateway"},
                accepts="application/json",
            )
        except (NotThereError, CouldNotLookError):
            return None  # API Gateway cannot export every API; the deployment's summary is still available
        body = answer["body"].read() if hasattr(answer["body"], "read") else answer["body"]
        document: dict[str, Any] = json.loads(body)
        return document

    @cached_property
    def usage_plans(self) -> list[dict[str, Any]]:
        """The usage plans of account and Region."""
        return list(
            self.accounts.api.pages("apigateway", self.region, "get_usage_plans", "items", _POSITION, limit=_PAGE)
        )

    @cached_property
    def domains(self) -> tuple[Mapped, ...]:
        """The custom domains whose mappings lead to the stage; one without a stage leads to every stage."""
        api = self.accounts.api
        found = []
        for domain in api.pages("apigateway", self.region, "get_domain_names", "items", _POSITION, limit=_PAGE):
            named = {"domainName": domain["domainName"]}
            if domain.get("domainNameId"):
                named["domainNameId"] = domain["domainNameId"]
            try:
                mappings = list(
                    api.pages(
                        "apigateway", self.region, "get_base_path_mappings", "items", _POSITION, limit=_PAGE, **named
                    )
                )
            except NotThereError:
                continue
            found += [
                Mapped(domain=domain["domainName"], base_path=(mapping.get("basePath") or "").replace("(none)", ""))
                for mapping in mappings
                if mapping.get("restApiId") == self.target.api_id
                and mapping.get("stage") in (None, "", self.target.stage)
            ]
        return tuple(found)

    @cached_property
    def gateway_account(self) -> dict[str, Any]:
        """API Gateway's settings of account and Region: the CloudWatch role."""
        return self._apigateway("get_account")

    @cached_property
    def policy(self) -> dict[str, Any] | None:
        """The API's resource policy as edited."""
        return parse_policy(self.api.get("policy"))

    @property
    def name(self) -> str:
        """The API's name."""
        return str(self.api.get("name") or self.target.api_id)

    @property
    def endpoint_type(self) -> str:
        """EDGE, REGIONAL or PRIVATE."""
        return str((self._endpoint.get("types") or ["EDGE"])[0])

    @property
    def endpoint_ids(self) -> list[str]:
        """The VPC endpoints of a private API: those it is associated with, and those that its policy names."""
        return endpoint_ids(self._endpoint.get("vpcEndpointIds") or (), self.policy)

    @property
    def _endpoint(self) -> dict[str, Any]:
        return self.api.get("endpointConfiguration") or {}

    @property
    def private(self) -> bool:
        """True if the API answers only at VPC endpoints."""
        return "PRIVATE" in self._endpoint.get("types", [])

    @property
    def endpoint_disabled(self) -> bool:
        """True if the API answers only at custom domains."""
        return bool(self.api.get("disableExecuteApiEndpoint"))

    def _apigateway(self, method: str, **params: Any) -> dict[str, Any]:
        return self.accounts.api.ask("apigateway", self.region, method, **params)


def parse_policy(text: object) -> dict[str, Any] | None:
    """A REST API's policy, which API Gateway returns with escaped quotation marks. None: no policy."""
    if isinstance(text, dict):
        return text
    if not isinstance(text, str) or not text.strip():
        return None
    for candidate in (text, f'"{text}"'):
        try:
            read = json.loads(candidate)
        except ValueError:
            continue
        return parse_policy(read) if isinstance(read, str) else read
    return None
