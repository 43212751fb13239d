// Every operator of the query language, in each of its spellings, with the rows that it finds.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { operation } from "@ftrack/api";
import { connect } from "./support/session.mjs";

// The same questions are asked by the Python client.
const cases = JSON.parse(readFileSync(new URL("./support/spellings.json", import.meta.url)));
const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const me = session.serverInformation.user_information;

const [schema] = await rows("ProjectSchema limit 1");
const { data: project } = await session.create("Project", {
  name: cases.project,
  full_name: "In other words",
  project_schema_id: schema.id,
});
const { data: folder } = await session.create("Folder", { name: "spelled", parent_id: project.id });
const created = await session.call(
  cases.rows.map((row) => operation.create("Task", { ...row, parent_id: folder.id })),
);
const tasks = Object.fromEntries(created.map(({ data }) => [data.name, data]));
await session.call([
  operation.create("Appointment", {
    context_id: tasks.Alpha.id,
    resource_id: me.id,
    type: "assignment",
  }),
  ...Object.entries({ camera: "A7", lens: "50" }).map(([key, value]) =>
    operation.create("Metadata", { key, value, parent_id: tasks.beta.id, parent_type: "Task" }),
  ),
]);

const from = `select name from Task where project.name is ${cases.project}`;
const sorted = (texts) =>
  [...texts].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
const wrong = [];
const ask = async (expression, attribute, expected, inOrder = false) => {
  const found = (await rows(expression)).map((row) => row[attribute]);
  const compared = inOrder ? found : sorted(found);
  if (JSON.stringify(compared) !== JSON.stringify(expected)) {
    wrong.push([expression, compared, expected]);
  }
};
for (const [criteria, expected] of cases.criteria) {
  await ask(`${from} and ${criteria}`, "name", expected);
}
for (const [expression, attribute, expected] of cases.whole) {
  await ask(expression, attribute, expected);
}
for (const [order, expected] of cases.ordered) {
  await ask(`${from} ${order}`, "name", expected, true);
}
// The Python client would take these limits for its own, or not see that there is one.
await ask(
  `${from} and bid in (select bid from Task where project.name is ${cases.project} order by bid desc limit 1)`,
  "name",
  ["delta_x"],
);
await ask(`${from} ORDER BY name DESCENDING LIMIT 1`, "name", ["gamma 50%"], true);
await ask(`${from} order by name limit 3 offset 1 limit 2`, "name", ["beta", "delta_x"], true);

const asked = cases.criteria.length + cases.whole.length + cases.ordered.length;
wrong.forEach((one) => console.log(one));
console.log(asked, "questions,", wrong.length, "answered in another way");
await session.delete("Project", project.id);
assert.ok(asked > 100);
assert.deepEqual(wrong, []);
