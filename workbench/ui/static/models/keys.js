/** The keys of the tab: bare letters, so they act only while the comparison has the focus. */

const row = (id, keys) => ({ id, keys: { mac: keys, other: keys }, label: `models.keys.${id}` });

/** The table; F1 shows it. */
export const TABLE = [row('next', 'J'), row('previous', 'K'), row('open', 'Enter')];

const CODES = { KeyJ: 'next', KeyK: 'previous', Enter: 'open', NumpadEnter: 'open' };

/** Registers the table: for the sheet on F1, and for the caps that stand where a key acts. */
export function registerKeys({ keys }) {
  keys.register('models', TABLE, { title: 'models.keys.title' });
}

/** Returns the command of a keydown, or `''`: what types a letter or presses a button is none. */
export function commandOf(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return '';
  const command = CODES[event.code] ?? '';
  const taken = command === 'open' ? 'a, button, input, select, textarea' : 'input, select, textarea';
  return event.target.closest?.(taken) ? '' : command;
}
