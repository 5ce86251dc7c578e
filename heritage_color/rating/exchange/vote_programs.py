"""Results of other rating programs: each is told by its header, which says what its columns mean. Pure.

AVrate: `convert_ratings_to_csv.py` of avrateNG and AVrateVoyager (Telecommunication-Telemedia-Assessment, TU Ilmenau)
writes the table `ratings` of their SQLite file. webMUSHRA: `service/write.php` (audiolabs).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """A table of results: known by the columns in `has`, all in small letters.

    A stimulus is named by the columns `stimulus`, joined by a slash. Where each row says what `kind` of entry it is,
    those in `aside` are no ratings. `scale` is the worst and the best score of a method that has one scale only, and
    `skipped` what stands for a rating that was not given. `refusal` says why the table is not read by itself.
    """

    name: str
    has: tuple[str, ...]
    stimulus: tuple[str, ...] = ()
    rater: str = ""
    score: str = ""
    kind: str = ""
    aside: tuple[str, ...] = ()
    scale: tuple[float, float] | None = None
    skipped: str = ""
    refusal: str = ""


# What AVrate keeps of a page beside the rating: who came and went, window, zoom, plays, when the page was drawn
NOTED = ("user_registered", "user_done", "ww", "wh", "wz", "start_timestamp", "pi", "quality_meta")
CHOOSE = "Choose the columns with --picture, --rater and --score."

PROGRAMS = (
    *(
        Program(
            "AVrate",
            ("user_id", stimulus, "rating_type", "rating"),
            (stimulus,),
            "user_id",
            "rating",
            kind="rating_type",
            aside=NOTED,
            skipped="-1",
        )
        for stimulus in ("stimuli_file", "video_name")  # the second of them before 2020
    ),
    Program(  # ITU-R BS.1534: a slider from 0 bad to 100 excellent
        "webMUSHRA",
        ("session_test_id", "trial_id", "rating_stimulus", "rating_score"),
        ("trial_id", "rating_stimulus"),
        "session_uuid",
        "rating_score",
        scale=(0.0, 100.0),
    ),
    Program(
        "webMUSHRA",
        ("session_test_id", "trial_id", "stimuli", "rating_time"),
        ("trial_id", "stimuli"),
        "session_uuid",
        "stimuli_rating",
    ),
    Program(
        "webMUSHRA",
        ("session_test_id", "trial_id", "rating_reference_score", "rating_non_reference_score"),
        refusal=f"webMUSHRA's results of BS.1116 have two scores in a row. {CHOOSE}",
    ),
    Program(
        "webMUSHRA",
        ("session_test_id", "choice_reference", "choice_non_reference", "choice_answer"),
        refusal="webMUSHRA's paired comparisons are choices and no scores: `heritage-color opinion --method pairs` "
        "reads them with the columns left, right and won.",
    ),
)


def program_of(names: list[str]) -> Program | None:
    """The program that writes a table with these columns, given in small letters."""
    return next((program for program in PROGRAMS if set(program.has) <= set(names)), None)
