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


# What `slices` takes for skin
SKIN_RULE = (
    "Pixels whose true colour has Cb in 77..127 and Cr in 133..173 (Chai & Ngan 1999), and in CIE Lab lightness from "
    "20 on, chroma in 12..40 and hue in 30..75 degrees. The rule finds colours like those of skin, on wood, brick and "
    "sand as on people; it finds no persons: of this project's 500 validation photographs it takes 83% of the "
    "portraits and 49% of the others. A picture counts where 5% of its pixels are such, under the individual "
    "typology angle of their median true L* and b* (Chardon et al. 1991)."
)
METRICS = (
    Metric(
        "psnr_rgb", True, "dB", "higher",
        "Peak signal-to-noise ratio: 10 log10(255^2 / MSE) over all pixels and the channels R, G, B of 8-bit sRGB; "
        "per picture, then the mean over pictures. Of a picture that equals its truth it is infinite: no mean counts "
        "it, and `counted` says how many pictures a mean is of. A grey output is a strong baseline, near 22 dB.",
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
    Metric(
        "harm", True, "%", "lower",
        "Share of pixels whose CIEDE2000 to the truth is more than 5 above grey's, which is that of the truth's own "
        "lightness without colour at the same pixel: false colour that one sees, where grey would have been closer. "
        "Per picture, then the mean over pictures. A grey output has none, and a dull one little: read it beside "
        "`colourfulness_distance`.",
    ),
    Metric("within_5", True, "share", "higher", "Share of pixels whose a*b* is less than 5 from the truth."),
    Metric("within_10", True, "share", "higher", "Share of pixels whose a*b* is less than 10 from the truth."),
    Metric("within_20", True, "share", "higher", "Share of pixels whose a*b* is less than 20 from the truth."),
    Metric(
        "auc", True, "%", "higher",
        "Zhang et al. 2016: share of pixels within a distance t of the true a*b*, integrated over t = 0..150 by the "
        "trapezoidal rule in steps of 1, and divided by 150. Of one picture over its pixels; `benchmark` pools the "
        "pixels of the whole set, as they do. A grey output reaches about 89.",
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
        "Mean entropy of the model's bins over what is photograph, 0 certain to 1 no idea: the model's word, "
        "not a truth.",
    ),
)  # fmt: skip
# figures that only `benchmark` can tell, because they compare a picture with a whole set of photographs
SET_METRICS = (
    Metric(
        "auc_rebalanced", True, "%", "higher",
        "Zhang et al. 2016: `auc` over the pixels of the whole set, each weighted by 1 / p, where p is the frequency "
        "of its true colour's gamut bin among those same pixels (their lambda = 0). All pixels of a bin then weigh as "
        "much as those of any other: it is the mean, over the bins that occur, of each bin's own `auc`. The bins are "
        "this project's 258; theirs are 313. A grey output reaches about 58 on a thousand photographs or more, and "
        "more on fewer, where vivid colours do not occur: compare rows of one set only.",
    ),
    Metric(
        "psnr_over_grey", True, "dB", "higher",
        "Mean over pictures of the PSNR less that of a grey output of the same picture; in the JSON, "
        "`over_grey.ROW.psnr_rgb`, as `[difference, low, high]`. `over_grey.ROW.auc_rebalanced` is the difference of "
        "the two pooled figures.",
    ),
    Metric(
        "colourfulness_absolute", False, "1", "closer to the truth's",
        "`colourfulness` with |R - G| and |(R + G)/2 - B|, as the code of CT2 and DDColor has it: comparable with "
        "their tables, and about a tenth lower. `colourfulness_absolute_truth` is that of the photographs.",
    ),
    Metric(
        "colourfulness_distance", True, "1", "lower",
        "Absolute difference of the mean colourfulness of the outputs and that of the photographs, over a set: 0 "
        "where outputs are as colourful as reality on average. `colourfulness_absolute_distance`: of the other kind.",
    ),
    Metric(
        "colourfulness_difference", True, "1", "lower",
        "Mean over pictures of the absolute difference of an output's colourfulness and its photograph's: 0 only "
        "where every single output is as colourful as its photograph.",
    ),
    Metric(
        "frechet_lite0", True, "1", "lower",
        "Squared Fréchet distance of two Gaussians, |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)), fitted to the features "
        "of the outputs and to those of the photographs. A picture's features: shorter side to 224, centre square, "
        "EfficientNet-Lite0 as shipped, the 1,280 head channels averaged over the square, projected on 64 random "
        "orthonormal directions that are the same for all sets. Only with 100 pictures or more; it falls with their "
        "number, so compare sets of one size. It has no interval, because resampled sets are smaller in effect. It is "
        "not the FID of the papers, and no number of theirs compares with it.",
    ),
    Metric(
        "skin_ciede2000", True, "Delta E", "lower",
        "By skin tone only: mean CIEDE2000 over pixels whose true colour is like that of skin, then over pictures. "
        + SKIN_RULE,
    ),
    Metric(
        "skin_chroma_error", True, "ab units", "closer to 0",
        "By skin tone only: mean chroma of the output less the true chroma over those pixels; below 0 is too pale.",
    ),
    Metric(
        "skin_hue_error", True, "degrees", "lower",
        "By skin tone only: mean absolute difference of the hue angles over those of the pixels whose chroma is 2 or "
        "more in both; a grey output has none.",
    ),
)  # fmt: skip
# what a row of the benchmark costs; these depend on the machine, and differ from run to run
COSTS = (
    Metric(
        "seconds", False, "s", "lower",
        "Prediction and joining of one picture, median over the pictures; reading and measuring are not in it.",
    ),
    Metric(
        "peak_memory", False, "bytes", "lower",
        "The most that the process held during one prediction and joining, all methods of the run being loaded: name "
        "one method to see its own. Elsewhere than on Linux, the peak since the process began.",
    ),
    Metric(
        "weights_bytes", False, "bytes", "lower",
        "Size of the method's weight file, and of the shared encoder's where it builds on that; what Keras downloads "
        "for the Inception-ResNetV2 of `fusion` is not in it.",
    ),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}
