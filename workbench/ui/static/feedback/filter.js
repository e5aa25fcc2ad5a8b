/** The filter as the server takes it. Pure. */

const DAY = 24 * 3600;

/**
 * Writes a filter as the query of an address.
 *
 * @param {{text: string, task: string|null, project: object|null, person: string|null, model: string|null, days: number|null}} filter
 *   `project` is `{id, name}`
 * @param {Object} [more] further parameters
 * @param {number} [now] seconds since the epoch
 * @returns {string}
 */
export function query(filter, more = {}, now = Date.now() / 1000) {
  const { text, task, project, person, model, days } = filter;
  const parts = { text: text.trim(), task, project: project?.id, person, model, since: days && Math.floor(now - days * DAY), ...more };
  return new URLSearchParams(Object.entries(parts).filter(([, value]) => value)).toString();
}
