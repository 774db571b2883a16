"""Why a step about consent or a notice was refused."""


class Refused(Exception):
    """The step cannot be taken, or not any more; the message tells the person why."""


class Overtaken(Refused):
    """Somebody else answered the same document first."""
