"""The two ceremonies of WebAuthn Level 3: registration and authentication, each over a challenge of our own.

The authenticator must know its holder (user verification): what she has and what she is, in one gesture.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.web.parts import WebParts
from bot.web.signin.forms import Visit
from bot.web.signin.secret import digest
from playbooks.domain.errors import Refused
from playbooks.domain.ids import PersonId
from playbooks.domain.saying import says
from playbooks.ports.signin import Challenge, Passkey

_TIMEOUT: Final = timedelta(minutes=5)
_CHALLENGE_BYTES: Final = 32
_NAME: Final = "Muster"


async def ask_to_register(
    parts: WebParts, visit: Visit, person: PersonId, known: Sequence[Passkey]
) -> dict[str, Any]:
    """What the browser passes to `navigator.credentials.create`, for JSON."""
    challenge = await _challenge(parts, visit, person)
    options = generate_registration_options(
        rp_id=parts.settings.host,
        rp_name=_NAME,
        user_name=person,
        user_id=hashlib.sha256(f"muster person {person}".encode()).digest(),
        challenge=challenge,
        timeout=int(_TIMEOUT / timedelta(milliseconds=1)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in known],
    )
    return options_to_json_dict(options)


async def registered(parts: WebParts, visit: Visit, person: PersonId, credential: dict[str, Any]) -> Passkey:
    """The passkey that an authenticator made. Raises Refused for any other answer."""
    challenge = await _answered(parts, visit, credential, person)
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=parts.settings.host,
            expected_origin=parts.settings.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise _refused() from error
    return Passkey(
        credential_id=verified.credential_id,
        person=person,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        created_at=parts.now(),
    )


async def ask_to_sign_in(parts: WebParts, visit: Visit) -> dict[str, Any]:
    """What the browser passes to `navigator.credentials.get`, for JSON; the authenticator says who it is."""
    options = generate_authentication_options(
        rp_id=parts.settings.host,
        challenge=await _challenge(parts, visit, None),
        timeout=int(_TIMEOUT / timedelta(milliseconds=1)),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


async def signed_in(parts: WebParts, visit: Visit, credential: dict[str, Any]) -> PersonId:
    """Who signed our challenge. Raises Refused for an unknown passkey or any other answer."""
    challenge = await _answered(parts, visit, credential, None)
    passkey = await parts.signin.passkey(_credential_id(credential))
    if passkey is None:
        raise _refused()
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=parts.settings.host,
            expected_origin=parts.settings.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise _refused() from error
    await parts.signin.passkey_used(passkey.credential_id, verified.new_sign_count, parts.now())
    return passkey.person


async def _challenge(parts: WebParts, visit: Visit, person: PersonId | None) -> bytes:
    challenge, now = secrets.token_bytes(_CHALLENGE_BYTES), parts.now()
    await parts.signin.keep_challenge(
        Challenge(digest=digest(challenge), visit=digest(visit.secret), person=person, expires_at=_later(now))
    )
    return challenge


async def _answered(
    parts: WebParts, visit: Visit, credential: dict[str, Any], person: PersonId | None
) -> bytes:
    """The challenge that an answer is for, used up by it; ours, given to this very browser, for this very purpose."""
    try:
        sent = parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except (WebAuthnException, KeyError, TypeError, ValueError) as error:
        raise _refused() from error
    challenge = await parts.signin.take_challenge(digest(sent), parts.now())
    if challenge is None or challenge.visit != digest(visit.secret) or challenge.person != person:
        raise _refused()
    return sent


def _credential_id(credential: dict[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError) as error:
        raise _refused() from error


def _later(now: datetime) -> datetime:
    return now + _TIMEOUT


def _refused() -> Refused:
    return Refused(says("passkey_not_accepted"), source="WebAuthn Level 3, section 7")
