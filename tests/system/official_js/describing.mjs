// Custom attributes, which are rows here: read, written, asked for and reset.

import assert from "node:assert/strict";
import { operation } from "@ftrack/api";
import { connect, refused } from "./support/session.mjs";

const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const [shot] = await rows("select name from Shot order by name limit 1");
const values = async (id) => {
  const [row] = await rows(
    `select custom_attributes.key, custom_attributes.value from Shot where id is ${id}`,
  );
  return Object.fromEntries(row.custom_attributes.map((one) => [one.key, one]));
};

// Every one that applies is there, with its default; a hierarchical one only if it is set here.
const before = await values(shot.id);
console.log(Object.fromEntries(Object.entries(before).map(([key, one]) => [key, one.value])));
assert.equal(before.handles.value, 8);
assert.equal(before.is_full_cg.value, null);
assert.equal(before.handles.__entity_type__, "ContextCustomAttributeValue");
assert.deepEqual(session.getPrimaryKeyAttributes("ContextCustomAttributeValue"), [
  "configuration_id",
  "entity_id",
]);

// Written by their two keys, where a row is stored already and where none is.
const set = (key, value) =>
  operation.update("ContextCustomAttributeValue", [before[key].configuration_id, shot.id], {
    value,
  });
for (const handles of [12, 13]) {
  await session.call([
    set("handles", handles),
    set("is_full_cg", true),
    set("colorspace", "Rec.709 räk"),
    set("complexity", ["hard"]),
  ]);
}
const after = await values(shot.id);
assert.equal(after.handles.value, 13);
assert.equal(after.is_full_cg.value, true);
assert.equal(after.colorspace.value, "Rec.709 räk");
assert.deepEqual(after.complexity.value, ["hard"]);
assert.equal(after.fstart.value, before.fstart.value);

// Asked for.
for (const criteria of [
  'key is "handles" and value is 13',
  'key is "handles" and value > 12',
  'key is "colorspace" and value like "Rec%"',
  'key is "complexity" and value is "hard"',
  'key is "is_full_cg" and value is true',
]) {
  const found = await rows(`Shot where custom_attributes any (${criteria})`);
  assert.ok(found.some((one) => one.id === shot.id), criteria);
}

// What is of the wrong kind is refused, in the words that scripts look for.
await refused(
  session.call([set("handles", "many")]),
  "ServerValidationError",
  'Custom attribute value for "handles" must be of type number. Got "many" of type',
);

// Of something that the same request creates.
const [sequence] = await rows("Sequence limit 1");
const id = "6b9d1c1e-0000-4000-8000-0000000000aa";
await session.call([
  operation.create("Shot", { id, name: "with a value", parent_id: sequence.id }),
  operation.update("ContextCustomAttributeValue", [before.handles.configuration_id, id], {
    value: 3,
  }),
]);
assert.equal((await values(id)).handles.value, 3);
await session.delete("Shot", id);

// Reset: the stored row is deleted, the default stands in for it.
await session.call(
  ["handles", "is_full_cg", "colorspace", "complexity"].map((key) =>
    operation.delete("CustomAttributeValue", [before[key].configuration_id, shot.id]),
  ),
);
const reset = await values(shot.id);
assert.deepEqual([reset.handles.value, reset.is_full_cg.value], [8, null]);
