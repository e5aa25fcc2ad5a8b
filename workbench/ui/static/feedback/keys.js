/** The keys of the ledger: to its search from anywhere in the tab, and through its rows. */

const TABLE = [
  { id: 'search', keys: { mac: '/', other: '/' }, label: 'feedback.keys.search' },
  { id: 'move', keys: { mac: 'ArrowUp / ArrowDown', other: 'ArrowUp / ArrowDown' }, label: 'feedback.keys.move' },
  { id: 'open', keys: { mac: 'Enter', other: 'Enter' }, label: 'feedback.keys.open' },
];

/** Whether a slash is meant as a command and not as a letter. */
function slashes(event) {
  return event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.('input, textarea, select');
}

/** Registers the keys for the sheet on F1, and listens for the slash while the tab is in sight. */
export function registerKeys(ledger) {
  ledger.frame.keys.register('feedback', TABLE, { title: 'feedback.keys.title' });
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || !ledger.visible || document.querySelector('dialog[open], .wb-menu, .wb-popover')) return;
    if (!slashes(event)) return;
    event.preventDefault();
    ledger.bar.input.focus();
    ledger.bar.input.select();
  });
}
