/** Versions of models: which thread each stands on, where it stands, what it is best compared with. Pure. */

/** Splits a full name, `noa/ocr/hebrew-letters/v3`, into what people tell models by. */
function partsOf(model) {
  const [owner = '', , name = ''] = model.split('/');
  return { owner, name };
}

/** The name that all versions of a model share, as people read it: `noa / hebrew-letters`. */
export function nameOf({ model }) {
  const { owner, name } = partsOf(model);
  return `${owner} / ${name}`;
}

/** The name of a version with that of its model: `noa / hebrew-letters v3`. */
export const longName = (version) => `${nameOf(version)} v${version.version}`;

/** Says whether a version reads for this workspace: the promoted one of its name, or the one that reads where nobody names one. */
export const isPromoted = (version) => version.production || version.promoted;

/** Returns `promoted`, `candidate` (newer than the promoted one of its name) or `''`. */
export function standing(version, versions) {
  if (isPromoted(version)) return 'promoted';
  if (!version.own || version.problem) return '';
  const mates = versions.filter((other) => other.name === version.name);
  const production = mates.find((other) => other.production);
  const newest = Math.max(...mates.map((other) => other.version));
  return version.version > (production ? production.version : newest - 1) ? 'candidate' : '';
}

/** Groups versions by name, the workspace's own names first, the newest version of each first. */
export function groups(versions) {
  const found = new Map();
  for (const version of versions) found.set(version.name, [...(found.get(version.name) ?? []), version]);
  const sorted = [...found.values()].map((mates) => mates.sort((x, y) => y.version - x.version));
  return sorted.sort(([x, ...xs], [y, ...ys]) => Number(y.own) - Number(x.own) || newestOf([y, ...ys]) - newestOf([x, ...xs]));
}

/**
 * Orders versions into threads, one for each name.
 *
 * @param {Array} versions as `GET /models/` lists them
 * @returns {Array<{name: string, title: string, nodes: Array}>} the newest version first; the last node may be
 *   the version of another name that the thread started from
 */
export function threads(versions) {
  const known = new Map(versions.map((version) => [version.model, version]));
  const all = groups(versions);
  const made = all.filter(([first]) => first.own).map((mates) => thread(mates, known));
  const shown = new Set(made.flatMap(({ nodes }) => nodes.map(({ model }) => model)));
  // a shipped model that a thread ends in needs none of its own
  const rest = all.filter((mates) => !mates[0].own && mates.some(({ model }) => !shown.has(model)));
  return [...made, ...rest.map((mates) => thread(mates, new Map()))];
}

/** When the newest of some versions was made. */
const newestOf = (mates) => Math.max(...mates.map(({ created }) => created ?? 0));

/** Puts behind the versions of one name what the oldest began from. */
function thread(mates, known) {
  const [{ name }] = mates;
  const start = known.get(mates.at(-1).parent);
  return { name, title: nameOf(mates[0]), nodes: start && start.name !== name ? [...mates, start] : mates };
}

/** Chooses what opens first: the newest of the workspace's own versions; `null` when it has none. */
export function first(versions) {
  const own = versions.filter((version) => version.own && !version.problem);
  return own.sort((a, b) => (b.created ?? 0) - (a.created ?? 0) || b.version - a.version)[0] ?? null;
}

/**
 * Chooses what a version is compared with: the promoted one, for a promoted one its parent, else what comes nearest.
 *
 * @returns {object|null} `null` when there is no other version that can read
 */
export function partner(version, versions) {
  const usable = versions.filter((other) => other.model !== version.model && !other.problem);
  const parent = usable.find(({ model }) => model === version.parent);
  const production = usable.find((other) => other.name === version.name && other.production);
  const reads = usable.find((other) => other.promoted);
  const mates = usable.filter((other) => other.name === version.name).sort((a, b) => b.version - a.version);
  const older = mates.find((other) => other.version < version.version);
  const wanted = isPromoted(version) ? [parent, older, reads] : [production, parent, reads];
  return [...wanted, older, mates[0], ...usable].find(Boolean) ?? null;
}

/** Names two versions as shortly as tells them apart: `v2` and `v3`, or with their names. */
export function shortNames(a, b) {
  const same = a.name === b.name;
  return [a, b].map((version) => (same ? `v${version.version}` : `${partsOf(version.model).name} v${version.version}`));
}
