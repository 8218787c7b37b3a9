// Sends one HTTP request to the URL's host, or to another address with that host's name.

import http from "node:http";
import https from "node:https";

// API Gateway's own limit, so waiting longer does not help.
const TIMEOUT_MS = 29_000;

export function send({ method, url, headers, body, endpoint }) {
  const { host, origin } = new URL(url);
  // The target as signed: URL would encode some characters differently.
  const target = url.slice(origin.length) || "/";
  const { protocol, hostname, port } = new URL(endpoint || origin);
  const { request } = protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(
      { method, hostname, port, path: target, headers: { ...headers, host }, timeout: TIMEOUT_MS },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            statusCode: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`${origin} did not answer within ${TIMEOUT_MS} ms`)));
    sent.on("error", reject);
    sent.end(body || undefined);
  });
}
