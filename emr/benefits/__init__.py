"""What a payer pays for under a coverage on a day: policy, verification, authorization, limits.

Our choices: docs/coverage.md
"""

from emr.benefits.standing import Benefits, CareFirst, benefits_among, benefits_of

__all__ = ["Benefits", "CareFirst", "benefits_among", "benefits_of"]
