// A person's client as Element has it: its own crypto, and it shows nothing from devices that their accounts do not sign.
// Joins what it is invited to; says each message and poll that it could read, or why it could not, as a line of JSON.
// A line of JSON on its input is an event that the person sends: { room, type, content }, and what came of it is said;
// or an account that she wants to verify, in a room or by its device: { verify, room, device }, and how that ended.
import "fake-indexeddb/auto";
import { createClient, ClientEvent, MatrixEventEvent, RoomMemberEvent } from "matrix-js-sdk";
import { OnlySignedDevicesIsolationMode, VerificationPhase } from "matrix-js-sdk/lib/crypto-api/index.js";
import { createInterface } from "node:readline";
import { logger } from "matrix-js-sdk/lib/logger.js";

const [baseUrl, userId, accessToken, deviceId] = process.argv.slice(2);
logger.setLevel("silent");
console.log = console.debug = console.info = console.warn = () => {};
const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const client = createClient({ baseUrl, userId, accessToken, deviceId });
await client.initRustCrypto({ useIndexedDB: false });
const crypto = client.getCrypto();
await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (request) => request(null) });
crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());

client.on(RoomMemberEvent.Membership, (_, member) => {
    if (member.userId !== userId) return;
    if (member.membership === "invite") client.joinRoom(member.roomId);
    if (member.membership === "join") tell({ joined: member.roomId });
});
client.on(MatrixEventEvent.Decrypted, (event) => {
    const { body, ...content } = event.getContent();
    const poll = content["org.matrix.msc3381.poll.start"];
    if (poll && event.getSender() !== userId) return tell({ poll: poll.question.body, id: event.getId(), answers: poll.answers });
    if (content["org.matrix.msc3381.poll.end"]) return ended(event.getRoomId(), content["m.relates_to"].event_id);
    if (event.getSender() !== userId) tell(event.isDecryptionFailure() ? { unread: body } : { read: body });
});
function compared(request) {
    request.on("change", function changed() {
        if (request.phase !== VerificationPhase.Cancelled) return;
        request.off("change", changed);
        tell({ declined: request.cancellationCode });
    });
}
// A poll has ended when the SDK finds that it has, as Element asks it.
async function ended(roomId, id) {
    const room = client.getRoom(roomId);
    await room.processPollEvents(room.getLiveTimeline().getEvents());
    const poll = room.polls.get(id);
    await poll.getResponses();
    if (poll.isEnded) tell({ ended: id });
}
client.once(ClientEvent.Sync, () => tell({ ready: deviceId }));
await client.startClient();

createInterface({ input: process.stdin }).on("line", async (line) => {
    const { room, type, content, verify, device } = JSON.parse(line);
    if (verify) return compared(await (room ? crypto.requestVerificationDM(verify, room) : crypto.requestDeviceVerification(verify, device)));
    const sent = type === "redact" ? await client.redactEvent(room, content.event_id) : await client.sendEvent(room, type, content);
    tell({ sent: sent.event_id });
});
