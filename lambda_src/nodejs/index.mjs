// The tutorial's "hello world" behind an API Gateway REST API (Lambda proxy integration, payload 1.0).

// The answer and the log repeat the event, without the credentials in it.
const SECRET_HEADERS = ["authorization", "cookie", "x-api-key", "x-amz-security-token"];

console.log("Loading hello world function");

// Greets the caller and echoes the event; 400 if the body is not JSON.
export const handler = async (event) => {
  const shown = {
    ...event,
    headers: redacted(event.headers, "REDACTED"),
    multiValueHeaders: redacted(event.multiValueHeaders, ["REDACTED"]),
  };
  console.log("request:", JSON.stringify(shown));
  const { name, city } = event.queryStringParameters ?? {};
  const day = event.headers?.day;
  let time;
  try {
    time = timeIn(event);
  } catch {
    return answer(400, { message: "The request body is not valid JSON." });
  }
  const greeting = `Good ${time}, ${name || "you"} of ${city || "World"}.`;
  return answer(200, { message: day ? `${greeting} Happy ${day}!` : greeting, input: shown });
};

function timeIn(event) {
  const body = event.body || "{}";
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const time = JSON.parse(event.isBase64Encoded ? utf8.decode(Buffer.from(body, "base64")) : body)?.time;
  return time && typeof time === "string" ? time : "day";
}

function redacted(headers, standIn) {
  if (!headers) return null;
  const shown = ([name, value]) => [name, SECRET_HEADERS.includes(name.toLowerCase()) ? standIn : value];
  return Object.fromEntries(Object.entries(headers).map(shown));
}

function answer(statusCode, content) {
  const body = JSON.stringify(content);
  console.log("response:", body);
  return { statusCode, headers: { "x-custom-header": "my custom header value" }, body };
}
