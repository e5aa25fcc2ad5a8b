/** When things happen: at most so often, or after a pause. Pure. */

/**
 * Makes a function that runs at once and then at most every `wait` milliseconds; calls in between count as one.
 *
 * @param {() => any} run
 * @param {number} wait
 */
export function atMostEvery(run, wait) {
  let timer = 0;
  let last = -Infinity;
  const go = () => {
    timer = 0;
    last = Date.now();
    run();
  };
  return () => {
    if (timer) return;
    timer = setTimeout(go, Math.max(0, last + wait - Date.now()));
  };
}

/** Makes a function that runs when it has not been called for `wait` milliseconds. */
export function afterPause(run, wait) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };
}
