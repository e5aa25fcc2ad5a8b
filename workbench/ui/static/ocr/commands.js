/** Keys to commands: one listener for the tab, so that a key does the same wherever the focus is. */

import { commandOf, TABLE, VIEWER_TABLE } from './keys.js';

const IN_LINE = new Set(['next', 'previous', 'accept', 'revert', 'alternative', 'suggestion', 'unreadable', 'more']);

/** What each command does. */
function acts(desk) {
  const { editor } = desk;
  const step = (by) => {
    const line = desk.page.neighbour(desk.page.current, by);
    if (line) desk.list.focus(line.id);
    else if (desk.page.current === null) desk.list.focusFirst();
  };
  return {
    next: () => editor.next(1), previous: () => editor.next(-1), accept: () => editor.accept(), revert: () => editor.revert(),
    undo: () => editor.undo(), redo: () => editor.undo(true), nextUnsure: () => editor.unsure(1), previousUnsure: () => editor.unsure(-1),
    alternative: (digit) => editor.takeAlternative(digit), suggestion: () => editor.takeSuggestion(), unreadable: () => editor.unreadable(),
    hide: () => desk.viewer.hold(true), more: () => desk.list.currentRow?.top.querySelector('.ocr-more')?.click(),
    nextLine: () => step(1), previousLine: () => step(-1), nextPage: () => desk.turn(1), previousPage: () => desk.turn(-1),
    files: () => desk.uploads.choose(),
  };
}

/** Registers the tables: for the sheet on F1, and for the caps that stand where a key acts. */
export function registerKeys({ keys }) {
  keys.register('ocr', TABLE, { title: 'ocr.keys.title' });
  keys.register('ocr-view', VIEWER_TABLE, { title: 'ocr.keys.view_title' });
}

/** Listens on the whole document while the tab is in sight. */
export function installCommands(desk) {
  const { frame, root } = desk;
  const { mac } = frame.keys;
  const act = acts(desk);
  let altUsed = false;
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || !root.getClientRects().length || document.querySelector('dialog[open], .wb-menu, .wb-popover')) return;
    if (slashes(event)) {
      event.preventDefault();
      desk.search.open([desk.bar.search, desk.bar.more].find((button) => button.getClientRects().length));
      return;
    }
    const command = commandOf(event, mac);
    if (!command || !allowed(command.id, event.target, desk)) return;
    event.preventDefault();
    if (event.altKey) altUsed = true;
    if (event.repeat && command.id === 'hide') return;
    run(command, event.target, desk, act);
  });
  // Alt alone opens the browser's menu when it is let go; after a command of ours it must not
  document.addEventListener('keyup', (event) => {
    if (/^(KeyH|Alt|Control)/.test(event.code)) desk.viewer.hold(false);
    if (event.key === 'Alt' && altUsed) {
      altUsed = false;
      event.preventDefault();
    }
  });
  addEventListener('blur', () => desk.viewer.hold(false));
}

/** A slash outside of every field opens the search. */
function slashes(event) {
  return event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.('input, textarea, select');
}

/** Commands of a line act in its input; in other fields only what no field needs. */
function allowed(id, target, desk) {
  const input = target.closest?.('.ocr-input');
  if (id === 'files') return true;
  if (!desk.page) return false;
  if (IN_LINE.has(id)) return Boolean(input);
  return Boolean(input) || (id !== 'undo' && id !== 'redo') || !target.closest?.('input, textarea');
}

/** A collation takes the keys of its line; everything else goes to the editor. */
function run({ id, digit }, target, desk, act) {
  const { collation } = desk.list.currentRow ?? {};
  if (collation && target === collation.result && collation.command(id, digit)) return;
  act[id](digit);
}
