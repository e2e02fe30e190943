// A widget without a kernel, in report.html and in tests: a model that only remembers.
const remember = (state) => {
  const heard = {};
  const decode = (v) => v && v.$bytes !== undefined ? new DataView(Uint8Array.from(atob(v.$bytes), (c) => c.charCodeAt(0)).buffer) : v;
  const values = Object.fromEntries(Object.entries(state).map(([k, v]) => [k, decode(v)]));
  return {
    get: (key) => values[key],
    set: (key, value) => { if (values[key] !== value) { values[key] = value; (heard[`change:${key}`] || []).forEach((f) => f()); } },
    on: (event, f) => { (heard[event] ||= []).push(f); },
    off: (event, f) => { heard[event] = (heard[event] || []).filter((g) => g !== f); },
    save_changes: () => {},
    send: () => {},
  };
};
const mount = (widget, state, el) => {
  el.model = remember(state);
  widget.render({ model: el.model, el });
};
