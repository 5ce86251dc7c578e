"""Where colours came from, in words: of a method that takes them of photographs."""


def said(source: dict) -> str:
    """A photograph by its file, with its source and rights as far as they are known, from a prediction's facts."""
    about = ", ".join(filter(None, (source["source"], source["rights"])))
    return f"{source['file']} ({about})" if about else source["file"]


def colours_of(sources: tuple | list) -> str:
    """What a record says of all sources; empty for methods that have none."""
    return f"The colours are those of {'; '.join(map(said, sources))}." if sources else ""
