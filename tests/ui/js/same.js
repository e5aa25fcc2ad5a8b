/** Compares two values by what they hold; throws with both when they differ. */
export function same(found, wanted) {
  const [a, b] = [found, wanted].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`found  ${a}\nwanted ${b}`);
}
