"""All errors that this project raises on purpose. Each message is a whole sentence for the person at the screen."""


class HeritageError(Exception):
    """Base of all. The command line prints it without a traceback and exits with 2."""


class SettingsError(HeritageError):
    """A HERITAGE_* variable is unknown or does not fit."""


class ServiceError(HeritageError):
    """Postgres or the S3 server does not answer, or refused its credentials."""


class ScannerError(ServiceError):
    """The virus scanner that is set does not answer: nothing is taken in unscanned."""


class WeightsError(HeritageError):
    """A weight file is absent, damaged, or belongs to another network."""


class ModelError(HeritageError):
    """A model is not in the registry, or may not become the champion."""


class PictureError(HeritageError):
    """A picture cannot be read or must not be colorized; `code` is its stable reason."""

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code = code


class ColorizedAlready(HeritageError):
    """A scan was colorized by this model with this preset before: `colorization_id`."""

    def __init__(self, colorization_id: int):
        was = f"Colorization {colorization_id} was made so already"
        super().__init__(f"{was}: decide on that one, or choose another method or preset.")
        self.colorization_id = colorization_id


class DeliveryError(HeritageError):
    """A delivery as a whole cannot be read: it is not there, or holds no scan."""


class NoPictureError(DeliveryError):
    """A delivery that holds no picture."""


class UploadError(HeritageError):
    """An upload, a file or a piece of it cannot be taken; `status` is the HTTP status that says so.

    `received` is how much of the file is here, where the sender should go on from there; `title` heads the page where
    that of the status says too little.
    """

    def __init__(self, status: int, sentence: str, received: int | None = None, title: str = ""):
        super().__init__(sentence)
        self.status, self.received, self.title = status, received, title


class FixityError(HeritageError):
    """Stored bytes are not the bytes that were stored."""


class MissingObject(FixityError):
    """There is no object under a key that should have one."""


class RatingError(HeritageError):
    """A vote or a campaign cannot be taken as asked; `code` is its stable reason."""

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code = code


class CampaignError(HeritageError):
    """An open campaign gets no votes, or not fast enough for its day."""


class CurationError(HeritageError):
    """What a curator asks for cannot be done: no such picture, withdrawn, no known reason, overtaken by others."""


class RunError(HeritageError):
    """A run cannot be asked for, planned, stopped or answered as asked."""


class AccountError(HeritageError):
    """An account cannot be made or changed as asked."""


class SignInError(HeritageError):
    """An OpenID Connect provider did not sign somebody in, or what it says of them cannot be believed."""


class ProtocolError(HeritageError):
    """A benchmark would not be the one that its protocol file describes, or that file is damaged."""


# What is wrong with one item alone: a stage refuses that one with its sentence and goes on with the next
DAMAGES = (FixityError, PictureError, MemoryError)


def sentence_of(error: BaseException) -> str:
    """Return what is said of an item that a stage could not take; lack of memory has no words of its own."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for it: run again with more, or with less beside it."
    return str(error)
