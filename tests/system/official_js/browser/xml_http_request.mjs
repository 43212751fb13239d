// The parts of a browser that the client's uploader uses, on top of Node's fetch.
//
// Like a browser it asks first, gives a page of another origin nothing that the server does not
// allow it, and hides the headers that the server does not expose.

/** Where the page that uploads comes from. */
export const ORIGIN = "https://page.example";

const SAFE = ["accept", "accept-language", "content-language", "content-type"];

/** Throw unless *response* lets the page see it. */
function allowed(response) {
  const origin = response.headers.get("access-control-allow-origin");
  if (origin !== ORIGIN && origin !== "*") {
    throw new TypeError(`the answer is for ${origin}, not for ${ORIGIN}`);
  }
  return response;
}

function listed(response, name) {
  const text = response.headers.get(name) ?? "";
  return text.split(",").map((one) => one.trim().toLowerCase());
}

/** Ask whether *method* with *headers* may be sent to *url*, as a browser does. */
export async function preflight(url, method, headers) {
  const asked = Object.keys(headers).map((name) => name.toLowerCase());
  const response = allowed(
    await fetch(url, {
      method: "OPTIONS",
      headers: {
        Origin: ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": asked.join(","),
      },
    }),
  );
  if (!response.ok || !listed(response, "access-control-allow-methods").includes(method.toLowerCase())) {
    throw new TypeError(`${method} is not allowed: ${response.status}`);
  }
  const granted = listed(response, "access-control-allow-headers");
  const missing = asked.filter((name) => !SAFE.includes(name) && !granted.includes(name));
  if (missing.length) {
    throw new TypeError(`not allowed: ${missing}`);
  }
  return response;
}

export class XMLHttpRequest extends EventTarget {
  static sent = [];
  upload = new EventTarget();
  readyState = 0;
  status = 0;
  response = "";
  #headers = {};
  #controller = new AbortController();

  open(method, url) {
    Object.assign(this, { method, url, readyState: 1 });
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  getResponseHeader(name) {
    return listed(this.answer, "access-control-expose-headers").includes(name.toLowerCase())
      ? this.answer.headers.get(name)
      : null;
  }

  abort() {
    this.#controller.abort();
    this.onabort?.();
  }

  async send(body) {
    XMLHttpRequest.sent.push({ method: this.method, url: this.url, size: body.size });
    try {
      await preflight(this.url, this.method, this.#headers);
      this.answer = allowed(
        await fetch(this.url, {
          method: this.method,
          headers: { ...this.#headers, Origin: ORIGIN },
          body,
          signal: this.#controller.signal,
        }),
      );
      this.status = this.answer.status;
      this.response = await this.answer.text();
    } catch (error) {
      console.log("XMLHttpRequest:", error.message);
      this.onerror?.(error);
      return;
    }
    const progress = new Event("progress");
    this.upload.dispatchEvent(
      Object.assign(progress, { lengthComputable: true, loaded: body.size, total: body.size }),
    );
    this.readyState = 4;
    this.onreadystatechange?.();
    this.onload?.();
  }
}

/** Make Node look enough like a browser; files are cut in chunks of *chunkSize* bytes. */
export function pretend({ chunkSize }) {
  const window = new EventTarget();
  Object.assign(window, { navigator: { onLine: true }, FTRACK_UPLOAD_CHUNK_SIZE: chunkSize });
  Object.assign(globalThis, { window, XMLHttpRequest });
}
