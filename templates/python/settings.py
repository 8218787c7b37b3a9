"""This program's settings, which you change with `pulumi config set`."""

from pydantic import Field

from cross_account_api.config import AccountSettings, Program
from cross_account_api.setting_types import AccountId, Region, Text


class Settings(Program):
    """The two accounts, and how to log in to them."""

    api_account_id: AccountId = Field(description="account of the API, 12 digits", examples=["111111111111"])
    function_account_id: AccountId = Field(description="account of the function, 12 digits", examples=["222222222222"])
    region: Region = Field(default="us-east-1", description="AWS Region of both", examples=["eu-west-1"])
    api_profile: Text = Field(default="api-account", description="profile for the API's account", examples=["api"])
    function_profile: Text = Field(
        default="function-account", description="profile for the function's account", examples=["function"]
    )

    @property
    def api_account(self) -> AccountSettings:
        """The account of the API."""
        return AccountSettings(id=self.api_account_id, region=self.region, profile=self.api_profile)

    @property
    def function_account(self) -> AccountSettings:
        """The account of the function."""
        return AccountSettings(id=self.function_account_id, region=self.region, profile=self.function_profile)
