/** One tab at a time: by the browser's locks; where those are withheld, by a lease in the store. */

import { newId } from "./ids.js";

const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
const ASK_AGAIN_MS = 1_000;

export function turnsFor(store, locks) {
  return locks ? new Locks(locks) : new Leases(store);
}

class Locks {
  constructor(locks) {
    this.locks = locks;
  }
  take(name, work) {
    return this.locks.request(name, work);
  }
}

export class Leases {
  constructor(store, { holder = newId(), now = Date.now, pause = (ms) => new Promise((go) => setTimeout(go, ms)) } = {}) {
    Object.assign(this, { store, holder, now, pause });
  }
  async take(name, work) {
    while (!(await this.#lease(name))) await this.pause(ASK_AGAIN_MS);
    const renewing = setInterval(() => this.#lease(name).catch(() => {}), RENEW_MS);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
      await this.store.release(name, this.holder);
    }
  }
  #lease(name) {
    return this.store.lease(name, this.holder, this.now(), LEASE_MS);
  }
}
