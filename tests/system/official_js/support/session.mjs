// A session from the usual variables, and a promise that has to fail.

import assert from "node:assert/strict";
import loglevel from "loglevel";
import { Session } from "@ftrack/api";

/** Return a session that has started. */
export async function connect(options = {}, { user, key } = {}) {
  const { FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY } = process.env;
  const session = new Session(
    FTRACK_SERVER,
    user ?? FTRACK_API_USER,
    key ?? FTRACK_API_KEY,
    options,
  );
  await session.initializing;
  return session;
}

/** Return the error with which *promise* fails: of the class called *name*, with each text. */
export async function refused(promise, name, ...texts) {
  // The client logs each refusal with its traceback; here they are expected.
  loglevel.getLogger("ftrack_api").setLevel("silent");
  let problem = null;
  try {
    await promise;
  } catch (error) {
    problem = error;
  }
  assert.ok(problem, `not refused: ${name} ${texts}`);
  console.log(`${problem.name} (${problem.errorCode}): ${problem.message}`);
  assert.equal(problem.name, name, problem.message);
  for (const text of texts) {
    assert.ok(problem.message.includes(text), `no ${text} in: ${problem.message}`);
  }
  return problem;
}
