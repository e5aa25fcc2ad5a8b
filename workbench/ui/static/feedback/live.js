/** Hears what happens on the server and has the ledger look, seldom enough that nobody feels it. */

const SOON = 1000; // milliseconds in which events are gathered
const LATER = 4000; // while a page is read, it changes several times a second and the ledger hardly ever

/** Calls `run` once, `wait` milliseconds after the first of several calls. */
function gathered(run, wait) {
  let timer = 0;
  return () => {
    timer ||= setTimeout(() => {
      timer = 0;
      run();
    }, wait);
  };
}

/** Connects the frame's events with the ledger. */
export function follow(ledger) {
  const { frame } = ledger;
  const all = gathered(() => ledger.refresh({ all: true }), SOON);
  frame.on('line', gathered(() => ledger.refresh(), SOON));
  frame.on('page', gathered(() => ledger.refresh(), LATER)); // an import of text is told as a change of its page
  for (const kind of ['project', 'model', 'resync']) frame.on(kind, all); // trash, what was learnt, whatever was missed
  // nobody reads a tab that was not in sight: what came meanwhile is simply there
  new IntersectionObserver(() => ledger.visible && ledger.stale && ledger.load()).observe(ledger.root);
}
