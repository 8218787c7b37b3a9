"""The summary of a ready sandbox: accounts, URLs, routes, and how to act as either account. Pure."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from cross_account_sandbox.terminal.records import record
from cross_account_sandbox.terminal.routes import ServedStage

_TITLES = {"api": "API account", "function": "function account"}
#: An example call with a result in each account.
_CALLS = {"api": "apigateway get-rest-apis", "function": "lambda list-functions"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A sandbox that is ready.

    accounts  `api` and `function`, each with its id and Region
    projects  the deployed projects: for each name, the URL on this machine and the URL that it stands in for
    """

    endpoint: str
    accounts: Mapping[str, Mapping[str, str]]
    projects: Mapping[str, tuple[str, str]]
    stages: Sequence[ServedStage]

    def lines(self) -> list[Text]:
        """The summary as lines of text."""
        return [
            Text.assemble("sandbox at ", (self.endpoint, "bold"), "; Ctrl-C stops it and deletes everything in it"),
            Text.assemble("in a browser: ", (f"{self.endpoint}/_sandbox/", "bold")),
            *(
                Text(f"  {_TITLES[kind]:16}  {account['id']}  {account['region']}")
                for kind, account in self.accounts.items()
            ),
            *(line for stage in self.stages for line in self._stage(stage)),
            *(line for name in self.projects for line in self._elsewhere(name)),
            Text("As an administrator of either account, with the AWS CLI:"),
            Text(f"  export AWS_ENDPOINT_URL={self.endpoint} AWS_SECRET_ACCESS_KEY=test"),
            *(
                Text(f"  AWS_ACCESS_KEY_ID={account['id']} aws --region {account['region']} {_CALLS[kind]}")
                for kind, account in self.accounts.items()
            ),
        ]

    def _stage(self, stage: ServedStage) -> list[Text]:
        path = max((len(route.path) for route in stage.routes), default=0)
        guard = max((len(route.guard) for route in stage.routes), default=0)
        return [
            Text(f"{stage.api}, stage {stage.stage}, in {stage.account}"),
            Text(f"  {stage.url}/", style="bold"),
            *(Text(f"  stands in for {url}/") for local, url in self.projects.values() if local == stage.url),
            *(
                Text.assemble(
                    f"  {each.method:7} {each.path:{path}}  ", (f"{each.guard:{guard}}", "cyan"), f"  {each.target}"
                )
                for each in stage.routes
            ),
        ]

    def _elsewhere(self, name: str) -> list[Text]:
        """The lines of a project whose URL is that of a custom domain, not of a stage."""
        local, url = self.projects[name]
        if any(local == stage.url for stage in self.stages):
            return []
        return [Text(name), Text(f"  {local}/", style="bold"), Text(f"  stands in for {url}/")]

    def record(self) -> dict[str, Any]:
        """The summary as a JSON object."""
        return record(
            "started",
            time.time(),
            endpoint=self.endpoint,
            accounts={kind: dict(account) for kind, account in self.accounts.items()},
            projects={name: {"localUrl": local, "url": url} for name, (local, url) in self.projects.items()},
            stages=[
                {
                    "apiId": stage.api_id,
                    "api": stage.api,
                    "account": stage.account,
                    "stage": stage.stage,
                    "localUrl": stage.url,
                    "routes": [
                        {"method": each.method, "path": each.path, "target": each.target, "guard": each.guard}
                        for each in stage.routes
                    ],
                }
                for stage in self.stages
            ],
        )
