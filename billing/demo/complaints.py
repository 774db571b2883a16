"""What brings people to be needled: what they cannot do, what is found, what is measured."""

from dataclasses import dataclass

Codes = tuple[tuple[str, str], ...]  # (code, label) of the ICD-10-CM release


@dataclass(frozen=True)
class Target:
    """A muscle that is needled for a complaint; on the painful side, or on `both`."""

    muscle: str
    refers_to: str
    needles: tuple[int, int] = (2, 4)
    both: bool = False
    rationale: str = ""


@dataclass(frozen=True)
class Measured:
    """Where a measure begins, what a week and what a session add, and where it ends well."""

    name: str
    unit: str
    start: int
    a_week: int
    a_session: int
    end: int
    sided: bool = True


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """`{side}` in a text is the painful side; `used` is how many targets, fewest and most."""

    right: Codes
    left: Codes
    limitation: str
    goal: str
    targets: tuple[Target, ...]
    used: tuple[int, int]
    measures: tuple[Measured, ...]
    pain: int
    position: str
    needle: tuple[str, str]
    exercise: str
    adjusted: str = "C5 and T3"


CERVICALGIA = ("M54.2", "Cervicalgia")
OTHER_SITE = ("M79.18", "Myalgia, other site")
HEAD_AND_NECK = ("M79.12", "Myalgia of auxiliary muscles, head and neck")
TENSION_HEADACHE = ("G44.209", "Tension-type headache, unspecified, not intractable")
LOW_BACK = ("M54.59", "Other low back pain")
THORACIC = ("M54.6", "Pain in thoracic spine")
JAW = ("M79.11", "Myalgia of mastication muscle")

COMPLAINTS = {
    "neck": Complaint(
        right=(CERVICALGIA, HEAD_AND_NECK),
        left=(CERVICALGIA, HEAD_AND_NECK),
        limitation="Cannot turn the head far enough to the {side} to reverse the car; turns the"
        " whole body instead and no longer drives after dark.",
        goal="Reverse the car without turning the whole body",
        targets=(
            Target("upper-trapezius", "the temple and behind the ear"),
            Target("levator-scapulae", "the angle of the neck"),
            Target("splenius-capitis", "the top of the head", needles=(1, 2)),
        ),
        used=(2, 3),
        measures=(
            Measured("Cervical rotation", "°", 44, 4, 8, 78),
            Measured("Cervical side-bending", "°", 22, 2, 5, 42),
        ),
        pain=7,
        position="Prone",
        needle=("0.25", "30"),
        exercise="Deep neck flexors and chin tucks, sets of ten seconds",
    ),
    "headache": Complaint(
        right=(TENSION_HEADACHE, HEAD_AND_NECK),
        left=(TENSION_HEADACHE, HEAD_AND_NECK),
        limitation="Headache stops work at the screen after forty minutes; lies down most"
        " afternoons, worst behind the {side} eye.",
        goal="Work a full morning at the screen without lying down",
        targets=(
            Target("obliquus-capitis-inferior", "behind the eye", needles=(1, 2)),
            Target("semispinalis-capitis", "a band around the head", needles=(1, 2)),
        ),
        used=(1, 2),
        measures=(Measured("Rotation with the neck bent", "°", 26, 2, 6, 44),),
        pain=6,
        position="Prone",
        needle=("0.20", "30"),
        exercise="Suboccipital release with two balls, then deep neck flexors",
        adjusted="C1 and C2",
    ),
    "shoulder": Complaint(
        right=(("M25.511", "Pain in right shoulder"), OTHER_SITE),
        left=(("M25.512", "Pain in left shoulder"), OTHER_SITE),
        limitation="Cannot lift a plate to the top shelf with the {side} arm and wakes when lying"
        " on that side.",
        goal="Put dishes on the top shelf with one arm",
        targets=(
            Target("infraspinatus", "the front of the shoulder", needles=(2, 4)),
            Target("teres-minor", "the back of the arm", needles=(1, 2)),
            Target("supraspinatus", "the outer arm", needles=(1, 3)),
        ),
        used=(2, 3),
        measures=(
            Measured("Shoulder flexion", "°", 118, 7, 12, 170),
            Measured("Internal rotation", "°", 38, 3, 9, 65),
        ),
        pain=6,
        position="Prone",
        needle=("0.30", "40"),
        exercise="Side-lying external rotation and wall slides",
        adjusted="T3 and T5",
    ),
    "elbow": Complaint(
        right=(("M77.11", "Lateral epicondylitis, right elbow"),),
        left=(("M77.12", "Lateral epicondylitis, left elbow"),),
        limitation="Cannot lift a full kettle or turn a screwdriver with the {side} hand for more"
        " than a minute.",
        goal="Use a screwdriver for ten minutes without stopping",
        targets=(
            Target("extensor-carpi-radialis-brevis", "the back of the wrist", needles=(1, 3)),
            Target("extensor-digitorum", "the middle finger", needles=(1, 2)),
        ),
        used=(1, 2),
        measures=(Measured("Pain-free grip strength", "lb", 31, 4, 7, 70),),
        pain=5,
        position="Supine",
        needle=("0.25", "30"),
        exercise="Slow lowering of the wrist with a light weight",
    ),
    "jaw": Complaint(
        right=(JAW,),
        left=(JAW,),
        limitation="Chews on the other side only, cuts all food small, and cannot bite an apple.",
        goal="Eat an apple without cutting it",
        targets=(
            Target("masseter", "the upper molars", needles=(1, 2)),
            Target("temporalis", "the temple", needles=(1, 2)),
        ),
        used=(2, 2),
        measures=(Measured("Mouth opening", "mm", 31, 2, 4, 46, sided=False),),
        pain=5,
        position="Supine",
        needle=("0.20", "15"),
        exercise="Tongue-up opening in front of a mirror",
    ),
    "mid-back": Complaint(
        right=(THORACIC, OTHER_SITE),
        left=(THORACIC, OTHER_SITE),
        limitation="Cannot sit through an hour of class or drive to Denver without stopping for"
        " the pain beside the {side} shoulder blade.",
        goal="Sit for ninety minutes without getting up",
        targets=(
            Target("rhomboid-major", "the inner edge of the shoulder blade", needles=(2, 3)),
            Target("lower-trapezius", "the top of the shoulder", needles=(1, 2)),
            Target("middle-trapezius", "beside the spine", needles=(1, 2)),
        ),
        used=(2, 3),
        measures=(Measured("Upper back rotation", "°", 28, 3, 6, 50),),
        pain=5,
        position="Prone",
        needle=("0.25", "30"),
        exercise="Prone Y and T lifts",
        adjusted="T4 and T6",
    ),
    "low-back": Complaint(
        right=(LOW_BACK, OTHER_SITE),
        left=(LOW_BACK, OTHER_SITE),
        limitation="Cannot stand at the sink for ten minutes or put on the {side} sock without"
        " sitting down.",
        goal="Cook a meal standing up",
        targets=(
            Target("lumbar-multifidus", "the buttock", needles=(2, 3), both=True),
            Target("quadratus-lumborum", "the hip bone", needles=(2, 3)),
        ),
        used=(1, 2),
        measures=(
            Measured("Fingertips to floor", "cm", 34, -3, -7, 4, sided=False),
            Measured("Standing until pain begins", "min", 7, 3, 2, 30, sided=False),
        ),
        pain=6,
        position="Prone",
        needle=("0.30", "60"),
        exercise="Bird dog and hip hinge with a stick",
        adjusted="L4 and L5",
    ),
    "hip": Complaint(
        right=(("M25.551", "Pain in right hip"), OTHER_SITE),
        left=(("M25.552", "Pain in left hip"), OTHER_SITE),
        limitation="Climbs stairs one at a time, hand on the rail; cannot lie on the {side} side.",
        goal="Climb one flight of stairs foot over foot",
        targets=(
            Target("gluteus-medius", "the back of the hip", needles=(2, 4)),
            Target("gluteus-minimus", "the outer thigh", needles=(1, 3)),
            Target("tensor-fasciae-latae", "the outer thigh to the knee", needles=(1, 2)),
        ),
        used=(2, 3),
        measures=(
            Measured("Stand on one leg", "s", 9, 3, 4, 30),
            Measured("Stairs, one flight", "s", 31, -3, -4, 12, sided=False),
        ),
        pain=6,
        position="Side-lying {other}",
        needle=("0.30", "60"),
        exercise="Side steps with a band and single-leg stands",
        adjusted="the sacroiliac joints",
    ),
    "piriformis": Complaint(
        right=(("M54.31", "Sciatica, right side"), OTHER_SITE),
        left=(("M54.32", "Sciatica, left side"), OTHER_SITE),
        limitation="Cannot sit longer than fifteen minutes; shifts off the {side} buttock and"
        " drives with a cushion.",
        goal="Sit through a one-hour meeting",
        targets=(
            Target("piriformis", "the back of the thigh", needles=(1, 3)),
            Target("gluteus-maximus", "the sit bone", needles=(2, 3)),
            Target("lumbar-multifidus", "the buttock", needles=(1, 2)),
        ),
        used=(2, 3),
        measures=(Measured("Straight leg raise", "°", 48, 4, 9, 80),),
        pain=6,
        position="Prone",
        needle=("0.30", "75"),
        exercise="Sciatic nerve glides and bridges",
        adjusted="L5 and the sacrum",
    ),
    "hamstring": Complaint(
        right=(("M79.651", "Pain in right thigh"),),
        left=(("M79.652", "Pain in left thigh"),),
        limitation="Cannot sprint or kick a ball with the {side} leg; pulls up after twenty yards.",
        goal="Play a whole soccer game",
        targets=(
            Target("biceps-femoris", "the back of the knee", needles=(2, 4)),
            Target("semitendinosus", "the sit bone", needles=(2, 3)),
            Target("semimembranosus", "the inner knee", needles=(1, 2)),
        ),
        used=(2, 3),
        measures=(Measured("Straight leg raise", "°", 58, 4, 8, 85),),
        pain=5,
        position="Prone",
        needle=("0.30", "50"),
        exercise="Slow lowering on the slider and single-leg deadlifts",
        adjusted="L4 and the sacroiliac joints",
    ),
    "knee": Complaint(
        right=(("M25.561", "Pain in right knee"), OTHER_SITE),
        left=(("M25.562", "Pain in left knee"), OTHER_SITE),
        limitation="Cannot get up from a low chair without hands; goes down stairs backwards,"
        " {side} leg first.",
        goal="Get up from a low chair without hands",
        targets=(
            Target("vastus-lateralis", "the outer edge of the kneecap", needles=(2, 4)),
            Target("vastus-medialis", "the inner knee", needles=(1, 2)),
            Target("rectus-femoris", "the kneecap", needles=(1, 3)),
        ),
        used=(2, 3),
        measures=(
            Measured("Sit to stand in 30 seconds", "times", 7, 1, 1, 15, sided=False),
            Measured("Knee flexion", "°", 102, 4, 6, 135),
        ),
        pain=5,
        position="Supine",
        needle=("0.30", "50"),
        exercise="Step-downs and chair squats",
    ),
    "calf": Complaint(
        right=(("M79.661", "Pain in right lower leg"),),
        left=(("M79.662", "Pain in left lower leg"),),
        limitation="Cannot go up on the toes of the {side} foot or carry a ladder across the yard.",
        goal="Carry a ladder across a yard and climb it",
        targets=(
            Target("soleus", "the heel", needles=(2, 4)),
            Target("gastrocnemius", "the arch of the foot", needles=(2, 4)),
            Target("tibialis-posterior", "the Achilles tendon", needles=(1, 2)),
        ),
        used=(2, 3),
        measures=(
            Measured("Ankle dorsiflexion, knee to wall", "cm", 6, 1, 2, 12),
            Measured("Heel raises on one leg", "times", 8, 3, 2, 25),
        ),
        pain=5,
        position="Prone",
        needle=("0.30", "50"),
        exercise="Heel raises off a step, straight and bent knee",
    ),
    "runner": Complaint(
        right=(("M79.661", "Pain in right lower leg"),),
        left=(("M79.662", "Pain in left lower leg"),),
        limitation="Stops running after one mile for pain in the front of the {side} shin.",
        goal="Run five miles without stopping",
        targets=(
            Target("tibialis-anterior", "the big toe", needles=(2, 4)),
            Target("fibularis-longus", "the outer ankle", needles=(1, 3)),
            Target("extensor-digitorum-longus", "the top of the foot", needles=(1, 2)),
        ),
        used=(1, 3),
        measures=(Measured("Single-leg hops until pain", "times", 12, 5, 4, 50),),
        pain=4,
        position="Supine",
        needle=("0.25", "40"),
        exercise="Toe raises against the wall and a walk-run plan",
    ),
}
