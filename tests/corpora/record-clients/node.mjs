// What is sent from Node.
import http from "node:http";

export async function fromNode(to, packages) {
  const [axios, WebSocket, { got }] = ["axios", "ws", "got"].map((name) => packages(name));
  await axios.get(to("axios-node/get"));
  await axios.post(to("axios-node/post"), { a: 1 });
  await fetch(to("node/fetch"));
  await fetch(to("node/fetch-json"), { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  await new Promise((done) => http.get(to("node/http"), (response) => response.resume().on("end", done)));
  await got(to("got/get"));
  await got(to("got/json"), { responseType: "json" }).catch(() => {}); // what comes back is a page
  await new Promise((done) => new WebSocket(to("ws/websocket").replace("http", "ws")).on("error", done));
}
