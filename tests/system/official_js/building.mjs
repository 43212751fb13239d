// Building a project, changing it and taking it down.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { operation } from "@ftrack/api";
import { connect } from "./support/session.mjs";

const session = await connect();
const one = async (text) => {
  const { data } = await session.query(text);
  assert.equal(data.length, 1, `${data.length} rows for ${text}`);
  return data[0];
};
const schema = await one('ProjectSchema where name is "VFX"');

// Without an id: the server gives one, and whatever else it has filled in.
const created = await session.create("Project", {
  name: "from_javascript",
  full_name: "Made by JavaScript",
  project_schema_id: schema.id,
});
assert.equal(created.action, "create");
const project = created.data;
console.log("project", project.id);
assert.match(project.id, /^[0-9a-f-]{36}$/);
assert.equal(project.__entity_type__, "Project");
assert.equal(project.status, "active");
assert.equal((await one(`Project where id is ${project.id}`)).name, "from_javascript");

// A tree in one request: the ids of the caller tie it together.
const operations = [];
for (const number of [1, 2]) {
  const sequenceId = randomUUID();
  operations.push(
    operation.create("Sequence", {
      id: sequenceId,
      name: `seq_00${number}`,
      parent_id: project.id,
    }),
  );
  for (const name of ["010", "020", "030"]) {
    const shotId = randomUUID();
    operations.push(
      operation.create("Shot", { id: shotId, name, parent_id: sequenceId }),
      operation.create("Task", {
        name: "animation",
        parent_id: shotId,
        project_id: project.id,
        priority: { __entity_type__: "Priority", id: (await priority()).id },
      }),
    );
  }
}
async function priority() {
  priority.row ??= (await session.query("Priority limit 1")).data[0];
  return priority.row;
}
const answers = await session.call(operations);
assert.deepEqual(
  answers.map((answer) => [answer.action, answer.data.__entity_type__]),
  operations.map((sent) => ["create", sent.entity_type]),
);
const tree = await session.query(
  `select name, link, parent.name, descendants.name from TypedContext where project_id is ${project.id}`,
);
console.log(tree.data.length, "things in the tree");
assert.equal(tree.data.length, 14);
const tasks = tree.data.filter((row) => row.__entity_type__ === "Task");
assert.equal(tasks.length, 6);
assert.deepEqual(
  tasks[0].link.map((step) => step.type),
  ["Project", "TypedContext", "TypedContext", "TypedContext"],
);
const sequences = tree.data.filter((row) => row.__entity_type__ === "Sequence");
assert.deepEqual(
  sequences.map((row) => row.descendants.length),
  [6, 6],
);

// Changes: with the key in a list, and as a bare string.
const task = tasks[0];
const changed = await session.update("Task", [task.id], { name: "blocking", bid: 3600.5 });
assert.equal(changed.action, "update");
assert.deepEqual(
  [changed.data.id, changed.data.name, changed.data.bid],
  [task.id, "blocking", 3600.5],
);
assert.equal((await session.update("Task", task.id, { description: null })).data.id, task.id);
const status = (await session.query("Status where name is Approved")).data[0];
await session.update("TypedContext", task.id, {
  status: { __entity_type__: "Status", id: status.id },
});
const again = await one(`select name, bid, description, status.name from Task where id is ${task.id}`);
assert.deepEqual(
  [again.name, again.bid, again.description, again.status.name],
  ["blocking", 3600.5, null, "Approved"],
);

// Found or made: the first call makes it, the second finds it, the third changes it.
const wanted = { name: "ensured", parent_id: project.id, description: "first" };
const made = await session.ensure("Folder", wanted, ["name", "parent_id"]);
const found = await session.ensure("Folder", wanted, ["name", "parent_id"]);
const mended = await session.ensure("Folder", { ...wanted, description: "second" }, [
  "name",
  "parent_id",
]);
assert.deepEqual([found.id, mended.id], [made.id, made.id]);
assert.equal((await one(`select description from Folder where id is ${made.id}`)).description, "second");

// Gone again: a bare string, a list, and a whole branch by its parent.
const gone = await session.delete("Folder", made.id);
assert.deepEqual(gone, { action: "delete", data: true });
assert.deepEqual(await session.delete("Task", [task.id]), { action: "delete", data: true });
assert.deepEqual(await session.call(sequences.map((row) => operation.delete("Sequence", row.id))), [
  { action: "delete", data: true },
  { action: "delete", data: true },
]);
assert.deepEqual((await session.query(`Task where project_id is ${project.id}`)).data, []);
await session.delete("Project", project.id);
assert.deepEqual((await session.query("Project where name is from_javascript")).data, []);
console.log("and gone");
