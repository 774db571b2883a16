"""One way to write content down, its digest, and the signature in a PDF: made, and checked.

The signature is PAdES with the practice's own P-256 key, which lies in the PKCS#12 file that
SIGNING_P12 names: never in the database, never in the repository. Why: docs/decisions/0004.
"""


