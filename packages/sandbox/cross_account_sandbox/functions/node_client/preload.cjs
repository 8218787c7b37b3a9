// Replaces aws-lambda-ric's native module, rapid-client.node, whose build needs autotools and takes a minute.
// It implements the same three functions (aws-lambda-ric/src/rapid-client.cc) over the Runtime API: next, done, error.
//
// It uses a raw socket instead of node:http: `done` and `error` must have sent their request when they return, because
// the client can call process.exit right after (uncaughtException). A connected socket writes immediately.
"use strict";

const Module = require("node:module");
const net = require("node:net");

const PREFIX = "/2018-06-01/runtime/invocation/";
const HEADER_END = Buffer.from("\r\n\r\n");

class RuntimeSocket {
  constructor(address) {
    const [host, port] = address.split(":");
    this.address = address;
    this.received = Buffer.alloc(0);
    this.expected = [];
    this.socket = net.connect({ host, port: Number(port), noDelay: true });
    this.socket.on("data", (data) => this.onData(data));
    // Without the Runtime API, the environment has no purpose: Lambda ends it, and so does the sandbox.
    this.socket.on("error", () => process.exit(1));
    this.socket.on("close", () => process.exit(1));
  }

  // Sends a request and calls `onAnswer(status, headers, body)` with its response. Responses arrive in order.
  send(method, path, headers, body, onAnswer) {
    const lines = [`${method} ${path} HTTP/1.1`, `Host: ${this.address}`];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    if (body !== null) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    this.expected.push(onAnswer);
    this.socket.write(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
  }

  onData(data) {
    this.received = this.received.length === 0 ? data : Buffer.concat([this.received, data]);
    for (;;) {
      const headEnd = this.received.indexOf(HEADER_END);
      if (headEnd < 0) return;
      const [statusLine, ...lines] = this.received.toString("latin1", 0, headEnd).split("\r\n");
      const headers = {};
      for (const line of lines) {
        const colon = line.indexOf(":");
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const bodyStart = headEnd + HEADER_END.length;
      const bodyEnd = bodyStart + Number(headers["content-length"] ?? 0);
      if (this.received.length < bodyEnd) return;
      const body = this.received.toString("utf8", bodyStart, bodyEnd);
      this.received = this.received.subarray(bodyEnd);
      this.expected.shift()(Number(statusLine.split(" ")[1]), headers, body);
    }
  }
}

let connection = null;

function runtime() {
  connection ??= new RuntimeSocket(process.env.AWS_LAMBDA_RUNTIME_API);
  return connection;
}

function next() {
  return new Promise((resolve) => {
    const { socket } = runtime();
    // Only waiting for an event keeps the process alive. If a handler leaves no pending work, the process must reach
    // Node.js's `beforeExit`, in which the client responds for the handler.
    socket.ref();
    runtime().send("GET", `${PREFIX}next`, {}, null, (_status, headers, bodyJson) => {
      socket.unref();
      headers["lambda-runtime-deadline-ms"] = Number(headers["lambda-runtime-deadline-ms"]);
      resolve({ bodyJson, headers });
    });
  });
}

function done(id, body) {
  runtime().send("POST", `${PREFIX}${id}/response`, { "Content-Type": "application/json" }, body, (status) =>
    report("success", status),
  );
}

function error(id, body, xray) {
  const headers = { "Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": "Unhandled" };
  // Like the native client, omit a header longer than 1 MB.
  if (xray.length < 1024 * 1024) headers["Lambda-Runtime-Function-XRay-Error-Cause"] = xray.replace(/[\r\n]/g, " ");
  runtime().send("POST", `${PREFIX}${id}/error`, headers, body, (status) => report("failure", status));
}

function report(kind, status) {
  if (status >= 300) {
    process.stderr.write(`LAMBDA_RUNTIME Failed to post handler ${kind} response. Http response code: ${status}.\n`);
  }
}

const load = Module._load;
Module._load = function (request, ...rest) {
  return request.endsWith("/rapid-client.node") ? { next, done, error } : load.call(this, request, ...rest);
};
