"""The reasons why something of a day may stay open, one a worklist."""

from collections.abc import Iterable

from django import forms

from emr.day_end import LONGEST_REASON


class DayEndForm(forms.Form):
    """For each worklist a reason, and the number that the page showed beside it."""

    def __init__(self, data, *, keys: Iterable[str]):
        super().__init__(data)
        self.keys = list(keys)
        for key in self.keys:
            self.fields[key] = forms.CharField(max_length=LONGEST_REASON, required=False)
            self.fields[f"seen-{key}"] = forms.IntegerField(min_value=0, required=False)

    @property
    def wrong(self) -> list[str]:
        """The worklists whose reason cannot be kept as it was typed."""
        return [key for key in self.keys if key in self.errors]

    @property
    def typed(self) -> dict[str, str]:
        return {key: self.data.get(key, "") for key in self.keys}

    @property
    def reasons(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in self.keys}

    @property
    def seen(self) -> dict[str, int]:
        """What is no number was never shown by us, and counts as nothing seen."""
        return {key: self.cleaned_data.get(f"seen-{key}") or 0 for key in self.keys}
