"""Making a platform that is ready to serve, and what a tester would write into its IUT file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.contract import load
from conformance.reference.launch import Started
from conformance.reference.neuroncloud import seed
from conformance.reference.neuroncloud.cloud import NeuronCloud
from conformance.reference.neuroncloud.credentials import Credentials
from conformance.reference.neuroncloud.encryption import SETTINGS, Encryption


def start(credentials_file: Path | None, **told: str) -> Started:
    """Return the platform with its seed; `told` are SETTINGS of whoever starts it.

    Raises:
        OSError, ValueError: the credentials file cannot be used, or not as it is told.
    """
    credentials, encryption = Credentials.gathered(credentials_file), Encryption.told(told)
    for token in (credentials.valid, credentials.expired) if told else ():
        encryption.message(token.key)
    cloud = NeuronCloud(load("neuroncloud"), credentials, encryption)
    return Started(cloud.service, cloud.credentials.as_dict(), {**pixit(cloud), **told})


__all__ = ["SETTINGS", "pixit", "start"]


def pixit(cloud: NeuronCloud) -> dict[str, Any]:
    """Return what a tester must know: how credentials and times are written, and the prepared objects of the seed."""
    device = cloud.prepared
    foreign = next(each for each in cloud.tenancy.devices if each.foreign)
    return {
        "rsa_padding": "pkcs1-v1.5",
        "key_encoding": "utf-8",
        "base64_variant": "standard",
        "time_format": "%Y-%m-%d %H:%M:%S",
        "time_offset": "+00:00",
        "history_parameters": "body",
        "first_page": 1,
        "building": device.building,
        "equipment_name": device.name,
        "dev_eui": device.dev_eui,
        "equ_model": device.model,
        "function_type": seed.NUMBER_POINT,
        "text_function_type": seed.TEXT_POINT,
        "second_equipment_name": seed.SECOND,
        "foreign_dev_eui": foreign.dev_eui,
        "foreign_equipment_name": foreign.name,
        "project_id": seed.PROJECT,
        "dataset": seed.DATASET,
        "dataset_field": seed.NUMBER_FIELD,
        "dataset_text_field": seed.TEXT_FIELD,
        "ingest_delay_s": 0,
    }
