// Files on the server: by the client's own uploader, whole and in parts, and read again.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { deflateSync, crc32 } from "node:zlib";
import { SERVER_LOCATION_ID, operation } from "@ftrack/api";
import { XMLHttpRequest, pretend } from "./browser/xml_http_request.mjs";
import { connect, refused } from "./support/session.mjs";

const CHUNK = 100_000;
pretend({ chunkSize: CHUNK });
const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const file = (bytes, name) => Object.assign(new Blob([bytes]), { name });
const download = async (id, headers = {}) => {
  const response = await fetch(session.getComponentUrl(id), { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};
const content = Buffer.alloc(CHUNK * 3 + 123, "0123456789abcdef, räksmörgås; ");

// In one part.
const shown = [];
const [component, location, metadata] = await session.createComponent(
  file(content.subarray(0, 5000), "räksmörgås 50%.txt"),
  { onProgress: (percent) => shown.push(percent) },
);
const { id } = component.data;
console.log(component.data, Object.keys(metadata));
assert.equal(metadata.component_id, id);
assert.ok(metadata.url && metadata.headers);
assert.equal(location.data.location_id, SERVER_LOCATION_ID);
assert.equal(location.data.resource_identifier, id);
assert.deepEqual(shown, [100]);
assert.equal(XMLHttpRequest.sent.length, 1);
const [read] = await rows(
  `select name, file_type, size, component_locations.url from FileComponent where id is ${id}`,
);
assert.deepEqual([read.name, read.file_type, Number(read.size)], ["räksmörgås 50%", ".txt", 5000]);
const whole = await download(id);
assert.equal(whole.response.status, 200);
assert.ok(whole.bytes.equals(content.subarray(0, 5000)));
console.log(Object.fromEntries(whole.response.headers));

// A piece of it, the end of it, and what lies behind its end.
const piece = await download(id, { Range: "bytes=100-199" });
assert.equal(piece.response.status, 206);
assert.equal(piece.response.headers.get("content-range"), "bytes 100-199/5000");
assert.ok(piece.bytes.equals(content.subarray(100, 200)));
const end = await download(id, { Range: "bytes=-10" });
assert.ok(end.bytes.equals(content.subarray(4990, 5000)));
assert.equal((await download(id, { Range: "bytes=6000-" })).response.status, 416);

// In parts, several of them at a time.
XMLHttpRequest.sent.length = 0;
const [version] = await rows("AssetVersion order by id limit 1");
const [large, placed, parts] = await session.createComponent(file(content, "large.bin"), {
  data: { version_id: version.id },
});
console.log(XMLHttpRequest.sent.map((one) => one.size));
assert.deepEqual(XMLHttpRequest.sent.map((one) => one.size).sort(), [123, CHUNK, CHUNK, CHUNK].sort());
assert.ok(parts.upload_id);
assert.equal(placed.data.component_id, large.data.id);
const again = await download(large.data.id);
assert.ok(again.bytes.equals(content));
assert.equal(createHash("md5").update(again.bytes).digest("hex"), createHash("md5").update(content).digest("hex"));
const [owner] = await rows(`AssetVersion where components any (id is ${large.data.id})`);
assert.equal(owner.id, version.id);

// A part that is missing when the whole is declared complete.
const [made, asked] = await session.call([
  operation.create("FileComponent", { name: "half", file_type: ".bin", size: 20 }),
  {
    action: "get_upload_metadata",
    file_name: "half.bin",
    file_size: 20,
    component_id: "6b9d1c1e-0000-4000-8000-000000000001",
    parts: 2,
  },
]);
assert.deepEqual(
  asked.urls.map((one) => one.part_number),
  [1, 2],
);
const sent = await fetch(asked.urls[0].signed_url, { method: "PUT", body: "0123456789" });
assert.equal(sent.status, 200);
const half = {
  action: "complete_multipart_upload",
  component_id: asked.component_id,
  upload_id: asked.upload_id,
};
const tag = sent.headers.get("etag").replaceAll('"', "");
await refused(session.call([{ ...half, parts: [{ part_number: 1, e_tag: tag }, { part_number: 2, e_tag: tag }] }]), "ServerValidationError");
await session.delete("FileComponent", made.data.id);

// A picture and its thumbnail.
const chunk = (kind, data) => {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(checksum(body), body.length + 4);
  return framed;
};
function checksum(bytes) {
  if (crc32) return crc32(bytes);
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}
const header = Buffer.alloc(13);
header.writeUInt32BE(64, 0);
header.writeUInt32BE(32, 4);
header.set([8, 0], 8);
const picture = Buffer.concat([
  Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  chunk("IHDR", header),
  chunk("IDAT", deflateSync(Buffer.alloc(65 * 32))),
  chunk("IEND", Buffer.alloc(0)),
]);
const [thumbnail] = await session.createComponent(file(picture, "thumbnail.png"));
await session.update("AssetVersion", version.id, { thumbnail_id: thumbnail.data.id });
const [pictured] = await rows(`select thumbnail_url, thumbnail_id from AssetVersion where id is ${version.id}`);
console.log(Object.keys(pictured.thumbnail_url));
for (const url of [session.thumbnailUrl(thumbnail.data.id, { size: 32 }), session.thumbnailUrl(null), pictured.thumbnail_url.url]) {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^image\//);
}

// Gone from the server with its record; a wrong key reads nothing.
const stranger = session.getComponentUrl(id).replace(/apiKey=[^&]*/, "apiKey=wrong");
assert.ok([401, 403].includes((await fetch(stranger)).status));
for (const one of [id, large.data.id]) {
  await session.delete("FileComponent", one);
  assert.equal((await fetch(session.getComponentUrl(one))).status, 404);
}
