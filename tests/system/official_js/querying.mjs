// Questions: criteria, pages, several at once, and rows that are met twice.

import assert from "node:assert/strict";
import { expression, operation, projectSchema } from "@ftrack/api";
import { connect } from "./support/session.mjs";

const session = await connect();
const names = ({ data }) => data.map((one) => one.name);

// Criteria of every kind.
const shots = await session.query("select name, status.name from Shot order by name");
assert.ok(shots.data.length >= 24);
assert.deepEqual(shots.metadata, { next: { offset: null } });
assert.ok(shots.data.every((one) => one.__entity_type__ === "Shot" && one.status.name));
const [first] = shots.data;
assert.deepEqual(names(await session.query(`Shot where id is "${first.id}"`)), [first.name]);
for (const criteria of [
  'name like "sq010%" and parent.name is sq010',
  `id in (select parent_id from Task where parent.name like "sq010%")`,
  'parent has (name is "sq010") and children any (name is_not "")',
  'not (parent.name in ("sq020", "sq030")) and parent[Sequence].name is sq010',
]) {
  const found = await session.query(`select name from Shot where ${criteria} order by name`);
  console.log(found.data.length, "where", criteria);
  assert.ok(found.data.length, criteria);
  assert.ok(found.data.every((one) => one.name.startsWith("sq010")), criteria);
}
const quoted = expression`Shot where name is "${'say "cheese"'}"`;
assert.equal(quoted, 'Shot where name is "say \\"cheese\\""');
assert.deepEqual((await session.query(quoted)).data, []);

// Page by page, as the server tells where the next one begins.
const paged = [];
let offset = 0;
do {
  const page = await session.query(
    `select name from Task order by name, id limit 30 offset ${offset}`,
  );
  paged.push(...page.data);
  offset = page.metadata.next.offset;
  console.log("a page of", page.data.length, "the next begins at", offset);
} while (offset !== null);
assert.equal(paged.length, (await session.query("select id from Task")).data.length);
assert.equal(new Set(paged.map((one) => one.id)).size, paged.length);

// Several questions in one request; the same row is the same object in all answers.
const [tasks, statuses] = await session.call([
  operation.query("select name, status.name, parent.name, project.name from Task limit 40"),
  operation.query("select name, color, state.short from Status"),
]);
for (const task of tasks.data) {
  assert.ok(task.status.name && task.parent.name && task.project.name);
  assert.equal(task.project, tasks.data[0].project);
  const same = statuses.data.find((one) => one.id === task.status.id);
  assert.equal(task.status, same);
  assert.ok(same.color && same.state.short);
}

// A collection holds rows of the types that they are.
const { data: projects } = await session.query(
  "select children.name, custom_attributes, metadata from Project where status is active",
);
const kinds = new Set(projects[0].children.map((one) => one.__entity_type__));
console.log("children:", [...kinds].sort());
assert.ok(kinds.has("Sequence") && kinds.has("Folder"));
assert.ok(Array.isArray(projects[0].custom_attributes) && Array.isArray(projects[0].metadata));

// The statuses that a project allows, by the client's own helper.
const { data: schemas } = await session.query(
  "select project_schema_id from Project where status is active",
);
const schemaId = schemas[0].project_schema_id;
const [type] = (await session.query('select id from Type where name is "Animation"')).data;
for (const [entityType, typeId] of [["Task"], ["Task", type.id], ["Shot"], ["AssetVersion"]]) {
  const allowed = await projectSchema.getStatuses(session, schemaId, entityType, typeId);
  console.log(entityType, typeId ?? "", allowed.map((one) => one.name).join(", "));
  assert.ok(allowed.length && allowed.every((one) => one.name && one.color));
}
