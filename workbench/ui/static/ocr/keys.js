/**
 * The keys of the OCR tab: one table per platform, by physical key, so that they work under every layout.
 *
 * On a Mac, Option with a letter types niqqud and accents, so there Control stands in the place of Alt (Control with these
 * keys is free in browsers; Command with digits is not) and Command in the place of Ctrl. Alt with arrows is left alone: it
 * is the browser's Back; Control with arrows too: it is the Mac's own, to see all windows. AltGr types letters, so a key with
 * AltGr is never a command.
 */

const row = (id, other, mac = other) => ({ id, keys: { mac, other }, label: `ocr.keys.${id}` });
const alt = (id, key) => row(id, `Alt+${key}`, `Control+${key}`);

/** The table; F1 shows it. `1…9` stands for nine keys. */
export const TABLE = [
  row('next', 'Enter'),
  row('previous', 'Shift+Enter'),
  row('accept', 'Ctrl+Enter', 'Cmd+Enter'),
  row('revert', 'Esc'),
  row('undo', 'Ctrl+Z', 'Cmd+Z'),
  row('redo', 'Ctrl+Y', 'Cmd+Shift+Z'),
  alt('nextUnsure', 'J'),
  alt('previousUnsure', 'K'),
  alt('alternative', '1…9'),
  alt('suggestion', '0'),
  alt('unreadable', 'X'),
  alt('hide', 'H'),
  alt('more', 'M'),
  row('nextLine', 'Ctrl+Down', 'Cmd+Down'),
  row('previousLine', 'Ctrl+Up', 'Cmd+Up'),
  row('nextPage', 'Ctrl+PageDown', 'Control+N'),
  row('previousPage', 'Ctrl+PageUp', 'Control+P'),
  row('files', 'Ctrl+O', 'Cmd+O'),
];

/** Keys that act while the page image has the focus. */
export const VIEWER_TABLE = [
  row('zoomIn', '+'),
  row('zoomOut', '-'),
  row('zoomFit', '0'),
  row('addLine', 'A'),
  row('search', '/'),
];

const NAMES = { Escape: 'Esc', ArrowDown: 'Down', ArrowUp: 'Up', NumpadEnter: 'Enter' };

/** Returns the command modifiers of an event in the table's words, in the table's order. */
function modifiers(event, mac) {
  const names = [];
  if (event.ctrlKey) names.push(mac ? 'Control' : 'Ctrl');
  if (event.metaKey) names.push(mac ? 'Cmd' : 'Meta');
  if (event.altKey) names.push('Alt');
  if (event.shiftKey) names.push('Shift');
  return names;
}

/** Names the physical key of an event: `KeyJ` is `J` and `Digit1` is `1` under every layout. */
function keyName(event) {
  const { code = '' } = event;
  // Undo and redo are the label's, not the place's: Z and Y change places between Latin layouts.
  if ((event.ctrlKey || event.metaKey) && !event.altKey && /^[zy]$/i.test(event.key)) return event.key.toUpperCase();
  if (/^Key[A-Z]$/.test(code)) return code.slice(3);
  if (/^(Digit|Numpad)\d$/.test(code)) return code.at(-1);
  return NAMES[code || event.key] ?? (code || event.key);
}

/** Says whether an event types a letter (composition, AltGr) and so is never a command. */
const isTyping = (event) =>
  event.isComposing || event.keyCode === 229 || Boolean(event.getModifierState?.('AltGraph')) || (event.ctrlKey && event.altKey);

/** Returns the command of a keydown as `{id, digit}`, or `null` when it is none. */
export function commandOf(event, mac) {
  if (isTyping(event)) return null;
  const name = keyName(event);
  const pressed = [...modifiers(event, mac), name].join('+');
  for (const { id, keys } of TABLE) {
    const wanted = mac ? keys.mac : keys.other;
    if (wanted === pressed) return { id, digit: 0 };
    if (wanted.endsWith('1…9') && /^[1-9]$/.test(name) && wanted.replace('1…9', name) === pressed) return { id, digit: Number(name) };
  }
  return pressed === 'Ctrl+Shift+Z' ? { id: 'redo', digit: 0 } : null;
}
