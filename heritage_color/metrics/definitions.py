"""Every metric that exists: its unit, whether it needs a colour truth, and its definition in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """One figure of one picture. `better` is "higher", "lower" or "closer to the truth's"."""

    name: str
    needs_reference: bool
    unit: str
    better: str
    definition: str


METRICS = (
    Metric(
        "psnr_rgb", True, "dB", "higher",
        "Peak signal-to-noise ratio: 10 log10(255^2 / MSE) over all pixels and the channels R, G, B of 8-bit sRGB; "
        "per picture, then the mean over pictures. A grey output is a strong baseline, near 22 dB.",
    ),
    Metric("mse_rgb", True, "squared levels", "lower", "Mean squared error over R, G, B of 8-bit sRGB, 0..65025."),
    Metric(
        "mse_ab127", True, "1", "lower",
        "Mean squared error of a* and b*, each divided by 127, over all pixels: the loss of Baldassarre et al. 2017.",
    ),
    Metric(
        "ab_rmse", True, "ab units", "lower",
        "Root of the mean over pixels and both channels of the squared a*b* error.",
    ),
    Metric("ciede2000", True, "Delta E", "lower", "Mean CIEDE2000 colour difference over all pixels."),
    Metric("within_5", True, "share", "higher", "Share of pixels whose a*b* is less than 5 from the truth."),
    Metric("within_10", True, "share", "higher", "Share of pixels whose a*b* is less than 10 from the truth."),
    Metric("within_20", True, "share", "higher", "Share of pixels whose a*b* is less than 20 from the truth."),
    Metric(
        "auc", True, "%", "higher",
        "Zhang et al. 2016: share of pixels within a distance t of the true a*b*, integrated over t = 0..150 by the "
        "trapezoidal rule in steps of 1, and divided by 150. "
        "A grey output reaches about 89.",
    ),
    Metric(
        "argmax_agreement", True, "share", "higher",
        "Share of pixels where the larger of a* and b* is the same as in the truth: what Keras calls accuracy for a "
        "two-channel output. Answering b everywhere reaches about 0.67.",
    ),
    Metric(
        "ssim", True, "1", "higher",
        "Structural similarity of sRGB, window 7, mean over channels. Lightness is kept, so it is always high.",
    ),
    Metric(
        "colourfulness", False, "1", "closer to the truth's",
        "Hasler & Suesstrunk 2003: sqrt(s_rg^2 + s_yb^2) + 0.3 sqrt(m_rg^2 + m_yb^2) with signed rg = R - G and "
        "yb = (R + G)/2 - B of 8-bit sRGB. Below 15 hardly coloured, 45 average, 82 highly coloured.",
    ),
    Metric("colourfulness_truth", True, "1", "", "Colourfulness of the true picture, to compare with."),
    Metric(
        "lightness_error", False, "1/255", "lower",
        "Largest difference of CIE lightness between output and master over all pixels, in 1/255 of its range.",
    ),
    Metric(
        "uncertainty", False, "share", "lower",
        "Mean entropy of the model's bins over the picture, 0 certain to 1 no idea: the model's word, not a truth.",
    ),
)  # fmt: skip
# figures that only `benchmark` can tell, because they compare a picture with a whole set of photographs
SET_METRICS = (
    Metric(
        "auc_rebalanced", True, "%", "higher",
        "`auc`, each pixel weighted by one over the frequency of its true colour's gamut bin in the set of "
        "photographs: rare colours count as much as common ones.",
    ),
    Metric(
        "colourfulness_distance", True, "1", "lower",
        "Absolute difference of the mean colourfulness of the outputs and that of the photographs, over a set: 0 "
        "where outputs are as colourful as reality.",
    ),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}
