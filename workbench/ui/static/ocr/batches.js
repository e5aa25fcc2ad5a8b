/** How files that came together are sent: images one by one, what tells their lines together with them. Pure. */

const SCAN = /\.(png|jpe?g|webp|tiff?|pdf)$/i;
const ZIP = /\.zip$/i;
const TELLS_LINES = /\.(xml|hocr|html?|json)$/i;
const TEXT = /\.txt$/i;
const DOUBLE = /\.(page\.xml|alto\.xml|hocr\.html|gt\.txt)$/i;
const byName = new Intl.Collator(undefined, { numeric: true });

const isScan = ({ name, type = '' }) => SCAN.test(name) || type.startsWith('image/');

/** What an image and the file that tells its lines have in common: the name without its suffix. */
const stem = (name) => name.replace(DOUBLE.test(name) ? DOUBLE : /\.[^.]*$/, '').toLowerCase();

/**
 * Groups files for sending, each group in the order of its names.
 *
 * @param {Array<{name: string, type?: string}>} files
 * @param {{together?: boolean}} [options] together: a person asked for an import
 * @returns {Array<{files: Array, imports: boolean}>} an import is taken whole or not at all, so only images and what tells
 *   their lines go into one; every other file goes by itself, and is refused by itself
 */
export function batches(files, { together = false } = {}) {
  const ordered = files.toSorted((a, b) => byName.compare(a.name, b.name)); // page 2 before page 10
  const images = new Set(ordered.filter(isScan).map(({ name }) => stem(name)));
  const told = (file) => !isScan(file) && (ZIP.test(file.name) || ((TELLS_LINES.test(file.name) || TEXT.test(file.name)) && images.has(stem(file.name))));
  const inside = together || ordered.some(told) ? ordered.filter((file) => told(file) || isScan(file)) : [];
  // a ZIP may hold the image of any of them
  if (inside.some(({ name }) => ZIP.test(name))) inside.push(...ordered.filter((file) => TELLS_LINES.test(file.name) && !inside.includes(file)));
  const alone = ordered.filter((file) => !inside.includes(file));
  return [
    ...(inside.length ? [{ files: inside, imports: true }] : []),
    ...alone.map((file) => ({ files: [file], imports: TELLS_LINES.test(file.name) })), // it hears that its image is missing
  ];
}
