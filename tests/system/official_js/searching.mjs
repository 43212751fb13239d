// Searching by words.

import assert from "node:assert/strict";
import { connect } from "./support/session.mjs";

const session = await connect();
const rows = async (text) => (await session.query(text)).data;

const shots = await session.search({
  expression: "select name, parent.name from Shot limit 5",
  entityType: "Shot",
  terms: ["sq010"],
});
console.log(shots.data.map((one) => one.name));
assert.equal(shots.action, "search");
assert.ok(shots.data.length && shots.data.length <= 5);
assert.ok(shots.data.every((one) => one.__entity_type__ === "Shot" && one.parent.name));
assert.ok(shots.data.every((one) => one.name.includes("sq010")));
assert.ok("offset" in shots.metadata.next);

// Without words everything is found, in any case of letters the same.
const everything = await session.search({ expression: "select name from Shot", entityType: "Shot" });
assert.equal(everything.data.length, (await rows("select id from Shot")).length);
const loud = await session.search({
  expression: "select name from Shot",
  entityType: "Shot",
  terms: ["SQ010", "sh0010"],
});
assert.deepEqual(
  loud.data.map((one) => one.name),
  ["sq010_sh0010"],
);
assert.deepEqual(
  (await session.search({ expression: "Shot", entityType: "Shot", terms: ["nowhere"] })).data,
  [],
);

// Below something, and of some types.
const [sequence] = await rows("Sequence where name is sq010");
const [project] = await rows("Project where status is active");
const [shotType] = await rows("ObjectType where name is Shot");
const below = await session.search({
  expression: "select name, object_type_id from TypedContext",
  entityType: "TypedContext",
  terms: ["sq"],
  contextId: sequence.id,
  objectTypeIds: [shotType.id],
});
assert.ok(below.data.length > 1);
assert.ok(below.data.every((one) => one.__entity_type__ === "Shot"));
const all = await session.search({
  expression: "select name from TypedContext",
  entityType: "TypedContext",
  terms: ["sq"],
  contextId: project.id,
});
assert.ok(all.data.length > below.data.length);

// Versions by the name of their asset, people by theirs.
const [version] = await rows("select asset.name from AssetVersion limit 1");
const versions = await session.search({
  expression: "select version, asset.name from AssetVersion",
  entityType: "AssetVersion",
  terms: [version.asset.name],
});
console.log(versions.data.length, "versions of", version.asset.name);
assert.ok(versions.data.some((one) => one.id === version.id));
const people = await session.search({
  expression: "select username, first_name from User",
  entityType: "User",
  terms: [session.apiUser],
});
assert.deepEqual(
  people.data.map((one) => one.username),
  [session.apiUser],
);
