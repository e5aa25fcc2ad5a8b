/** Who is here, in which workspace, and what holds for it: the banner of a demo, of a lost session, of a full disk. */

import { api } from './api.js';
import { banner } from './banner.js';
import { duration, t } from './catalogue.js';
import { emit, on } from './signals.js';
import { saveState } from './savestate.js';

/** Shown until the server has answered; frozen values are replaced, never changed. */
const EMPTY_SESSION = Object.freeze({ access: 'local', version: '', person: null, workspace: '', banner: null, limits: {}, languages: [] });

let known = EMPTY_SESSION;
let clock = 0;

/** The session as the server last told it. */
export function session() {
  return known;
}

/** Ask who is here. Without a login in `accounts` the login page is the answer. */
export async function loadSession() {
  const { status, data } = await api('GET', '/session');
  if (status === 401) withoutKey();
  if (status !== 200) return known;
  known = Object.freeze({ ...EMPTY_SESSION, ...data });
  if (known.access === 'accounts' && !known.person) location.assign(loginAddress());
  emit('session', known);
  return known;
}

/** The login page, which leads back to what is shown now. */
function loginAddress() {
  return `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/** A visitor of a demo whose browser did not keep the cookie, as it happens in a frame of another site. */
function withoutKey() {
  if (known !== EMPTY_SESSION) return;
  known = Object.freeze({ ...EMPTY_SESSION, access: 'demo', blocked: true });
}

/** Offer the direct address to whoever stands in a frame where cookies are blocked. */
function drawBlocked() {
  const action = { label: t('frame.banner.open_directly'), href: location.href, target: '_blank', icon: 'external' };
  banner({ kind: 'session', title: t('frame.banner.cookies'), text: t('frame.banner.cookies_text'), action });
}

/** Keep the banners that concern everybody true. */
export function installSessionBanners() {
  drawDemo();
  if (known.blocked) drawBlocked();
  on('session', drawDemo);
  on('expired', expired);
  on('disk', (state) => (state === 'full' ? diskFull() : banner(null, 'disk')));
  on('offline', drawOffline);
  on('savecounts', () => offline && drawOffline());
  on('online', () => {
    offline = false;
    banner(null, 'offline');
    loadSession();
  });
}

let offline = false;

/** Say that the server is away and what is safe. */
function drawOffline() {
  offline = true;
  const { kept } = saveState();
  const text = kept ? t('frame.banner.offline_kept', { count: kept }) : t('frame.banner.offline_none');
  banner({ kind: 'offline', title: t('frame.banner.offline'), text });
}

/** Say that the login has ended; what was typed stays. A visitor of a demo simply gets a new workspace. */
function expired() {
  if (known.blocked) {
    drawBlocked();
    return;
  }
  if (known.access === 'demo') {
    const action = { label: t('frame.banner.start_again'), run: () => location.assign('/') };
    banner({ kind: 'session', title: t('frame.banner.demo_over'), text: t('frame.banner.demo_over_text'), action });
    return;
  }
  const action = { label: t('frame.login'), href: loginAddress() };
  banner({ kind: 'session', title: t('frame.banner.session'), text: t('frame.banner.session_text'), action });
}

/** Say that nothing can be saved any more. */
function diskFull() {
  const action = { label: t('frame.try_again'), run: () => emit('retry') };
  banner({ kind: 'disk', title: t('frame.banner.disk'), text: t('frame.banner.disk_text'), action });
}

/** Say what a demo keeps and for how long; once a minute, because time passes. */
function drawDemo() {
  clearTimeout(clock);
  const demo = known.banner;
  if (!demo || demo.kind !== 'demo') return;
  const left = demo.expires - Date.now() / 1000;
  if (left <= 0) {
    expired();
    return;
  }
  const values = { time: duration(Math.max(60, left)), limit: demo.pages_limit, used: demo.pages ?? 0 };
  const download = { label: t('frame.banner.download_all'), icon: 'download', href: '/workspace/export?format=page', download: '' };
  banner({ kind: 'demo', title: t('frame.banner.demo'), text: t('frame.banner.demo_text', values), actions: [download] });
  clock = setTimeout(drawDemo, 60000);
}
