/** Texts that the server has not got yet, kept in the browser's storage by workspace, line, base revision and tab. */

const FRESH = 30 * 24 * 3600 * 1000; // drafts older than this are of lines nobody came back to

/** The drafts of one workspace in one browser. A full or forbidden storage leaves them in memory, and says so. */
export class Drafts {
  /** `storage` is a Web Storage, `tab` names this browser tab in what it writes. */
  constructor(storage, workspace, tab) {
    this.storage = storage;
    this.prefix = `wb:draft:${workspace}:`;
    this.tab = tab;
    this.memory = new Map();
  }

  /** Keeps `{line, base, text, …}`; returns false when the browser would not store it (it is still in memory). */
  keep(draft) {
    const whole = { ...draft, tab: this.tab, at: Date.now() };
    const key = this.#key(whole);
    this.memory.set(key, whole);
    try {
      this.storage.setItem(key, JSON.stringify(whole));
      return true;
    } catch {
      return false; // quota or private mode: the caller warns before the tab is closed
    }
  }

  /** Two tabs may type in the same line: each has a draft of its own. */
  #key({ line, base, tab }) {
    return `${this.prefix}${line}:${base}:${tab}`;
  }

  /** Forgets what this tab kept for a line, of every base up to `base`. */
  drop(line, base = Infinity) {
    for (const draft of this.all()) {
      if (draft.line === line && draft.base <= base && draft.tab === this.tab) this.#forget(draft);
    }
  }

  #forget(draft) {
    this.memory.delete(this.#key(draft));
    this.storage?.removeItem(this.#key(draft));
  }

  /** Returns every draft of the workspace, oldest first. */
  all() {
    const found = new Map(this.memory);
    for (let i = 0; i < (this.storage?.length ?? 0); i += 1) {
      const key = this.storage.key(i);
      if (!key.startsWith(this.prefix) || found.has(key)) continue;
      const draft = parsed(this.storage.getItem(key));
      if (draft && Date.now() - draft.at < FRESH) found.set(key, draft);
    }
    return [...found.values()].sort((a, b) => a.at - b.at);
  }

  /** Returns what this tab keeps of a page and is not on its way, oldest first. */
  waiting(page) {
    return [...this.memory.values()].filter((draft) => draft.page === page && !draft.committed);
  }

  /** Takes over the drafts of tabs that are gone (`living` are the names of those that are not) and returns them. */
  adopt(living) {
    const orphans = this.all().filter((draft) => draft.tab !== this.tab && !living.has(draft.tab));
    return orphans.filter((draft) => {
      if (this.memory.has(this.#key({ ...draft, tab: this.tab }))) return false; // of two of one line the second waits for the next tab
      this.keep(draft);
      this.#forget(draft);
      return true;
    });
  }
}

/** Reads a stored draft; what is not one (written by another program) is `null`. */
function parsed(json) {
  try {
    const draft = JSON.parse(json);
    return Number.isInteger(draft?.line) && typeof draft.text === 'string' ? draft : null;
  } catch {
    return null;
  }
}

/** Names this tab, and holds a lock of that name as long as it lives where the browser has locks. */
export function nameTab(locks, random) {
  const tab = `wb:tab:${random()}`;
  locks?.request(tab, () => new Promise(() => {}));
  return tab;
}

/** Returns the names of the tabs that are alive; none where the browser cannot tell (plain http away from home). */
export async function livingTabs(locks) {
  if (!locks?.query) return new Set();
  const { held = [] } = await locks.query();
  return new Set(held.map((lock) => lock.name));
}
