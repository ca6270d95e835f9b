/** The page that is shown without a network, where the one asked for was not kept: which rooms can be read. */

const PAGES = "rooms pages";

async function start() {
  const list = document.querySelector("[data-kept]");
  const kept = await (await caches.open(PAGES)).keys();
  const paths = kept.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith("/r/"));
  list.append(...paths.reverse().map((path) => item(path, list.querySelector("template"))));
  document.querySelector("[data-some]").hidden = paths.length === 0;
  addEventListener("online", () => location.reload());
}

function item(path, template) {
  const one = template.content.firstElementChild.cloneNode(true);
  one.querySelector("a").href = path;
  one.querySelector("[data-part=name]").textContent = decodeURIComponent(path.slice("/r/".length));
  return one;
}

start();
