"""The one data converter that client, worker and replayer share."""

import dataclasses

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes

from workflows.payloads.codec import EncryptingCodec
from workflows.payloads.keyring import Keyring


def data_converter(keyring: Keyring) -> DataConverter:
    """Pydantic values, encrypted; what a failure says is encrypted too."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptingCodec(keyring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
