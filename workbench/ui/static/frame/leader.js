/** Elects one of the browser's tabs, so that eight open tabs hold one event stream and not eight. */

const LEASE = 6000;
const RENEWAL = 2000;

/**
 * Call `lead` in one tab at a time; when that tab goes, another takes over.
 *
 * @param {string} name of what is led
 * @param {() => (() => void)} lead begins leading and returns how to stop
 */
export function elect(name, lead) {
  if (navigator.locks) {
    // the lock is held until the page goes: the promise never settles
    navigator.locks.request(name, () => new Promise(() => lead())).catch(() => electByLease(name, lead));
  } else {
    electByLease(name, lead);
  }
}

/** The same without locks, which browsers offer only on https and loopback: a lease in the storage, renewed. */
function electByLease(name, lead) {
  const key = `workbench.lease.${name}`;
  const me = `${Date.now()}-${Math.random()}`;
  let stop = null;
  const renew = () => {
    const held = read(key);
    const mine = !held || held.tab === me || held.until < Date.now();
    if (mine) write(key, { tab: me, until: Date.now() + LEASE });
    if (mine && !stop) stop = lead();
    if (!mine && stop) {
      stop();
      stop = null;
    }
  };
  renew();
  setInterval(renew, RENEWAL);
  addEventListener('pagehide', () => {
    if (read(key)?.tab === me) write(key, null);
  });
}

/** The lease as it stands; none when there is no storage: then every tab leads, which is right but wasteful. */
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Write the lease, or give it back with `null`. */
function write(key, lease) {
  try {
    if (lease) localStorage.setItem(key, JSON.stringify(lease));
    else localStorage.removeItem(key);
  } catch {
    // no storage: nothing to share
  }
}
