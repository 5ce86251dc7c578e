"""Which module trains which method, and with what; importing this loads none of them."""

# method -> the module whose `train(folder, validation, run, recipe, start_from, **options)` makes its weight file
TRAININGS = {
    "fusion-lite": "heritage_color.train.networks.loop",
    "fusion": "heritage_color.train.networks.loop",
    "cic": "heritage_color.train.networks.loop",
    "learch": "heritage_color.train.forests",
    "gist": "heritage_color.train.pictures.references",
    "pix2pix": "heritage_color.train.networks.adversarial",
}

# method -> what of its recipe is not `loop.Recipe`'s: the paper's batch (section 6.2) and learning rate (section 3.3)
RECIPES: dict[str, dict[str, float]] = {"pix2pix": {"batch": 4, "learning_rate": 2e-4}}
