/** The one place where a text becomes markup or code: html that the server made and sanitised, and our own worker. */

const WORKER = "/service-worker.js";

const rules = {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (url !== WORKER) throw new TypeError(`“${url}” is none of our workers`);
    return url;
  },
};
const policy = globalThis.trustedTypes?.createPolicy("rooms", rules) ?? rules;

export function putHtml(element, html) {
  element.innerHTML = policy.createHTML(html);
}

export function ownWorker() {
  return policy.createScriptURL(WORKER);
}
