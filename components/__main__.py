"""The package's provider, which `pulumi package add <repository>/components` starts from this folder."""

from cross_account_api.package.server import main

if __name__ == "__main__":
    main()
