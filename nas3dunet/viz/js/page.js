// A widget without a kernel, in report.html and in tests: a model that only remembers.

// Bytes stand in the page as {$bytes: base64}; a widget gets them as a DataView, as from a kernel.
export const decode = (value) => {
  if (!value || value.$bytes === undefined) return value;
  const bytes = Uint8Array.from(atob(value.$bytes), (c) => c.charCodeAt(0));
  return new DataView(bytes.buffer);
};

const remember = (state) => {
  const heard = {};
  const entries = Object.entries(state).map(([name, value]) => [name, decode(value)]);
  const values = Object.fromEntries(entries);
  return {
    get: (name) => values[name],
    set: (name, value) => {
      if (values[name] === value) return;
      values[name] = value;
      for (const call of heard[`change:${name}`] || []) call();
    },
    on: (event, call) => {
      (heard[event] ||= []).push(call);
    },
    off: (event, call) => {
      heard[event] = (heard[event] || []).filter((other) => other !== call);
    },
    save_changes: () => {},
    send: () => {},
  };
};

export const mount = (widget, state, el) => {
  el.model = remember(state);
  widget.render({ model: el.model, el });
};

// One clock for several widgets of a page: where one of them goes, the others follow.
export const link = (trait, ids) => {
  const models = ids.map((id) => document.getElementById(id).model);
  const follow = (leader) => {
    for (const model of models) model.set(trait, leader.get(trait));
  };
  for (const model of models) model.on(`change:${trait}`, () => follow(model));
  follow(models[0]);
};
