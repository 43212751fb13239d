// What the server refuses, and the errors that the client makes of it.

import assert from "node:assert/strict";
import { operation } from "@ftrack/api";
import { connect, refused } from "./support/session.mjs";

// The wrong key, the wrong user.
for (const wrong of [{ key: "wrong" }, { user: "nobody" }]) {
  for (const options of [{}, { strictApi: true }]) {
    const problem = await refused(
      connect(options, wrong),
      "ServerError",
      "The supplied API key is not valid.",
    );
    assert.equal(problem.errorCode, "api_credentials_invalid");
  }
}

for (const strictApi of [false, true]) {
  const session = await connect({ strictApi });
  const rows = async (text) => (await session.query(text)).data;

  // Questions that cannot be read.
  await refused(session.query("select name from Task where name is"), "ServerError", "Failed to parse");
  await refused(session.query("select nmae from Task"), "ServerError", "No attribute 'nmae' exists for schema 'Task'");
  await refused(session.query("Tsak"), "ServerError", "Tsak");
  await refused(session.call([{ action: "frobnicate" }]), "ServerError", "Invalid action u'frobnicate'");
  const grouped = session.query("select count(id) from Task group by status_id");
  if (strictApi) {
    assert.ok((await grouped).data.length);
  } else {
    await refused(grouped, "ServerValidationError", "strict");
  }

  // Changes that make no sense.
  const [task] = await rows("select id, bid from Task order by id limit 1");
  const [project] = await rows("Project where status is active");
  await refused(session.update("Task", task.id, { bid: "a lot" }), "ServerValidationError", "bid");
  await refused(session.update("Task", task.id, { nmae: "x" }), "ServerValidationError", "nmae");
  await refused(session.create("Tsak", { name: "x" }), "ServerValidationError", "Tsak");
  await refused(session.create("Shot", { name: "without a parent" }), "ServerValidationError", "parent");
  await refused(session.update("Task", ["nothing"], { name: "x" }), "ServerError", "Could not find entity Task with entity_key [");
  await refused(session.update("Task", "nothing", { name: "x" }), "ServerError", "Could not find entity Task with entity_key [");
  await refused(session.delete("Task", "nothing"), "ServerError", "nothing");

  // Twice the same.
  const metadata = { parent_id: task.id, parent_type: "task", key: "once", value: "x" };
  await session.create("Metadata", metadata);
  await refused(session.create("Metadata", metadata), "ServerError");
  await session.delete("Metadata", [task.id, "once"]);
  await refused(session.create("User", { id: (await rows("User limit 1"))[0].id, username: "twice" }), "ServerError");
  const me = session.serverInformation.user_information;
  const timer = { user_id: me.id, context_id: task.id };
  const { data: first } = await session.create("Timer", timer);
  await refused(session.create("Timer", timer), "ServerError");
  await session.delete("Timer", first.id);

  // All of a request or nothing of it.
  await refused(
    session.call([
      operation.create("Folder", { name: "all or nothing", parent_id: project.id }),
      operation.update("Task", task.id, { bid: "a lot" }),
    ]),
    "ServerValidationError",
  );
  assert.deepEqual(await rows('Folder where name is "all or nothing"'), []);

  // Who may read may not always write.
  const { data: guest } = await session.create("User", { username: "reader" });
  const [role] = await rows('SecurityRole where name is "User"');
  console.log("role", role?.name);
  if (role) {
    await session.call([
      { action: "add_user_security_role", user_id: guest.id, role_id: role.id },
    ]);
  }
  const [reset] = await session.call([
    { action: "reset_remote", reset_type: "api_key", entity_type: "User", entity_key: guest.id },
  ]);
  const theirs = await connect({ strictApi }, { user: "reader", key: reset.data.api_key });
  assert.equal(theirs.serverInformation.user_information.username, "reader");
  await refused(
    theirs.create("User", { username: "another" }),
    "ServerPermissionDeniedError",
    "User",
  );
  await session.delete("User", guest.id);
  await refused(theirs.query("User limit 1"), "ServerError", "The supplied API key is not valid.");
}
