// Calls the REST API of another account: assumes a role there, signs the request with SigV4, returns the response.
//
// The event describes the request: {"method": "GET", "path": "/pets/1", "query": {"type": "dog"}, "body": "text"}, of
// which only `path` is required. The result is {"statusCode", "headers", "body"} for every status.
//
// Settings (environment variables)
//   API_URL      https://{api}.execute-api.{region}.amazonaws.com/{stage}
//   API_REGION   the API's Region, which is part of the signature
//   ROLE_ARN     the role in the API's account
//   EXTERNAL_ID  the external ID that the role's trust policy requires, if any
//   API_ENDPOINT the address to connect to instead, if set; the signature is still for the API's own host

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
    throw new RangeError(`path ${path}: start it with a slash, and remove empty segments, \`.\` and \`..\``);
  }
  const encodedQuery = queryOf(query ?? {});
  return {
    method: method.toUpperCase(),
    url: process.env.API_URL + segments.map(encoded).join("/") + (encodedQuery && `?${encodedQuery}`),
    body: body ?? "",
  };
}
