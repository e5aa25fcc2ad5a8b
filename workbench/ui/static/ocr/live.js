/** Hears what happens on the server and fetches what concerns the open page, a few things at a time. */

const WAIT = 150; // milliseconds in which events are gathered
const SLOW = 1200; // for the numbers of other pages
const FEW = 4; // lines that are fetched one by one; more of them are one request for the page

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

/** Connects the frame's events with the desk. */
export function follow(desk) {
  const { frame } = desk;
  const lines = new Map(); // of which page each is: by the time they are fetched another one may be open
  const fetchLines = gathered(async () => {
    const { page } = desk;
    const ids = [...lines.keys()].filter((id) => lines.get(id) === page?.id);
    lines.clear();
    if (ids.length > FEW || page?.view.state === 'reading') {
      await desk.reload();
      return;
    }
    const answers = await Promise.all(ids.map((id) => desk.rest.line(id)));
    if (page !== desk.page) return;
    for (const { status, data } of answers) if (status === 200) page.putLine(data);
  }, WAIT);
  const fetchPage = gathered(() => desk.reload(), WAIT);
  const fetchProject = gathered(async () => {
    if (desk.project && !(await desk.loadProject(desk.project.id))) await desk.reload(); // with its project a page is gone too
  }, SLOW);

  frame.on('line', ({ ref, page_id: page }) => {
    fetchProject();
    if (page !== desk.page?.id) return;
    lines.set(ref, page);
    fetchLines();
  });
  frame.on('page', ({ ref }) => {
    fetchProject();
    if (ref === desk.page?.id) fetchPage();
  });
  frame.on('project', fetchProject);
  frame.on('job', ({ job }) => {
    if (job && job.id === desk.page?.view.job_id) desk.linesPane.report(job);
  });
  frame.on('model', () => desk.forgetEngines());
  frame.on('resync', () => {
    desk.forgetEngines();
    fetchPage();
    fetchProject();
  });
  frame.on('online', () => desk.saver.again());
  frame.on('retry', () => desk.saver.again());
  frame.on('address', () => desk.openAddress());
  frame.on('savestate', (what) => desk.showUnsaved(what));
}
