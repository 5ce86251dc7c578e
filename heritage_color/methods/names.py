"""Names of the methods and of their presets; importing this loads none of them."""

# name -> the place of its class; nothing is imported before it is asked for
METHODS = {
    "cic": "heritage_color.methods.cic:Cic",
    "fusion": "heritage_color.methods.fusion:Fusion",
    "fusion-lite": "heritage_color.methods.fusion:FusionLite",
    "learch": "heritage_color.methods.learch.colorizer:Learch",
    "gist": "heritage_color.methods.gist.colorizer:Gist",
    "grey": "heritage_color.methods.baselines:Grey",
    "pix2pix": "heritage_color.methods.pix2pix:Pix2Pix",
    "tint": "heritage_color.methods.baselines:Tint",
}
PRESETS = ("faithful", "balanced", "vivid")
BASELINES = ("grey", "tint")
