// Answers that can be written as JSON: each occurrence in full, and nothing that nobody asked for.

import assert from "node:assert/strict";
import { connect } from "./support/session.mjs";

const question =
  "select name, status.name, project.name, parent.name, start_date from Task order by name, id limit 20";

const usual = await connect();
const plain = await connect({ ensureSerializableResponse: true, decodeDatesAsIso: true });

const { data: shared } = await usual.query(question);
const { data: tasks } = await plain.query(question);
const { status, ...rest } = tasks[0];
console.log(rest, status);
assert.deepEqual(Object.keys(tasks[0]).sort(), [
  "__entity_type__",
  "id",
  "name",
  "parent",
  "project",
  "start_date",
  "status",
]);
assert.deepEqual(JSON.parse(JSON.stringify(tasks)), tasks);
assert.deepEqual(
  tasks.map((one) => [one.id, one.status.name, one.project.name, one.parent.name]),
  shared.map((one) => [one.id, one.status.name, one.project.name, one.parent.name]),
);
assert.equal(shared[0].project, shared[1].project);
assert.notEqual(tasks[0].project, tasks[1].project);
for (const task of tasks) {
  assert.deepEqual(Object.keys(task.project).sort(), ["__entity_type__", "id", "name"]);
  assert.deepEqual(Object.keys(task.status).sort(), ["__entity_type__", "id", "name"]);
  assert.equal(new Date(task.start_date).toISOString(), task.start_date);
}

// There and back ends where the question ends.
const round = "select children.parent.name, children.name from Sequence where name is sq010";
const { data: there } = await plain.query(round);
assert.ok(there[0].children.length > 1);
for (const child of there[0].children) {
  assert.deepEqual(child.parent, {
    __entity_type__: "Sequence",
    id: there[0].id,
    name: "sq010",
  });
}
JSON.stringify(there);
const { data: circle } = await usual.query(round);
assert.equal(circle[0].children[0].parent, circle[0]);

// For one call only; and for changes, which say no more than they have changed.
const { data: once } = await usual.query(question, { ensureSerializableResponse: true });
assert.deepEqual(Object.keys(once[0].project).sort(), ["__entity_type__", "id", "name"]);
const changed = await plain.update("Task", tasks[0].id, { bid: 60 });
console.log(changed.data);
assert.deepEqual(changed.data, { __entity_type__: "Task", id: tasks[0].id, bid: 60 });
const created = await plain.create("Metadata", {
  parent_id: tasks[0].id,
  parent_type: "task",
  key: "plain",
  value: "x",
});
assert.equal(created.data.value, "x");
await plain.delete("Metadata", [tasks[0].id, "plain"]);

// The documentation writes the option with another sign than the client does.
const { data: written } = await usual.query(question, {
  additionalHeaders: { "ftrack-api-options": "strict=1;denormalize=1" },
});
assert.deepEqual(Object.keys(written[0]).sort(), Object.keys(tasks[0]).sort());
