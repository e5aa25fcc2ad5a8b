/** Tells those who asked that something changed. */

/** A thing that others can listen to. */
export class Emitter {
  #listeners = new Map();

  /** Calls `listener` with what `emit(name, …)` is given; returns a function that ends it. */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Calls every listener of `name`. */
  emit(name, ...details) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...details);
  }
}
