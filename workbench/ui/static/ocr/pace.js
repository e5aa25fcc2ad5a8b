/** How long a line takes the person at work, for "about 4 min left". Pure. */

const KEPT = 20;
const LONGEST = 120; // seconds; who was away longer was not reading this line
const IDLE = 30; // seconds without a key or click that still count as work

/** Measures seconds of work on one line, leaving out pauses. */
export class Stopwatch {
  /** Starts at `now` (milliseconds). */
  constructor(now) {
    this.last = now;
    this.seconds = 0;
  }

  /** Notes a sign of life at `now`; a longer silence than IDLE counts as IDLE. */
  beat(now) {
    this.seconds += Math.min((now - this.last) / 1000, IDLE);
    this.last = now;
  }
}

/** Returns `paces` with one more line's seconds, the newest KEPT of them. */
export const noted = (paces, seconds) => [...paces, Math.min(seconds, LONGEST)].slice(-KEPT);

/** Estimates minutes for `lines` more lines from the median pace; `null` before three lines are done. */
export function minutesLeft(paces, lines) {
  if (paces.length < 3 || !lines) return null;
  const sorted = [...paces].sort((a, b) => a - b);
  return Math.max(1, Math.round((sorted[Math.floor(sorted.length / 2)] * lines) / 60));
}
