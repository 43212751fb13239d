// The event hub: subscribing, publishing, replies, targets, and what the server adds.

import assert from "node:assert/strict";
import { Event, Session } from "@ftrack/api";

const { FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY } = process.env;

async function connected() {
  const session = new Session(FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY, {
    autoConnectEventHub: true,
  });
  await session.initializing;
  return session;
}

function next(session, expression, metadata) {
  return new Promise((resolve) => session.eventHub.subscribe(expression, resolve, metadata));
}

/** Return when what the session has asked for holds: packets are taken in their order. */
async function settled(session) {
  const back = next(session, "topic=test.settled");
  await session.eventHub.publish(new Event("test.settled", {}));
  await back;
}

const artist = await connected();
const service = await connected();

// An event reaches another session, and comes back to its own.
const there = next(service, "topic=studio.render");
const here = next(artist, "topic=studio.render");
await settled(service);
await settled(artist);
const id = await artist.eventHub.publish(
  new Event("studio.render", { show: "dune", text: "Ärmel 砂" }),
);
const [far, near] = [await there, await here];
assert.equal(far.id, id);
assert.equal(near.id, id);
assert.deepEqual(far.data, { show: "dune", text: "Ärmel 砂" });
assert.equal(far.source.user.username, FTRACK_API_USER);
assert.equal(typeof far.source.user.id, "string");
assert.ok(far.sent);
console.log("heard", far.topic, "sent", far.sent);

// A handler answers, and whoever asked hears it.
service.eventHub.subscribe("topic=test.sum", (event) => ({
  sum: event.data.numbers.reduce((a, b) => a + b),
}));
await settled(service);
const reply = await artist.eventHub.publishAndWaitForReply(
  new Event("test.sum", { numbers: [1, 2, 3] }),
  { timeout: 30 },
);
console.log("reply", reply.data);
assert.deepEqual(reply.data, { sum: 6 });

// The client ignores targets, so the server must not send what is not meant for it. (All sessions
// of a process share one socket, so that there is no other to whom it could be sent.)
const unmeant = [];
artist.eventHub.subscribe("topic=test.aimed", (event) => unmeant.push(event.data), {
  applicationId: "maya",
});
await settled(artist);
for (const applicationId of ["nuke", "maya"]) {
  const event = new Event(
    "test.aimed",
    { applicationId },
    { target: `applicationId=${applicationId}` },
  );
  await artist.eventHub.publish(event);
}
await settled(artist);
assert.deepEqual(unmeant, [{ applicationId: "maya" }]);

// No longer.
const heard = [];
const subscriber = artist.eventHub.subscribe("topic=test.ended", (event) => heard.push(event));
assert.equal(artist.eventHub.unsubscribe(subscriber), true);
await artist.eventHub.publish(new Event("test.ended", {}));
await settled(artist);
assert.deepEqual(heard, []);

process.exit(0);
