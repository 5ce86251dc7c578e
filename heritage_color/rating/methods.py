"""How campaigns ask people: the four methods, their questions, and the words of the answers. Pure."""

METHODS = ("acr", "acr-hr", "pairs", "turing")
SCALED = ("acr", "acr-hr")  # answered by a score; the others by a choice
QUESTIONS = {
    "acr": "How natural do the colours of this picture look?",
    "acr-hr": "How natural do the colours of this picture look?",
    "pairs": "Which of the two pictures looks more natural?",
    "turing": "One of the two is a real colour photograph. Which one is not?",
}
SCALE = {5: "Excellent", 4: "Good", 3: "Fair", 2: "Poor", 1: "Bad"}  # ITU-T P.910, absolute category rating
CHOICES = ("first", "second")
LANGUAGES = ("en", "ne", "es")
SCORED_ROLES = ("ordinary", "hidden-reference")  # of items; the others control the raters
