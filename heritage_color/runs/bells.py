"""Bells: acts that start their DAG at once.

A bell is written in the transaction of its act, and a run that begins after it looks at the catalog: nothing of what
is to be done stands in the bell itself, and ten bells are answered by one run.
"""

from enum import Enum

from heritage_color import db
from heritage_color.runs.forms import FORMS, Kind

queries = db.queries("runs/bells")


class Bell(Enum):
    """An act that rings: what is said of it, and the kind of run that it starts."""

    HAND_IN = ("A delivery was handed in.", Kind.WATCH_INBOX)
    SEND_BACK = ("A picture was sent back to be coloured again.", Kind.COLORIZE)
    HINT = ("A curator gave hints for a picture.", Kind.COLORIZE)
    APPROVAL = ("Pictures were approved.", Kind.PUBLISH)
    TAKE_DOWN = ("An approval was taken back.", Kind.PUBLISH)
    VETO = ("A picture was closed to colouring.", Kind.PUBLISH)
    NEW_CAMPAIGN = ("A campaign was opened.", Kind.WATCH_CAMPAIGNS)
    CLOSED_CAMPAIGN = ("A campaign was closed.", Kind.SCORE)

    @property
    def sentence(self) -> str:
        """What happened."""
        return self.value[0]

    @property
    def kind(self) -> Kind:
        """The run that it starts."""
        return self.value[1]


def ring(connection: db.Connection, bell: Bell) -> None:
    """Ring in the caller's transaction: the bell counts when that is committed."""
    queries.add_bell(connection, bell=bell.name, dag_id=FORMS[bell.kind].dag_id)
