// Media for review and pages about a thing: what is made, and what becomes of the job.

import assert from "node:assert/strict";
import { pretend } from "./browser/xml_http_request.mjs";
import { connect, refused } from "./support/session.mjs";

pretend({ chunkSize: 1_000_000 });
const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const [version] = await rows("AssetVersion order by id limit 1");
const upload = async (bytes, name) => {
  const file = Object.assign(new Blob([bytes]), { name });
  const [component] = await session.createComponent(file, { data: { version_id: version.id } });
  return component.data;
};
const ended = async (id) => {
  for (;;) {
    const [job] = await rows(
      `select status, data, job_components.component.name from Job where id is ${id}`,
    );
    if (["done", "failed"].includes(job.status)) return { ...job, data: JSON.parse(job.data) };
  }
};

// A picture: the placeholder of the server itself, which is one.
const shown = await fetch(session.thumbnailUrl(null));
const picture = await upload(await shown.arrayBuffer(), "picture.png");
const [asked] = await session.call([
  {
    action: "encode_media",
    component_id: picture.id,
    version_id: version.id,
    keep_original: true,
  },
]);
const job = await ended(asked.job_id);
console.log(job.status, job.data);
assert.equal(job.data.source_component_id, picture.id);
assert.equal(job.data.keep_original, true);
if (job.status === "done") {
  const made = job.data.output.map((one) => one.component_id);
  assert.deepEqual(job.job_components.map((one) => one.component_id).sort(), [...made].sort());
  const [encoded] = await rows(
    `select thumbnail_id, thumbnail_url, components.name from AssetVersion where id is ${version.id}`,
  );
  assert.ok(made.includes(encoded.thumbnail_id));
  assert.ok(encoded.components.some((one) => one.name === "ftrackreview-image"));
  const thumbnail = await fetch(encoded.thumbnail_url.url);
  assert.match(thumbnail.headers.get("content-type"), /^image\//);
} else {
  assert.match(job.data.description, /Pillow/);
}

// What is no picture and no movie stays, and the job says why.
const letter = await upload("a letter", "letter.txt");
const [failing] = await session.call([
  { action: "encode_media", component_id: letter.id, keep_original: false },
]);
const failed = await ended(failing.job_id);
console.log(failed.status, failed.data.description);
assert.equal(failed.status, "failed");
assert.match(failed.data.description, /\.txt/);
assert.equal((await rows(`FileComponent where id is ${letter.id}`)).length, 1);
await refused(
  session.call([{ action: "encode_media", component_id: "nothing" }]),
  "ServerError",
  "Could not find entity Component",
);

// A page about a shot, which a browser opens without a key.
const [shot] = await rows("Shot order by name limit 1");
const widget = { action: "get_widget_url", name: "info", theme: "light" };
const [page] = await session.call([{ ...widget, entity_type: "Shot", entity_key: [shot.id] }]);
const opened = await fetch(page.widget_url);
assert.equal(opened.status, 200);
assert.ok((await opened.text()).includes(shot.id));
await refused(session.call([{ ...widget, name: "clock" }]), "ServerValidationError", "clock");
await refused(
  session.call([{ ...widget, entity_type: "Shot", entity_key: ["nothing"] }]),
  "ServerError",
  "Could not find entity Shot",
);

for (const one of [picture, letter]) await session.delete("FileComponent", one.id);
for (const one of [asked, failing]) await session.delete("Job", one.job_id);
