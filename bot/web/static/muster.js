// What pages do beyond reading and sending: passkeys, live updates, sending without loading anew.
// Each page works without this file, passkeys excepted. No library, no build.

import { passkeys } from "/static/passkeys.js";
import { live } from "/static/live.js";
import { lanes } from "/static/lanes.js";
import { board } from "/static/board.js";
import { room } from "/static/room.js";

for (const section of document.querySelectorAll("[data-passkey]")) passkeys(section);
for (const place of document.querySelectorAll("[data-live]")) live(place);
for (const place of document.querySelectorAll("[data-lanes]")) lanes(place);
for (const form of document.querySelectorAll("form.board")) board(form);
for (const form of document.querySelectorAll("form.command")) room(form, document.getElementById("press"));
