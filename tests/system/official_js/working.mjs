// Timers, time that was logged, jobs, and how times travel.

import assert from "node:assert/strict";
import moment from "moment";
import { connect, refused } from "./support/session.mjs";

const session = await connect();
const rows = async (text) => (await session.query(text)).data;
const me = session.serverInformation.user_information;
const [task] = await rows("select id from Task order by id desc limit 1");

// A timer, a second one that is refused, and the time it has taken.
const { data: timer } = await session.create("Timer", {
  user_id: me.id,
  context_id: task.id,
  name: "animate",
  start: moment().subtract(90, "seconds"),
});
await refused(
  session.create("Timer", { user_id: me.id, context_id: task.id }),
  "ServerError",
);
const [running] = await rows(`select start, name from Timer where user_id is ${me.id}`);
assert.equal(running.id, timer.id);
const elapsed = moment().diff(running.start, "seconds");
console.log("runs for", elapsed, "seconds");
assert.ok(elapsed >= 90 && elapsed < 200, `it runs for ${elapsed} seconds`);
await session.delete("Timer", timer.id);
assert.deepEqual(await rows(`Timer where user_id is ${me.id}`), []);

// A time is the same moment, however it is given.
const start = "2031-05-06T08:00:00.000Z";
for (const given of [
  new Date(start),
  moment(start),
  moment.utc(start),
  start,
  "2031-05-06T10:00:00+02:00",
]) {
  const { data: log } = await session.create("Timelog", {
    user_id: me.id,
    context_id: task.id,
    duration: 3600,
    start: given,
  });
  assert.equal(moment.isMoment(log.start) && log.start.toISOString(), start);
  const [read] = await rows(`select start, duration from Timelog where id is ${log.id}`);
  assert.equal(read.start.toISOString(), start);
  assert.ok(read.start.isUTC());
  const found = await rows(
    `Timelog where id is ${log.id} and start is "2031-05-06T08:00:00" and duration is 3600`,
  );
  assert.equal(found.length, 1);
  await session.delete("Timelog", log.id);
}

// As texts, where the session is told so.
const texts = await connect({ decodeDatesAsIso: true });
const { data: created } = await texts.create("Timelog", {
  user_id: me.id,
  context_id: task.id,
  duration: 60,
  start: "2031-05-06T08:00:00Z",
});
assert.equal(created.start, start);
const { data: read } = await texts.query(`select start from Timelog where id is ${created.id}`);
assert.equal(read[0].start, start);
await texts.update("Timelog", created.id, { start: "2031-05-07T08:30:00.250Z" });
const { data: moved } = await texts.query(`select start from Timelog where id is ${created.id}`);
console.log("moved to", moved[0].start);
assert.equal(moved[0].start.slice(0, 19), "2031-05-07T08:30:00");
const [logged] = await rows(`select time_logged, timelogs.duration from Task where id is ${task.id}`);
assert.ok(logged.time_logged >= 60);
await session.delete("Timelog", created.id);

// Dates of a task, and none of them.
const [before] = await rows(`select start_date, end_date from Task where id is ${task.id}`);
await session.update("Task", task.id, { start_date: moment.utc([2031, 4, 6]), end_date: null });
const [after] = await rows(`select start_date, end_date from Task where id is ${task.id}`);
assert.equal(after.start_date.toISOString().slice(0, 10), "2031-05-06");
assert.equal(after.end_date, null);
await session.update("Task", task.id, {
  start_date: before.start_date,
  end_date: before.end_date,
});

// A job tells its progress.
const { data: job } = await session.create("Job", {
  user_id: me.id,
  status: "running",
  data: JSON.stringify({ description: "Räksmörgås" }),
});
assert.equal(job.type, "api_job");
await session.update("Job", job.id, { status: "done" });
const [ended] = await rows(`select data, status from Job where id is ${job.id}`);
assert.deepEqual([JSON.parse(ended.data).description, ended.status], ["Räksmörgås", "done"]);
await session.delete("Job", job.id);
