"""Host and stage: whether there is an address at which the API answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from doctor.commands import patch
from doctor.errors import NotThereError
from doctor.findings import Finding, HopName, Mend, Note

if TYPE_CHECKING:
    from doctor.survey import Survey

_PAGE = 500


def check(survey: Survey) -> Iterator[Finding | Note]:
    """The default endpoint may be switched off: then a custom domain has to lead to the stage."""
    _ = survey.stage
    if not survey.api.get("disableExecuteApiEndpoint"):
        return
    domains = list(_domains(survey))
    if domains:
        yield Note(
            hop=HopName.STAGE, text=f"the default endpoint is disabled; the stage answers at {', '.join(domains)}"
        )
        return
    yield Finding(
        hop=HopName.STAGE,
        cause=(
            "the API's default endpoint is disabled and no custom domain leads to the stage: every request gets "
            "403 Forbidden"
        ),
        evidence={"disableExecuteApiEndpoint": True, "stage": survey.target.stage},
        mend=Mend(
            commands=(
                survey.commands.apigateway(
                    "update-rest-api", "--patch-operations", patch({"disableExecuteApiEndpoint": "false"})
                ),
                survey.commands.deploy(),
            ),
            setting="or map a custom domain name to the stage",
        ),
    )


def _domains(survey: Survey) -> Iterator[str]:
    """The custom domains that lead to this stage."""
    api = survey.accounts.api
    position = ("position", "position")
    for domain in api.pages("apigateway", survey.region, "get_domain_names", "items", position, limit=_PAGE):
        named = {"domainName": domain["domainName"]}
        if domain.get("domainNameId"):
            named["domainNameId"] = domain["domainNameId"]
        try:
            mappings = list(
                api.pages(
                    "apigateway", survey.region, "get_base_path_mappings", "items", position, limit=_PAGE, **named
                )
            )
        except NotThereError:
            continue
        for mapping in mappings:
            if mapping.get("restApiId") == survey.target.api_id and mapping.get("stage") in (
                None,
                "",
                survey.target.stage,
            ):
                yield domain["domainName"]
