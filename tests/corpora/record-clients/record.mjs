// Records what real clients send, into ../clients.json. See README.md.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { browse } from "./browser.mjs";
import { fromNode } from "./node.mjs";

const here = import.meta.dirname;
const work = process.env.RECORD_DIR; // where record.sh has put the packages
const corpus = join(here, "../clients.json");
const packages = createRequire(join(work, "package.json"));

/** What was sent, by the name of the client: the path of a request is `/client/NAME`. */
const sent = new Map();
// Of the machine and not of the client; what is random is replaced below.
const LEFT_OUT = ["host", "connection", "content-length", "transfer-encoding", "cookie"];

function keep(request) {
  const name = decodeURIComponent(request.url.slice("/client/".length).split("?")[0]);
  if (request.method === "OPTIONS" || sent.has(name)) return;
  const headers = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const header = request.rawHeaders[at].toLowerCase();
    if (LEFT_OUT.includes(header)) continue;
    // A browser treats the recorder's address and an HTTPS site alike.
    let value = request.rawHeaders[at + 1].replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, "https://site.example");
    if (header === "sec-websocket-key") value = "dGhlIHNhbXBsZSBub25jZQ==";
    if (header === "x-turbo-request-id") value = "00000000-0000-4000-8000-000000000000";
    value = value.replace(/boundary=.*/, "boundary=boundary");
    headers.push([header, value]);
  }
  sent.set(name, { method: request.method, headers });
}

const LIBRARIES = {
  htmx: "htmx.org/dist/htmx.js",
  jquery: "jquery/dist/jquery.js",
  axios: "axios/dist/axios.js",
  turbo: "@hotwired/turbo/dist/turbo.es2017-esm.js",
  unpoly: "unpoly/unpoly.js",
};

const server = createServer((request, response) => {
  const [, kind, name] = request.url.split("?")[0].split("/");
  const page = "text/html; charset=utf-8";
  if (kind === "client") {
    keep(request);
    // Enough for a page, a frame or a fragment; whoever wanted something else has asked already.
    const type = /script|worker/.test(request.url) ? "text/javascript" : page;
    response.writeHead(200, { "content-type": type });
    const worker = "self.onmessage = () => fetch('/client/chromium/service-worker-fetch')";
    response.end(type === page ? "<title>recorded</title><p id=it>recorded" : worker);
  } else if (kind === "library") {
    response.writeHead(200, { "content-type": "text/javascript" });
    response.end(readFileSync(join(work, "node_modules", LIBRARIES[name])));
  } else if (kind === "page") {
    response.writeHead(200, { "content-type": page });
    response.end(readFileSync(join(here, "pages", `${name}.html`)));
  } else {
    response.writeHead(404).end();
  }
});
server.on("upgrade", (request, socket) => {
  keep(request);
  socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const site = `http://127.0.0.1:${server.address().port}`;

/** Runs a program to its end; what it says is only shown where it fails. */
function run(program, ...args) {
  return new Promise((ended) => {
    const child = spawn(program, args, { env: { ...process.env, SITE: site } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    child.on("close", (code) => ended(code === 0 ? said.trim() : (console.error(program, args, said), "")));
    child.on("error", (error) => (console.error(program, error.message), ended("")));
  });
}
const to = (name) => `${site}/client/${name}`;
const python = join(work, "venv/bin/python");

const versions = await browse(site, packages);
await fromNode(to, packages);
await run("curl", "-sS", to("curl/get"));
await run("curl", "-sS", "-H", "Accept: application/json", to("curl/json"));
await run("curl", "-sS", "-d", "a=1", to("curl/form"));
await run("curl", "-sS", "-I", to("curl/head"));
await run("wget", "-q", "-O", "/dev/null", to("wget/get"));
await run(join(work, "venv/bin/http"), "--ignore-stdin", to("httpie/get"));
await run(join(work, "venv/bin/http"), "--ignore-stdin", to("httpie/json"), "a=1");
const inPython = JSON.parse((await run(python, join(here, "clients.py"))) || "{}");
const reqwest = await run(join(work, "reqwest/target/debug/record-reqwest"));
server.close();
server.closeAllConnections();

const packageVersion = (name) => JSON.parse(readFileSync(join(work, "node_modules", name, "package.json"))).version;
const version = async (program) => /\d+(\.\d+)+/.exec(await run(program, "--version"))?.[0];
Object.assign(versions, inPython, {
  curl: await version("curl"),
  wget: await version("wget"),
  node: process.versions.node,
  reqwest,
  ...Object.fromEntries(["axios", "got", "ws", "jquery", "unpoly"].map((name) => [name, packageVersion(name)])),
  htmx: packageVersion("htmx.org"),
  turbo: packageVersion("@hotwired/turbo"),
  "axios-node": packageVersion("axios"),
});

// What is written by hand stays: what the clients do, the documented ones, and the answers.
const written = JSON.parse(readFileSync(corpus, "utf8"));
const missing = [];
for (const client of written.clients) {
  if (client.source !== "recorded") continue;
  const it = sent.get(client.name);
  if (!it) {
    missing.push(client.name);
    continue;
  }
  sent.delete(client.name);
  client.version = versions[client.name.split("/")[0]];
  Object.assign(client, it);
}
for (const [name, it] of sent) {
  const version = versions[name.split("/")[0]];
  written.clients.push({ name, does: "to be said", source: "recorded", version, ...it });
}
// A line each, so that what changed can be seen.
const lines = (list) => list.map((it) => `  ${JSON.stringify(it)}`).join(",\n");
const parts = [
  ` "about": ${JSON.stringify(written.about)}`,
  ` "clients": [\n${lines(written.clients)}\n ]`,
  ` "rows": [\n${lines(written.rows)}\n ]`,
];
writeFileSync(corpus, `{\n${parts.join(",\n")}\n}\n`);
console.log(`${written.clients.length} clients`, missing.length ? `not seen, left as they were: ${missing.join(", ")}` : "");
process.exit(missing.length ? 1 : 0);
