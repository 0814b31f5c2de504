// A person's client as Element has it: its own crypto, and it shows nothing from devices that their accounts do not sign.
// Joins what it is invited to; says each message that it could read, or why it could not, as a line of JSON.
import "fake-indexeddb/auto";
import { createClient, ClientEvent, MatrixEventEvent, RoomMemberEvent } from "matrix-js-sdk";
import { OnlySignedDevicesIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";
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
    const { body } = event.getContent();
    if (event.getSender() !== userId) tell(event.isDecryptionFailure() ? { unread: body } : { read: body });
});
client.once(ClientEvent.Sync, () => tell({ ready: deviceId }));
await client.startClient();
