"""The text of an 837P file and the boxes of a CMS-1500, from plain frozen values.

Nothing here knows a row: `billing.review.claim_form` makes the values. What a file holds
and where each value comes from: docs/claim_files.md.
"""
