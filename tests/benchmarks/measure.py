"""`python -m tests.benchmarks.measure SQLite today`: one database, from empty to the printed lines."""

import sys

import django

if __name__ == "__main__":
    django.setup()

    from tests.benchmarks import cases

    cases.measure(*sys.argv[1:])
