// A page of another origin: the browser asks first, and sees only what the server lets it see.

import assert from "node:assert/strict";
import { ORIGIN, preflight } from "./browser/xml_http_request.mjs";
import { connect } from "./support/session.mjs";

// Each call of the client, as a browser would send it for a page.
const send = globalThis.fetch;
let calls = 0;
globalThis.fetch = async (url, options = {}) => {
  if (options.method === "OPTIONS") return send(url, options);
  assert.equal(options.credentials, "include");
  const headers = Object.fromEntries(
    Object.entries(options.headers).map(([name, value]) => [name, String(value)]),
  );
  const asked = await preflight(url, options.method.toUpperCase(), headers);
  const response = await send(url, { ...options, headers: { ...headers, Origin: ORIGIN } });
  for (const one of [asked, response]) {
    // With cookies a browser takes no star.
    assert.equal(one.headers.get("access-control-allow-origin"), ORIGIN);
    assert.equal(one.headers.get("access-control-allow-credentials"), "true");
    assert.match(one.headers.get("vary"), /origin/i);
  }
  calls += 1;
  return response;
};

const session = await connect({ ensureSerializableResponse: true, strictApi: true });
const { data } = await session.query("select username from User", { pushToken: "page" });
assert.ok(data.some((one) => one.username === session.apiUser));
console.log(calls, "calls from", ORIGIN);
assert.equal(calls, 2);

// A refusal can be read as well.
await assert.rejects(session.query("Tsak"), /Tsak/);
