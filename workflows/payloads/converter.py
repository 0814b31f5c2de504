"""The one data converter that client, worker and replayer share."""

import dataclasses

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from workflows.activities.shelf import ReadPlaybook
from workflows.payloads.codec import EncryptingCodec, ShelvingCodec
from workflows.payloads.keyring import Keyring


def data_converter(keyring: Keyring, structure: ReadPlaybook | None = None) -> DataConverter:
    """Pydantic values, encrypted; what a failure says is encrypted too.

    Workers read playbooks by their hash with `structure`; who runs no playbook needs none.
    """
    codec: PayloadCodec = EncryptingCodec(keyring)
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=codec if structure is None else ShelvingCodec(codec, structure),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
