import numpy as np

from heritage_color.colorize.fade import CURVE, fade


def test_where_the_method_is_sure_nothing_fades():
    assert (fade(np.linspace(0, CURVE.sure, 9)) == 1).all()


def test_from_there_chroma_fades_smoothly_to_its_least():
    factor = fade(np.linspace(CURVE.sure, CURVE.unsure, 101))
    assert (np.diff(factor) <= 0).all()
    assert np.abs(np.diff(factor)).max() < 0.01
    assert fade(np.array([CURVE.unsure, 1.0])).tolist() == [CURVE.least, CURVE.least]
