// AWS Signature Version 4, with only node:crypto. The version of the SDK in Lambda's Node.js runtimes varies, and the
// sandbox has no SDK; these 40 lines sign the same way everywhere.
// Source: IAM User Guide, "Create a signed AWS API request".

import { createHash, createHmac } from "node:crypto";

// Percent-encoding of RFC 3986: encodeURIComponent leaves five characters that AWS encodes.
export const encoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

// The query string sorted by encoded names, as the canonical request requires.
export const queryOf = (query) =>
  Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    .sort()
    .join("&");

// The headers to send: the given headers, and Authorization, X-Amz-Date and X-Amz-Security-Token.
export function signed({ method, url, body, headers, service, region, credentials, now = new Date() }) {
  const { host, origin } = new URL(url);
  const [path, query = ""] = url.slice(origin.length).split("?");
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = date.slice(0, 8);
  const all = { ...headers, host, "x-amz-date": date, "x-amz-security-token": credentials.sessionToken };
  const names = Object.keys(all).sort();
  const canonical = [
    method,
    // Every service except S3 encodes the path a second time.
    path.split("/").map(encoded).join("/") || "/",
    query,
    ...names.map((name) => `${name}:${all[name].trim().replace(/ +/g, " ")}`),
    "",
    names.join(";"),
    sha256(body),
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, "aws4_request"].reduce(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n")).toString("hex");
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...all, authorization };
}

const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text, "utf8").digest();
