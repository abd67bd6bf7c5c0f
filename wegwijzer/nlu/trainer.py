"""Runs Rasa's training graph once, from nothing, and packs the model.

`rasa train` also takes a fingerprint of what every component gives the next, to keep it in a cache. With
31,000 examples that is a third of the work, and whether training is needed at all is known here from a
fingerprint of the sources (wegwijzer.training). The graph, its components and the packed model are Rasa's.
"""

from __future__ import annotations

import copy
from pathlib import Path
from tempfile import TemporaryDirectory

from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.validation import validate
from rasa.shared.data import TrainingType

from wegwijzer.nlu.importer import CatalogueImporter


def train_model(config: Path, domain: Path, data: Path, model: Path) -> None:
    """Trains what config.yml names and writes the model.

    Args:
        config: config.yml.
        domain: domain.yml.
        data: the folder with training data.
        model: the file to write, .tar.gz; the one that stands there is replaced when all has gone well.

    Raises:
        Exception: whatever Rasa or a component raises; nothing is written then.
    """
    importer = CatalogueImporter(str(config), str(domain), [str(data)])
    settings = importer.get_config()
    recipe = Recipe.recipe_for_name(settings["recipe"])
    graph = recipe.graph_config_for_recipe(settings, {}, training_type=TrainingType.BOTH)
    validate(graph)
    # A component may change the domain it is given.
    meant = copy.deepcopy(importer.get_domain())
    with TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))
        runner = DaskGraphRunner.create(
            graph_schema=graph.train_schema,
            model_storage=storage,
            execution_context=ExecutionContext(graph_schema=graph.train_schema),
        )
        runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
        partial = model.with_suffix(".part")
        storage.create_model_package(partial, graph, meant)
        partial.replace(model)
