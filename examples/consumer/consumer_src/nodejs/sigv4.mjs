// AWS Signature Version 4, with node:crypto alone. Lambda's Node.js runtimes bring the SDK, but not one version of it,
// and the sandbox brings none: signing is 40 lines, and the same everywhere.
// Source: IAM user guide, "Create a signed AWS API request".

import { createHash, createHmac } from "node:crypto";

// Percent-encoding of RFC 3986: encodeURIComponent leaves five characters that AWS encodes.
export const encoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

// A query in the order of its encoded names, as the canonical request has it.
export const queryOf = (query) =>
  Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    .sort()
    .join("&");

// The headers to send: those given, and Authorization, X-Amz-Date and X-Amz-Security-Token.
export function signed({ method, url, body, headers, service, region, credentials, now = new Date() }) {
  const { host, origin } = new URL(url);
  const [path, query = ""] = url.slice(origin.length).split("?");
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = date.slice(0, 8);
  const all = { ...headers, host, "x-amz-date": date, "x-amz-security-token": credentials.sessionToken };
  const names = Object.keys(all).sort();
  const canonical = [
    method,
    // Every service but S3 encodes the path a second time.
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
