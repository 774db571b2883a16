"""The consent text that comes with the program, in our own words: what the first draft starts from."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent


def shipped_text(language: str) -> dict:
    """{"title", "sections"} of one language, as consent.models.ConsentText keeps them."""
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
