/** The requests of the OCR tab: one function each, `{status, data}` out. */

const AT_ONCE = 500; // pages of a project that one request may ask for

/** Fetches a project with all its pages, without their lines. */
async function whole(get, id) {
  const pages = [];
  for (;;) {
    const { status, data } = await get(`/projects/${id}?lines=false&limit=${AT_ONCE}&offset=${pages.length}`);
    if (status !== 200) return { status, data };
    pages.push(...data.pages);
    if (data.pages.length < AT_ONCE || pages.length >= data.pages_total) return { status, data: { ...data, pages } };
  }
}

/** Binds the requests to the frame's `api`. */
export function rest(api) {
  const get = (path, options) => api('GET', path, null, options);
  return {
    projects: (trash = false) => get(trash ? '/projects/?trash=true' : '/projects/'),
    project: (id) => whole(get, id),
    createProject: (name) => api('POST', '/projects/', { name }),
    updateProject: (id, changes) => api('PATCH', `/projects/${id}`, changes),
    deleteProject: (id) => api('DELETE', `/projects/${id}`),
    restoreProject: (id) => api('POST', `/projects/${id}/restore`),
    reading: (id) => get(`/projects/${id}/reading`),
    readProject: (id, how) => api('POST', `/projects/${id}/read`, how),
    stopReading: (id) => api('POST', `/projects/${id}/reading/cancel`),
    search: (id, text, signal) => get(`/projects/${id}/search?${new URLSearchParams({ q: text })}`, { signal }),
    page: (id) => get(`/pages/${id}`),
    renamePage: (id, name) => api('PATCH', `/pages/${id}`, { name }),
    deletePage: (id) => api('DELETE', `/pages/${id}`),
    restorePage: (id) => api('POST', `/pages/${id}/restore`),
    readPage: (id, how) => api('POST', `/pages/${id}/read`, how),
    addLine: (id, baseline) => api('POST', `/pages/${id}/lines`, { baseline }),
    line: (id) => get(`/lines/${id}`),
    saveLine: (id, body, options) => api('PUT', `/lines/${id}`, body, options),
    changeLine: (id, changes) => api('PATCH', `/lines/${id}`, changes),
    readLine: (id) => api('POST', `/lines/${id}/read`),
    revisions: (id) => get(`/lines/${id}/revisions`),
    restoreLine: (id, revision, base) => api('POST', `/lines/${id}/restore`, { revision, base_revision: base }),
    engines: () => get('/ocr/engines'),
    cancelJob: (id) => api('POST', `/jobs/${id}/cancel`),
    job: (id) => get(`/jobs/${id}`),
  };
}
