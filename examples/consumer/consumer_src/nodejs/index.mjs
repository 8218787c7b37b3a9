// Calls the REST API of another account: assumes a role there, signs the request with SigV4, answers what came back.
//
// The event says what to call: {"method": "GET", "path": "/pets/1", "query": {"type": "dog"}, "body": "text"}, of
// which only `path` must be there. The answer is {"statusCode", "headers", "body"}, whatever the status.
//
// Settings (environment variables)
//   API_URL      https://{api}.execute-api.{region}.amazonaws.com/{stage}
//   API_REGION   the API's Region: what the signature is made for
//   ROLE_ARN     the role in the API's account
//   EXTERNAL_ID  what that role's trust policy asks for, if it does
//   API_ENDPOINT where to connect instead, if set; the signature stays one for the API's own host

import { send } from "./http.mjs";
import { credentials } from "./role-session.mjs";
import { encoded, queryOf, signed } from "./sigv4.mjs";

export const handler = async (event) => {
  const { method, url, body } = requested(event);
  const headers = signed({
    method,
    url,
    body,
    headers: body ? { "content-type": "application/json" } : {},
    service: "execute-api",
    region: process.env.API_REGION,
    credentials: await credentials(),
  });
  return send({ method, url, headers, body, endpoint: process.env.API_ENDPOINT });
};

function requested({ method = "GET", path, query, body }) {
  const segments = path.split("/");
  const inner = segments.slice(1, -1);
  if (segments[0] !== "" || inner.includes("") || segments.some((segment) => segment === "." || segment === "..")) {
    throw new RangeError(`path ${path}: begin it with a slash, and leave out empty segments, \`.\` and \`..\``);
  }
  const encodedQuery = queryOf(query ?? {});
  return {
    method: method.toUpperCase(),
    url: process.env.API_URL + segments.map(encoded).join("/") + (encodedQuery && `?${encodedQuery}`),
    body: body ?? "",
  };
}
