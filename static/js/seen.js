/** How far I have read in this room. The server is told once the newest has really been shown. */

import { ask } from "./socket.js";

const AGAIN_MS = 1_000;

export class Seen {
  /** The last seq the server knows of; null for who is no member, of whom it keeps none. */
  #told = null;
  #waiting = null;

  constructor({ room, rooms, history }) {
    Object.assign(this, { room, rooms, history });
    history.onnewest = () => this.#look();
    for (const event of ["visibilitychange", "focus"]) document.addEventListener(event, () => this.#look());
  }
  /** The answer to a join. */
  joined({ seen = null }) {
    this.#told = seen;
    this.#look();
  }
  /** Speaking makes a member, who has seen all up to there. */
  spoke(seq) {
    this.#told = Math.max(this.#told ?? 0, seq);
  }
  #look() {
    const { newest } = this.history.messages;
    const isNew = this.#told !== null && newest > this.#told;
    if (!isNew || this.#waiting || document.hidden || !this.history.atNewest) return;
    this.#waiting = setTimeout(() => this.#wait(), AGAIN_MS);
    this.#tell(newest);
  }
  #wait() {
    this.#waiting = null;
    this.#look();
  }
  async #tell(seq) {
    this.#told = seq;
    const answer = await ask("seen", { room: this.room, seq });
    if (answer.ok) this.rooms.read({ room: this.room, ...answer });
  }
}
