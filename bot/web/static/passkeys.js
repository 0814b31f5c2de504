// The browser's half of WebAuthn Level 3.

import { say } from "/static/words.js";

// What the server says, in the reader's language; whatever else goes wrong the browser says in its own.
class Refusal extends Error {}

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export async function send(place, token, body) {
  const answer = await fetch(place, {
    method: "POST",
    headers: { "Accept": "application/json", "Content-Type": "application/json", "X-Form-Token": token },
    body: JSON.stringify(body ?? {}),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Refusal(said.detail);
  return said;
}

function prepared(options) {
  const descriptors = (known) => (known ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) publicKey.excludeCredentials = descriptors(options.excludeCredentials);
  if (options.allowCredentials) publicKey.allowCredentials = descriptors(options.allowCredentials);
  return { publicKey };
}

function carried(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

const create = async (options) => carried(await navigator.credentials.create(prepared(options)));
const get = async (options) => carried(await navigator.credentials.get(prepared(options)));

const ceremonies = {
  async "sign-in"(section, token) {
    const options = await send("/sign-in/ask", token);
    await send("/sign-in/passkey", token, await get(options));
    location.assign(section.dataset.then);
  },
  async enrol(section, token) {
    const link = location.hash.slice(1);
    if (!link) throw new Refusal(say("passkey.link"));
    const credential = await create(await send("/enrol/ask", token, { token: link }));
    const { html } = await send("/enrol/passkey", token, { token: link, credential });
    history.replaceState(null, "", "/enrol");
    const place = document.getElementById("enrolment");
    place.innerHTML = html;
    place.querySelector("h2").focus();
  },
  async add(section, token) {
    const credential = await create(await send("/passkeys/ask", token));
    await send("/passkeys", token, { credential });
    location.assign(section.dataset.then);
  },
};

export function passkeys(section) {
  const button = section.querySelector("button");
  const said = section.querySelector("[role=status]");
  const hint = section.querySelector(".needs-script");
  if (!window.PublicKeyCredential) {
    hint.textContent = say("passkey.unknown");
    return;
  }
  hint.hidden = true;
  button.hidden = false;
  const field = document.querySelector("input#token");
  if (field && location.hash) field.value = location.hash.slice(1);
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    said.hidden = true;
    try {
      await ceremonies[section.dataset.passkey](section, section.dataset.token);
    } catch (error) {
      said.textContent =
        error instanceof Refusal ? error.message : (say(`passkey.${error.name}`) ?? say("passkey.failed"));
      said.classList.add("failed");
      said.hidden = false;
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  });
}
