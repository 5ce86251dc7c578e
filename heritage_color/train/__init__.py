"""Training: photographs in, weight files with their cards out; the model registry and its gate."""

# method -> the module whose `train(folder, validation, run, recipe, start_from, **options)` makes its weight file
TRAININGS = {
    "fusion-lite": "heritage_color.train.loop",
    "fusion": "heritage_color.train.loop",
    "cic": "heritage_color.train.loop",
    "learch": "heritage_color.train.forests",
    "gist": "heritage_color.train.references",
    "pix2pix": "heritage_color.train.adversarial",
}

# method -> what of its recipe is not `loop.Recipe`'s: the paper's batch (section 6.2) and learning rate (section 3.3)
RECIPES: dict[str, dict] = {"pix2pix": {"batch": 4, "learning_rate": 2e-4}}
