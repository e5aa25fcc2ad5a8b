/** Settings of this browser. Storage may be forbidden (a frame on another site): then they last as long as the page. */

const PREFIX = 'workbench.';
const memory = new Map();

/** Read a setting, or `fallback` when there is none. */
export function recall(key, fallback = null) {
  try {
    const raw = localStorage.getItem(PREFIX + key);
    if (raw !== null) return JSON.parse(raw);
  } catch {
    // forbidden or damaged: what was set since the page was opened still counts
  }
  return memory.has(key) ? memory.get(key) : fallback;
}

/** Keep a setting; `null` forgets it. Returns whether it outlives the page. */
export function remember(key, value) {
  memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
