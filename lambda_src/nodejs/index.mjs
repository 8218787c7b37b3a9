// The tutorial's "hello world" behind a REST API with Lambda proxy integration (payload 1.0).
// ../python/index.py answers every event with the same status, headers and body, byte for byte.
//
// name and city come from the query, day from the header `day`, time from the JSON body. The answer is the
// greeting as `message` and the event as `input`. Changed on purpose from the tutorial: credentials in `input`
// and in the log are REDACTED, a base64 body is decoded, and a body that is not JSON is the caller's 400.

const SECRET_HEADERS = new Set(["authorization", "cookie", "x-api-key", "x-amz-security-token"]);
const REDACTED = "REDACTED";
// What both languages' parsers take without running out of stack.
const DEEPEST_BODY = 200;

class BadBody extends Error {}

console.log("Loading hello world function");

export const handler = async (event) => {
  const input = redacted(event);
  console.log("request: " + JSON.stringify(input));
  try {
    return answer(200, { message: greeting(event), input });
  } catch (error) {
    if (error instanceof BadBody) return answer(400, { message: error.message });
    throw error;
  }
};

function answer(statusCode, content) {
  const body = JSON.stringify(content);
  console.log("response: " + body);
  return { statusCode, headers: { "x-custom-header": "my custom header value" }, body };
}

function greeting(event) {
  const name = member(member(event, "queryStringParameters"), "name") || "you";
  const city = member(member(event, "queryStringParameters"), "city") || "World";
  const day = member(member(event, "headers"), "day");
  const time = member(bodyOf(event), "time") || "day";
  const message = `Good ${text(time)}, ${text(name)} of ${text(city)}.`;
  return day ? `${message} Happy ${text(day)}!` : message;
}

function bodyOf(event) {
  const body = member(event, "body");
  if (!body) return null;
  if (typeof body !== "string") throw new BadBody("The request body is not text.");
  const json = member(event, "isBase64Encoded") === true ? decoded(body) : body;
  if (depth(json) > DEEPEST_BODY) {
    throw new BadBody(`The request body is nested more than ${DEEPEST_BODY} levels deep.`);
  }
  try {
    return JSON.parse(json);
  } catch {
    throw new BadBody("The request body is not valid JSON.");
  }
}

function decoded(body) {
  // Buffer skips what is not base64; a damaged body must not pass for another one.
  if (body.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(body.replace(/={1,2}$/, ""))) {
    throw new BadBody("The request body is not valid base64.");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, "base64"));
  } catch {
    throw new BadBody("The request body is not UTF-8 text.");
  }
}

function depth(json) {
  let level = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (quoted && character === "\\") index += 1;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, (level += 1));
    else if (character === "]" || character === "}") level -= 1;
  }
  return deepest;
}

function redacted(event) {
  if (!isObject(event)) return event;
  const copy = { ...event };
  for (const field of ["headers", "multiValueHeaders"]) {
    if (isObject(event[field])) copy[field] = withoutSecrets(event[field]);
  }
  return copy;
}

function withoutSecrets(headers) {
  const hide = (value) => (Array.isArray(value) ? value.map(() => REDACTED) : REDACTED);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.has(name.toLowerCase()) ? hide(value) : value]),
  );
}

// As a template literal shows a value; spelled out because an object's own `toString` must not break it.
function text(value) {
  if (Array.isArray(value)) return value.map((item) => (item === null ? "" : text(item))).join(",");
  return isObject(value) ? "[object Object]" : String(value);
}

function member(value, key) {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
