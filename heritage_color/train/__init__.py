"""Training: photographs in, weight files with their cards out; the model registry and its gate."""

# method -> the module whose `train(folder, validation, run, recipe, start_from, **options)` makes its weight file
TRAININGS = {
    "fusion-lite": "heritage_color.train.loop",
    "fusion": "heritage_color.train.loop",
    "cic": "heritage_color.train.loop",
    "learch": "heritage_color.train.forests",
    "gist": "heritage_color.train.references",
}
