"""The parts of an ABN form whose wording is CMS's, in the order of the form.

The practice pastes each part as the edition has it. Where the form repeats the word of blank D, the
pasted text says {D}.
"""

from dataclasses import dataclass

SERVICE = "{D}"
LONGEST_PART = 4000  # characters


@dataclass(frozen=True, kw_only=True)
class Part:
    id: str
    label: str
    help: str = ""
    long: bool = False
    required: bool = True


PARTS = [
    Part(id="notifier_label", label="Label of blank A"),
    Part(id="patient_label", label="Label of blank B"),
    Part(id="identification_label", label="Label of blank C"),
    Part(id="title", label="Title of the form"),
    Part(
        id="opening",
        label="The paragraph under the title",
        help="Type {D} where the form leaves room for the word of blank D.",
        long=True,
    ),
    Part(
        id="service_label",
        label="Label of blank D, over the first column",
        help="Type {D} where the word of blank D is written in.",
    ),
    Part(id="reason_label", label="Label of blank E"),
    Part(id="cost_label", label="Label of blank F"),
    Part(
        id="what_to_do",
        label="What the patient has to do now",
        help="One line for each point of the list.",
        long=True,
    ),
    Part(id="options_heading", label="Heading over the options, with the label of blank G"),
    Part(id="option_1", label="Option 1, without its last sentence", long=True),
    Part(
        id="option_1_last",
        label="The last sentence of option 1",
        help="A practice that does not take part in Medicare strikes this sentence.",
        long=True,
    ),
    Part(
        id="not_participating",
        label="In blank H, where the practice does not take part in Medicare",
        help="From CMS's instructions; needed only by such a practice.",
        long=True,
        required=False,
    ),
    Part(id="option_2", label="Option 2", long=True),
    Part(id="option_3", label="Option 3", long=True),
    Part(id="additional_label", label="Label of blank H"),
    Part(id="closing", label="The paragraph above the signature", long=True),
    Part(id="signature_label", label="Label of blank I"),
    Part(id="date_label", label="Label of blank J"),
    Part(id="footer", label="What stands at the foot of the form", long=True),
]
BY_ID = {part.id: part for part in PARTS}
REPEATING = ("opening", "service_label", "option_1", "option_2", "option_3")


def filled(text: str, service_word: str) -> str:
    """The text with the word of blank D in its places."""
    return text.replace(SERVICE, service_word)


def parts_without_service(parts: dict[str, str]) -> list[Part]:
    """The parts in which the form repeats the word of blank D, and the pasted text does not."""
    return [BY_ID[id] for id in REPEATING if SERVICE not in parts[id]]
