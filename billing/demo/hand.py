"""The handwriting of people who do not exist: a looping line of the pen for each name.

Nobody's signature is copied. A name always gives the same line, as a hand does, more or less.
"""

import json
from math import cos, pi, sin
from random import Random

BOX_WIDTH, BOX_HEIGHT = 600, 200  # px, as the pad on the tablet
LINE = 128  # px from the top: what the letters stand on
STEP = 14  # ms between two points of the pen
POINTS_A_LETTER = 9


def pen_line(name: str) -> str:
    """What the pad sends for this person: a stroke for each part of the name, and one under it."""
    random = Random(name)
    words = name.split()
    letters = sum(len(word) for word in words)
    width = min(30.0, 470 / (letters + len(words)))  # of a letter
    lean = random.uniform(0.1, 0.35)
    x, time, strokes = 60.0, 0, []
    for word in words:
        stroke, x, time = _word(len(word), x, time, width=width, lean=lean, random=random)
        strokes.append(stroke)
        x += width * 0.8
        time += random.randint(120, 260)
    if random.random() < 0.7:
        strokes.append(_flourish(x, time, random=random))
    return json.dumps({"v": 1, "width": BOX_WIDTH, "height": BOX_HEIGHT, "strokes": strokes})


def _word(letters: int, x: float, time: int, *, width: float, lean: float, random: Random):
    """A capital, then letter by letter a loop of its own height; flatter towards the end."""
    stroke = []
    for place in range(letters):
        first = place == 0
        height = random.uniform(62, 80) if first else random.uniform(13, 24)
        if not first and random.random() < 0.2:
            height = random.uniform(38, 56)  # an l or a t
        elif not first and random.random() < 0.1:
            height = -random.uniform(22, 34)  # a g or a y
        height *= 1 - 0.35 * place / letters
        room = width * (1.5 if first else random.uniform(0.75, 1.1))
        for step in range(POINTS_A_LETTER):
            turn = step / POINTS_A_LETTER
            rise = height * (1 - cos(2 * pi * turn)) / 2
            loop = 0.28 * room * sin(2 * pi * turn)
            shake = random.uniform(-0.7, 0.7)
            stroke.append(_point(x + room * turn + loop + lean * rise, LINE - rise + shake, time))
            time += STEP + random.randint(-3, 4)
        x += room
    stroke.append(_point(x + width * 0.6, LINE - random.uniform(0, 6), time))
    return stroke, x, time


def _flourish(x: float, time: int, *, random: Random) -> list:
    start, end = random.uniform(70, 130), min(x + 20, BOX_WIDTH - 20)
    drop = random.uniform(22, 34)
    return [
        _point(
            start + (end - start) * step / 14,
            LINE + drop - 9 * sin(pi * step / 14) + random.uniform(-0.6, 0.6),
            time + step * STEP,
        )
        for step in range(15)
    ]


def _point(x: float, y: float, time: int) -> list:
    return [
        round(min(max(x, 1), BOX_WIDTH - 1), 1),
        round(min(max(y, 1), BOX_HEIGHT - 1), 1),
        time,
    ]
