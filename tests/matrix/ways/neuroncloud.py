"""NeuronCloud: what its document leaves open is for the tester to tell."""

from collections.abc import Mapping
from typing import Final

from . import Told

TOLD: Final[Mapping[str, Told]] = {
    "key-encryption/as-the-iut-file-says": Told({"rsa_padding": "oaep"}),
    "parameter-location/query": Told({"history_parameters": "query"}),
    "first-page/zero": Told({"first_page": 0}),
    "same-path/elsewhere": Told(pics={"dataset_query": False}),
}
