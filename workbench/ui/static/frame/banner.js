/** The one banner under the frame: of all that is true at the moment, the gravest. */

import { element, replace } from './dom.js';
import { icon } from './icons.js';
import { say } from './live.js';

/** Gravest first. Anything else a room sets comes after `offline` and before `demo`. */
const ORDER = ['session', 'disk', 'offline', 'notice', 'demo'];
const LOOKS = {
  session: { glyph: 'key', grave: true }, disk: { glyph: 'triangle', grave: true }, offline: { glyph: 'cloudOff' },
  notice: { glyph: 'info' }, demo: { glyph: 'clock' }, error: { glyph: 'triangle', grave: true },
};

const present = new Map();
let place = null;
let said = '';

/** Put the place of the banner into the page and tell the layout how tall it is. */
export function installBanner() {
  place = element('div.wb-banner-place', { role: 'region', hidden: true });
  document.body.append(place);
  new ResizeObserver(() => {
    document.documentElement.style.setProperty('--wb-banner-height', `${place.hidden ? 0 : place.offsetHeight}px`);
  }).observe(place);
}

/**
 * Set a banner, or take it away.
 *
 * @param {{kind: string, title: string, text?: string, action?: {label: string, run?: () => void, href?: string,
 *   icon?: string}, actions?: Array}|null} banner
 *   null takes away the one of `kind`
 * @param {string} [kind] of the banner to take away; `notice` unless told otherwise
 */
export function banner(banner, kind = 'notice') {
  if (banner) present.set(banner.kind, banner);
  else present.delete(kind);
  show();
}

/** Where a kind stands among the others. */
function rank(kind) {
  const known = ORDER.indexOf(kind);
  return known < 0 ? ORDER.indexOf('notice') : known;
}

/** Draw the gravest. */
function show() {
  const top = [...present.values()].sort((a, b) => rank(a.kind) - rank(b.kind))[0];
  place.hidden = !top;
  if (!top) {
    said = '';
    place.replaceChildren();
    document.documentElement.style.setProperty('--wb-banner-height', '0px');
    return;
  }
  const { glyph, grave = false } = LOOKS[top.kind] || LOOKS.notice;
  const words = element('p.wb-banner-text', {}, element('strong', {}, top.title), top.text ? ` ${top.text}` : '');
  const actions = [top.actions || top.action || []].flat().map(bannerAction);
  place.setAttribute('aria-label', top.title);
  replace(place, element('div.wb-banner', { class: grave ? 'wb-grave' : '' }, icon(glyph), words, actions));
  if (said !== top.kind) say(`${top.title} ${top.text || ''}`, { assertive: grave });
  said = top.kind;
}

/** A button, or a link when the action leads somewhere. */
function bannerAction(action) {
  const glyph = action.icon && icon(action.icon);
  if (action.href) {
    const attributes = { href: action.href, target: action.target, rel: action.target && 'noopener', download: action.download };
    return element('a.wb-button.wb-small', attributes, glyph, action.label);
  }
  return element('button.wb-button.wb-small', { type: 'button', onclick: () => action.run() }, glyph, action.label);
}
