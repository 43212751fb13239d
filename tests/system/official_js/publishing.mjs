// Assets and versions, which count for themselves.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { operation } from "@ftrack/api";
import { connect } from "./support/session.mjs";

const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const me = session.serverInformation.user_information;
const [task] = await rows("select parent_id from Task where parent.name like sq% order by id limit 1");
const [type] = await rows('AssetType where short is "geo"');

const { data: asset } = await session.create("Asset", {
  name: "from javascript",
  type_id: type.id,
  context_id: task.parent_id,
});
const published = [];
for (const comment of ["the first", "the second"]) {
  const { data } = await session.create("AssetVersion", {
    asset_id: asset.id,
    task_id: task.id,
    comment,
  });
  published.push(data);
}
// Two more in one request go on counting.
const both = await session.call(
  ["the third", "the fourth"].map((comment) =>
    operation.create("AssetVersion", { asset_id: asset.id, task_id: task.id, comment }),
  ),
);
published.push(...both.map((one) => one.data));
console.log("versions", published.map((one) => one.version).join(", "));
assert.deepEqual(
  published.map((one) => one.version),
  [1, 2, 3, 4],
);

const [latest] = await rows(
  "select version, date, user.username, status.name, is_published, link, asset.parent.name, " +
    `task.name from AssetVersion where asset_id is ${asset.id} and is_latest_version is true`,
);
assert.equal(latest.id, published[3].id);
assert.equal(latest.user.username, me.username);
assert.equal(latest.is_published, true);
assert.ok(latest.status.name && latest.task.name && latest.asset.parent.name);
console.log(latest.link.map((step) => step.name).join(" / "));
assert.equal(latest.link.at(-1).name, "from javascript v004");

// What was made from what.
await session.update("AssetVersion", latest.id, {
  uses_versions: [{ __entity_type__: "AssetVersion", id: published[0].id }],
});
const [used] = await rows(
  `select used_in_versions from AssetVersion where id is ${published[0].id}`,
);
assert.deepEqual(
  used.used_in_versions.map((one) => one.id),
  [latest.id],
);

// Frames: the container and its members in one request, the container last.
const sequence = randomUUID();
await session.call([
  ...[1001, 1002, 1003].map((frame) =>
    operation.create("FileComponent", {
      name: String(frame),
      file_type: ".exr",
      size: frame,
      container_id: sequence,
    }),
  ),
  operation.create("SequenceComponent", {
    id: sequence,
    name: "frames",
    file_type: ".exr",
    padding: 4,
    size: 3006,
    version_id: latest.id,
  }),
]);
const [version] = await rows(
  "select components.name, components.size, components.padding, components.members.name " +
    `from AssetVersion where id is ${latest.id}`,
);
const [frames] = version.components;
assert.equal(frames.__entity_type__, "SequenceComponent");
assert.deepEqual(frames.members.map((one) => one.name).sort(), ["1001", "1002", "1003"]);
assert.deepEqual([frames.padding, Number(frames.size)], [4, 3006]);

await session.delete("Asset", asset.id);
assert.deepEqual(await rows(`AssetVersion where asset_id is ${asset.id}`), []);
assert.deepEqual(await rows(`Component where id is ${sequence}`), []);
