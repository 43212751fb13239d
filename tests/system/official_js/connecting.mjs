// Connecting: one request with both questions, and what a session knows afterwards.

import assert from "node:assert/strict";
import { Session } from "@ftrack/api";

const { FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY } = process.env;

const requests = [];
const send = globalThis.fetch;
globalThis.fetch = (url, options) => {
  requests.push({ url: String(url), ...options });
  return send(url, options);
};

const session = new Session(FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY);
await session.initializing;
assert.equal(requests.length, 1);
assert.equal(requests[0].url, `${FTRACK_SERVER}/api`);
assert.deepEqual(
  JSON.parse(requests[0].body).map((one) => one.action),
  ["query_server_information", "query_schemas"],
);
assert.equal(session.initialized, true);

console.log("server", session.serverVersion, session.serverInformation.product);
assert.match(session.serverVersion, /^\d+\.\d+/);
assert.equal(session.serverInformation.is_timezone_support_enabled, true);
const me = session.serverInformation.user_information;
console.log("user", me);
assert.equal(me.username, FTRACK_API_USER);

console.log(session.schemas.length, "types");
assert.deepEqual(session.getPrimaryKeyAttributes("Task"), ["id"]);
assert.deepEqual(session.getPrimaryKeyAttributes("Metadata"), ["parent_id", "key"]);
const shot = session.getSchema("Shot");
assert.equal(shot.alias_for.id, "Task");
assert.ok(shot.alias_for.classifiers.object_typeid);
assert.equal(shot.properties.name.type, "string");
assert.equal(session.getSchema("Tsak"), null);

// Each call carries the token of the session; one of its own, where the caller gives it.
await session.query("select id from User limit 1");
await session.query("select id from User limit 1", { pushToken: "this very call" });
const [, plain, pushed] = requests;
assert.equal(plain.headers["ftrack-Clienttoken"], session.clientToken);
assert.equal(plain.headers["ftrack-pushtoken"], undefined);
assert.equal(pushed.headers["ftrack-pushtoken"], "this very call");

// Asking for a few values of the server only.
const brief = new Session(FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY, {
  serverInformationValues: ["version"],
});
await brief.initializing;
assert.deepEqual(Object.keys(brief.serverInformation).sort(), [
  "is_timezone_support_enabled",
  "version",
]);
assert.equal(await brief.getServerVersion(), session.serverVersion);
assert.equal((await brief.getSchemas()).length, session.schemas.length);

// A session that is used at once waits for its own start.
const hasty = new Session(FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY);
const { data } = await hasty.query(`User where username is ${FTRACK_API_USER}`);
assert.equal(data[0].id, me.id);
