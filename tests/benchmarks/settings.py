"""The settings of a clinic, with a floor to compare with and a count of statements."""

from emr.settings import *  # noqa: F403
from emr.settings import ACCOUNT_RATE_LIMITS, MEDIA_ROOT, MIDDLEWARE

ROOT_URLCONF = "tests.benchmarks.urls"
MIDDLEWARE = ["tests.benchmarks.counting.count_statements", *MIDDLEWARE]
STATIC_ROOT = MEDIA_ROOT.parent / "static"
# Still counted, which is what costs; only the number is out of reach.
ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS | {"sign": "100000/m/user"}
