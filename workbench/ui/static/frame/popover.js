/** Menus and popovers: float at a button, close on Esc, outside clicks and Tab out, give the focus back. */

import { append, element, focusable } from './dom.js';
import { icon } from './icons.js';

const GAP = 4;
const MARGIN = 8;
let open = null;

/** Close what is open, if anything. */
export function closePopover({ focus = true } = {}) {
  if (!open) return;
  const { node, anchor, onclose } = open;
  open = null;
  node.remove();
  anchor.setAttribute('aria-expanded', 'false');
  if (focus && anchor.isConnected) anchor.focus({ preventScroll: true });
  onclose?.();
}

/**
 * Float content at a button.
 *
 * @param {HTMLElement} anchor the button; a second call for the same one closes
 * @param {Node|Node[]} content
 * @param {{label?: string, role?: string, align?: 'start'|'end', onclose?: () => void, className?: string}} [options]
 * @returns {{node: HTMLElement, close: () => void}|null} null when it was closed instead
 */
export function popover(anchor, content, { label, role = 'dialog', align = 'start', onclose, className = 'wb-popover' } = {}) {
  const again = open?.anchor === anchor;
  closePopover({ focus: again });
  if (again) return null;
  const node = element(`div.${className}`, { role, 'aria-label': label, tabindex: '-1' });
  append(node, content);
  // inside an open modal dialog only its own content can be reached
  (anchor.closest('dialog') || document.body).append(node);
  anchor.setAttribute('aria-expanded', 'true');
  open = { node, anchor, onclose, align };
  place();
  node.addEventListener('keydown', (event) => event.key === 'Tab' && leaveByTab(event));
  (focusable(node)[0] || node).focus({ preventScroll: true });
  return { node, close: closePopover };
}

/** Put the open popover under its button, or above it where there is more room, inside the window. */
function place() {
  const { node, anchor, align } = open;
  const box = anchor.getBoundingClientRect();
  const below = innerHeight - box.bottom - GAP - MARGIN;
  const above = box.top - GAP - MARGIN;
  const up = node.offsetHeight > below && above > below;
  const atStart = (align === 'start') === (getComputedStyle(anchor).direction === 'ltr');
  const left = atStart ? box.left : box.right - node.offsetWidth;
  node.style.maxHeight = `${Math.max(120, up ? above : below)}px`;
  node.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - node.offsetWidth - MARGIN))}px`;
  node.style.top = up ? `${Math.max(MARGIN, box.top - GAP - node.offsetHeight)}px` : `${box.bottom + GAP}px`;
}

/** Tab past the end closes; inside it moves as usual. */
function leaveByTab(event) {
  const entries = focusable(open.node);
  const edge = event.shiftKey ? entries[0] : entries.at(-1);
  if (document.activeElement !== edge && entries.length) return;
  event.preventDefault();
  closePopover();
}

/** Close on Esc and on clicks elsewhere, follow the window's size. */
export function installPopovers() {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !open || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    closePopover();
  }, true);
  document.addEventListener('pointerdown', (event) => {
    if (open && !open.node.contains(event.target) && !open.anchor.contains(event.target)) closePopover({ focus: false });
  }, true);
  addEventListener('resize', () => open && place());
}

/**
 * Open a menu at a button.
 *
 * @param {HTMLElement} anchor
 * @param {Array} entries `{label, icon?, note?, kind?: 'danger', checked?: boolean, disabled?: boolean, hint?, href?,
 *   download?, lang?, run?}`; `'-'` separates; `{heading}` names a group
 * @param {{label: string, align?: 'start'|'end'}} options
 */
export function menu(anchor, entries, { label, align = 'start' }) {
  anchor.setAttribute('aria-haspopup', 'menu');
  const opened = popover(anchor, entries.map(menuEntry), { label, role: 'menu', align, className: 'wb-menu' });
  if (!opened) return;
  const items = [...opened.node.querySelectorAll('[role^=menuitem]')];
  for (const item of items) item.tabIndex = -1;
  (items.find((item) => item.getAttribute('aria-checked') === 'true') || items[0])?.focus({ preventScroll: true });
  opened.node.addEventListener('keydown', (event) => walk(event, items));
}

/** One entry of a menu. */
function menuEntry(entry) {
  if (entry === '-') return element('div.wb-menu-line', { role: 'separator' });
  if (entry.heading) return element('div.wb-menu-heading', { role: 'presentation' }, entry.heading);
  const radio = entry.checked !== undefined;
  const attributes = {
    role: radio ? 'menuitemradio' : 'menuitem', type: 'button', class: entry.kind ? `wb-${entry.kind}` : '',
    'aria-checked': radio ? String(entry.checked) : null, 'aria-disabled': entry.disabled ? 'true' : null,
    href: entry.href, download: entry.download, title: entry.hint,
    onclick: (event) => choose(event, entry),
  };
  const glyph = radio ? (entry.checked ? icon('check') : element('span.wb-icon-gap')) : entry.icon && icon(entry.icon);
  const text = element('span.wb-menu-text', {}, element('bdi', { lang: entry.lang }, entry.label), entry.hint && entry.disabled && element('small', {}, entry.hint));
  return element(`${entry.href ? 'a' : 'button'}.wb-menu-entry`, attributes, glyph, text, entry.note && element('span.wb-menu-note', {}, entry.note));
}

/** Take an entry, unless it is greyed out. */
function choose(event, entry) {
  if (entry.disabled) {
    event.preventDefault();
    return;
  }
  closePopover();
  entry.run?.();
}

/** Arrows, Home, End and first letters move inside a menu. */
function walk(event, items) {
  const here = items.indexOf(document.activeElement);
  const moves = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 };
  let target = event.key in moves ? items.at(moves[event.key] % items.length) : null;
  if (!target && event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const after = [...items.slice(here + 1), ...items.slice(0, here + 1)];
    target = after.find((item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()));
  }
  if (!target) return;
  event.preventDefault();
  target.focus();
}
