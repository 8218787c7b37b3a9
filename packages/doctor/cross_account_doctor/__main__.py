"""`cross-account-doctor`."""

from __future__ import annotations

import sys

from cross_account_doctor.cli import main

if __name__ == "__main__":
    sys.exit(main())
