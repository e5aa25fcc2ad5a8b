/** The frame's own events: whoever cares listens, whoever knows tells. */

const listeners = new Map();

/**
 * Listen to an event of the frame.
 *
 * @param {string} name one of `job`, `page`, `line`, `project`, `dataset`, `model` (from the server's stream), `resync` (events may have
 *   been missed: fetch again), `address` (back or forward), `theme`, `language`, `online`, `offline`, `savestate`
 *   (someone asks to see `kept` or `conflicts`), `savecounts`, `session` (who is here), `expired` (log in again), `disk`
 *   (`full` or `fine`), `retry` (the person asks to try again what failed)
 * @param {(detail: any) => void} listener
 * @returns {() => void} stops listening
 */
export function on(name, listener) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(listener);
  return () => listeners.get(name).delete(listener);
}

/** Tell all listeners of an event; one that fails does not silence the others. */
export function emit(name, detail) {
  for (const listener of [...(listeners.get(name) || [])]) {
    try {
      listener(detail);
    } catch (error) {
      console.error(`listener of "${name}" failed`, error);
    }
  }
}
