// Who works on what: assignments, scopes, links between tasks, invitations and roles.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { operation } from "@ftrack/api";
import { connect } from "./support/session.mjs";

const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const me = session.serverInformation.user_information;
const [shot] = await rows("Shot order by name limit 1");
const [earlier, later] = ["earlier", "later"].map((name) => ({ id: randomUUID(), name }));
await session.call([earlier, later].map((one) => operation.create("Task", { ...one, parent_id: shot.id })));

// An assignment is an appointment of its kind.
const { data: assignment } = await session.create("Appointment", {
  context_id: earlier.id,
  resource_id: me.id,
  type: "assignment",
});
const [assigned] = await rows(
  `select assignments.resource.username, allocations from Task where id is ${earlier.id}`,
);
assert.deepEqual(assigned.assignments.map((one) => one.resource.username), [me.username]);
assert.deepEqual(assigned.allocations, []);
assert.ok((await rows(`Task where assignments any (resource_id is ${me.id})`)).length);
await session.delete("Appointment", assignment.id);
assert.deepEqual((await rows(`select assignments from Task where id is ${earlier.id}`))[0].assignments, []);

// Scopes: the list that is sent is all of them.
const scopes = await rows("Scope order by name limit 2");
const reference = ({ __entity_type__, id }) => ({ __entity_type__, id });
for (const wanted of [scopes, scopes.slice(1), []]) {
  await session.update("Task", earlier.id, { scopes: wanted.map(reference) });
  const [{ scopes: found }] = await rows(`select scopes.name from Task where id is ${earlier.id}`);
  assert.deepEqual(found.map((one) => one.id).sort(), wanted.map((one) => one.id).sort());
}

// What must come before what.
const { data: link } = await session.create("TypedContextLink", {
  from_id: earlier.id,
  to_id: later.id,
});
const [follower] = await rows(`select incoming_links.from.name from Task where id is ${later.id}`);
assert.deepEqual(follower.incoming_links.map((one) => one.from.name), ["earlier"]);
await session.delete("TypedContextLink", link.id);

// A job and what it has made.
const { data: job } = await session.create("Job", { user_id: me.id, status: "running", data: "{}" });
const { data: report } = await session.create("FileComponent", { name: "report", file_type: ".txt" });
await session.create("JobComponent", { job_id: job.id, component_id: report.id });
const [made] = await rows(`select job_components.component.name from Job where id is ${job.id}`);
assert.deepEqual(made.job_components.map((one) => one.component.name), ["report"]);

// Letters that nobody sends, and roles that count at once.
const { data: guest } = await session.create("User", { username: "guest", email: "g@example.com" });
const [role] = await rows('SecurityRole where name is "User"');
const [project] = await rows("Project where status is active");
const { data: review } = await session.create("ReviewSession", {
  name: "Friday",
  project_id: project.id,
});
const { data: invitee } = await session.create("ReviewSessionInvitee", {
  name: "Greta",
  email: "greta@example.com",
  review_session_id: review.id,
});
const answers = await session.call([
  { action: "send_user_invite", user_id: guest.id },
  { action: "send_review_session_invite", review_session_invitee_id: invitee.id },
]);
assert.deepEqual(answers, [{ sent: true }, { sent: true }]);
await session.call([{ action: "add_user_security_role", user_id: guest.id, role_id: role.id }]);
const roles = `UserSecurityRole where user_id is ${guest.id}`;
assert.equal((await rows(roles)).length, 1);
await session.call([{ action: "remove_user_security_role", user_id: guest.id, role_id: role.id }]);
assert.deepEqual(await rows(roles), []);

await session.call([
  ...[earlier, later].map((one) => operation.delete("Task", one.id)),
  operation.delete("ReviewSession", review.id),
  operation.delete("Job", job.id),
  operation.delete("FileComponent", report.id),
  operation.delete("User", guest.id),
]);
assert.deepEqual(await rows(`ReviewSessionInvitee where id is ${invitee.id}`), []);
