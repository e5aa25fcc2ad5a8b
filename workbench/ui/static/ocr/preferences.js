/** What a person set for all pages: threshold, filter, order, pace. Kept in the browser. */

const KEY = 'wb:ocr';
const FIRST = { threshold: 0.8, filter: 'all', order: 'reading', polygons: true, paces: [] };

/** The preferences of this browser; a forbidden storage means they last as long as the tab. */
export class Preferences {
  #values;

  /** Reads what `storage` (a Web Storage or null) holds. */
  constructor(storage) {
    this.storage = storage;
    this.#values = { ...FIRST, ...this.#stored() };
  }

  #stored() {
    try {
      return JSON.parse(this.storage?.getItem(KEY) ?? '{}');
    } catch {
      return {};
    }
  }

  /** Returns one value. */
  get(name) {
    return this.#values[name];
  }

  /** Sets one value and keeps it. */
  set(name, value) {
    this.#values[name] = value;
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.#values));
    } catch {
      // a full storage: the preference lasts as long as the tab
    }
  }
}
