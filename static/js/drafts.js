/** What is typed in a room and not yet sent: kept through a reload, and where that is withheld in this page. */

export class Drafts {
  #here = new Map();

  constructor(person, room) {
    this.prefix = `rooms:draft:${person}:${room}`;
  }
  #key(name) {
    return name ? `${this.prefix}:${name}` : this.prefix;
  }
  get(name = "") {
    try {
      return localStorage.getItem(this.#key(name)) ?? this.#here.get(name) ?? "";
    } catch {
      return this.#here.get(name) ?? "";
    }
  }
  set(name, text) {
    this.#here.set(name, text);
    try {
      if (text) localStorage.setItem(this.#key(name), text);
      else localStorage.removeItem(this.#key(name));
    } catch {
      // Kept in this page alone.
    }
  }
}
