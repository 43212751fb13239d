// Lists of shots and of versions.

import assert from "node:assert/strict";
import { connect } from "./support/session.mjs";

const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const [project] = await rows("Project where status is active");
const [category] = await rows("ListCategory limit 1");
const shots = await rows("Shot order by name limit 3");
const versions = await rows("AssetVersion order by id limit 2");
const reference = ({ __entity_type__, id }) => ({ __entity_type__, id });

const { data: today } = await session.create("TypedContextList", {
  name: "for today",
  project_id: project.id,
  category_id: category.id,
  items: shots.slice(0, 2).map(reference),
});
const { data: dailies } = await session.create("AssetVersionList", {
  name: "dailies",
  project_id: project.id,
  category_id: category.id,
});
await session.update("TypedContextList", today.id, { items: shots.map(reference) });
await session.update("AssetVersionList", dailies.id, { items: versions.map(reference) });

// Asked for by what they have in common, each is of its own type.
const lists = await rows(
  'select name, is_open from List where name in ("for today", "dailies") order by name',
);
console.log(lists.map((one) => `${one.__entity_type__} ${one.name}`));
assert.deepEqual(
  lists.map((one) => [one.__entity_type__, one.is_open]),
  [
    ["AssetVersionList", true],
    ["TypedContextList", true],
  ],
);
const [opened] = await rows(`select items.name from TypedContextList where id is ${today.id}`);
assert.deepEqual(
  opened.items.map((one) => [one.__entity_type__, one.name]).sort(),
  shots.map((one) => ["Shot", one.name]).sort(),
);
assert.equal((await rows('Shot where lists any (name is "for today")')).length, 3);
assert.equal((await rows('AssetVersion where lists any (name is "dailies")')).length, 2);

await session.update("TypedContextList", today.id, {
  items: [reference(shots[1])],
  is_open: false,
});
const [closed] = await rows(`select is_open, items from TypedContextList where id is ${today.id}`);
assert.equal(closed.is_open, false);
assert.deepEqual(
  closed.items.map((one) => one.id),
  [shots[1].id],
);

// A row of the link itself, then both lists by the type they have in common.
const { data: link } = await session.create("ListObject", {
  list_id: today.id,
  entity_id: shots[2].id,
});
assert.equal((await rows('Shot where lists any (name is "for today")')).length, 2);
await session.delete("ListObject", link.id);
for (const one of lists) {
  await session.delete("List", one.id);
}
assert.deepEqual(await rows('List where name in ("for today", "dailies")'), []);
assert.deepEqual(await rows("Shot order by name limit 3"), shots);
console.log("the lists are gone, the shots are not");
