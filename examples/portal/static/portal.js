// The devices page, live: where the list of logins is another one than the one shown, the part of the page is
// fetched anew; where this login has ended elsewhere, the page is asked for again, which leads to the login form
// and from there back here. Everything works without this script too.
const part = document.getElementById("devices");

async function look() {
  const list = await fetch(part.dataset.list, { headers: { accept: "application/json" } });
  if (list.status === 401) return location.reload();
  if (!list.ok || (await list.json()).join(" ") === part.dataset.shown) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("devices");
  part.dataset.shown = fresh.dataset.shown;
  part.replaceChildren(...fresh.childNodes);
}

// Only while somebody looks: asking counts as using the site, and keeps the login from ending for want of use.
setInterval(() => {
  if (!document.hidden) look().catch(() => {});
}, 3000);
