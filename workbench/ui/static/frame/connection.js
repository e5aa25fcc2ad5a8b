/** Whether the server can be reached: told by failed requests and the browser, found out by asking /health/live. */

import { emit } from './signals.js';

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;

let reachable = true;
let wait = FIRST_WAIT;
let timer = 0;

/** Whether the last request reached the server. */
export function online() {
  return reachable;
}

/** Note that a request did not reach the server, and begin to ask for it. */
export function lost() {
  if (reachable) {
    reachable = false;
    wait = FIRST_WAIT;
    emit('offline');
  }
  if (!timer) timer = setTimeout(probe, wait);
}

/** Note that a request reached the server. */
export function found() {
  clearTimeout(timer);
  timer = 0;
  if (reachable) return;
  reachable = true;
  emit('online');
}

/** Ask once; on failure ask again later, twice as late, never all tabs at the same moment. */
async function probe() {
  timer = 0;
  try {
    const response = await fetch('/health/live', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    if (response.ok) {
      found();
      return;
    }
  } catch {
    // still away: ask again below
  }
  wait = Math.min(LONGEST_WAIT, wait * 2);
  timer = setTimeout(probe, wait * (0.75 + Math.random() / 2));
}

/** Listen to the browser: its "offline" is believed at once, its "online" is a reason to ask. */
export function installConnection() {
  addEventListener('offline', lost);
  addEventListener('online', () => {
    if (reachable) return;
    clearTimeout(timer);
    wait = FIRST_WAIT;
    probe();
  });
  if (!navigator.onLine) lost();
}
