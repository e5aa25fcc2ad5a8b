/** A page inside another site's frame whose cookies are blocked: offer the direct address. */

import { banner } from './banner.js';
import { t } from './catalogue.js';
import { loadSession, session } from './session.js';

/** Whether this page stands in another page's frame. */
export function framed() {
  return window.self !== window.top;
}

/** Find out whether a cookie survives, and say what to do when it does not. */
export async function checkCookies() {
  if (!framed()) return;
  const first = session().workspace;
  const second = (await loadSession()).workspace;
  if (first && first === second) return;
  const action = { label: t('frame.banner.open_directly'), href: location.href, target: '_blank', icon: 'external' };
  banner({ kind: 'session', title: t('frame.banner.cookies'), text: t('frame.banner.cookies_text'), action });
}
