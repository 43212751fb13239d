// Notes and metadata.

import assert from "node:assert/strict";
import { operation } from "@ftrack/api";
import { connect } from "./support/session.mjs";

const session = await connect();
const me = session.serverInformation.user_information;
const [task] = (await session.query("select id from Task order by id limit 1")).data;
const [other] = (await session.query(`select username from User where id is_not ${me.id} limit 1`)).data;

// A note, whom it is for, and an answer.
const { data: note } = await session.create("Note", {
  content: 'Look at the räksmörgås, "please".',
  parent_id: task.id,
  parent_type: "task",
  user_id: me.id,
});
await session.create("Recipient", { note_id: note.id, resource_id: other.id });
await session.create("Note", {
  content: "I have.",
  parent_id: task.id,
  parent_type: "task",
  user_id: other.id,
  in_reply_to_id: note.id,
});
const { data: read } = await session.query(
  "select content, date, author.username, recipients.resource_id, replies.content, " +
    `replies.author.username, parent_type from Note where id is ${note.id}`,
);
console.log(read[0].content, "-", read[0].replies[0].content, read[0].date.format());
assert.equal(read[0].content, 'Look at the räksmörgås, "please".');
assert.equal(read[0].author.username, me.username);
assert.ok(read[0].recipients.some((one) => one.resource_id === other.id));
assert.equal(read[0].replies[0].author.username, other.username);
const age = Date.now() - read[0].date.valueOf();
assert.ok(Math.abs(age) < 600_000, `written ${age} ms ago`);
const { data: talked } = await session.query(`Task where notes any (id is ${note.id})`);
assert.equal(talked[0].id, task.id);

// A label on it, and done with.
const [label] = (await session.query("select name from NoteLabel limit 1")).data;
await session.create("NoteLabelLink", { note_id: note.id, label_id: label.id });
await session.update("Note", note.id, { is_todo: true, completed_by_id: me.id, completed_at: new Date() });
const { data: done } = await session.query(
  `select completed_by.username, note_label_links.label.name from Note where id is ${note.id} and completed_at is_not none`,
);
assert.equal(done[0].completed_by.username, me.username);
assert.equal(done[0].note_label_links[0].label.name, label.name);

// Metadata: rows with two parts to their key.
const texts = { 'a "quoted" key': "ä", empty: "", json: '{"a": [1, 2]}' };
const made = await session.call(
  Object.entries(texts).map(([key, value]) =>
    operation.create("Metadata", { key, value, parent_id: task.id, parent_type: "task" }),
  ),
);
assert.equal(made[0].data.key, 'a "quoted" key');
await session.update("Metadata", [task.id, "empty"], { value: "no longer" });
await session.delete("Metadata", [task.id, "json"]);
const { data: rows } = await session.query(
  `select key, value from Metadata where parent_id is ${task.id}`,
);
console.log(Object.fromEntries(rows.map((one) => [one.key, one.value])));
assert.deepEqual(Object.fromEntries(rows.map((one) => [one.key, one.value])), {
  'a "quoted" key': "ä",
  empty: "no longer",
});
const { data: marked } = await session.query(
  'select metadata from Task where metadata any (key is "empty" and value is "no longer")',
);
assert.deepEqual([marked[0].id, marked[0].metadata.length], [task.id, 2]);

// The client takes every text that looks like a time for one, also where it is a text.
await session.create("Metadata", {
  key: "delivered",
  value: "2031-05-06T08:00:00Z",
  parent_id: task.id,
  parent_type: "task",
});
await session.update("Note", note.id, { content: "2031-05-06T08:00:00Z" });
const [delivered, written] = await session.call([
  operation.query(`select value from Metadata where parent_id is ${task.id} and key is delivered`),
  operation.query(`select content from Note where id is ${note.id}`),
]);
console.log("texts that look like times:", delivered.data[0].value, written.data[0].content);
assert.equal(Date.parse(delivered.data[0].value), Date.UTC(2031, 4, 6, 8));
assert.equal(Date.parse(written.data[0].content), Date.UTC(2031, 4, 6, 8));

await session.call([
  ...["delivered", "empty", 'a "quoted" key'].map((key) =>
    operation.delete("Metadata", [task.id, key]),
  ),
  operation.delete("Note", note.id),
]);
assert.deepEqual((await session.query(`Metadata where parent_id is ${task.id}`)).data, []);
assert.deepEqual((await session.query(`Note where in_reply_to_id is ${note.id}`)).data, []);
