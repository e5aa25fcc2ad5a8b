import { commandOf, TABLE } from '/static/ocr/keys.js';
import { same } from '/tests/same.js';

const press = (code, key, modifiers = {}) => new KeyboardEvent('keydown', { code, key, ...modifiers });
const command = (event, mac = false) => commandOf(event, mac)?.id ?? null;

export const tests = {
  'the physical key counts, not the letter on it'() {
    same(command(press('KeyJ', 'ח', { altKey: true })), 'nextUnsure');
    same(command(press('KeyJ', 'ت', { altKey: true })), 'nextUnsure');
    same(commandOf(press('Digit3', '3', { altKey: true }), false), { id: 'alternative', digit: 3 });
    same(command(press('NumpadEnter', 'Enter')), 'next');
  },
  'undo is where a layout shows Z, and on the place of Z where it shows none'() {
    same(command(press('KeyY', 'z', { ctrlKey: true })), 'undo');
    same(command(press('KeyZ', 'ז', { ctrlKey: true })), 'undo');
    same(command(press('KeyZ', 'Z', { ctrlKey: true, shiftKey: true })), 'redo');
  },
  'AltGr and composition type, they never command'() {
    same(command(press('KeyX', '×', { altKey: true, ctrlKey: true })), null);
    same(command(press('KeyX', '×', { altKey: true, modifierAltGraph: true })), null);
    same(command(press('Enter', 'Enter', { isComposing: true })), null);
  },
  'on a Mac Option types, Control and Command command'() {
    same(command(press('KeyJ', '∆', { altKey: true }), true), null);
    same(command(press('KeyJ', 'j', { ctrlKey: true }), true), 'nextUnsure');
    same(command(press('Enter', 'Enter', { metaKey: true }), true), 'accept');
    same(command(press('KeyZ', 'z', { metaKey: true, shiftKey: true }), true), 'redo');
  },
  'Alt with arrows stays the browser’s, Alt+Shift the layout’s'() {
    same(command(press('ArrowLeft', 'ArrowLeft', { altKey: true })), null);
    same(TABLE.some(({ keys }) => /Alt\+Shift|Ctrl\+Shift/.test(`${keys.mac} ${keys.other}`)), false);
    same(TABLE.some(({ keys }) => /(Control|Alt)\+(Up|Down|Left|Right)/.test(keys.mac)), false); // the system's, and the browser's Back
  },
  'no two commands share a key'() {
    for (const platform of ['mac', 'other']) {
      const keys = TABLE.map((row) => row.keys[platform]);
      same(new Set(keys).size, keys.length);
    }
  },
};
