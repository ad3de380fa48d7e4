// The page's half of stage.py: an <img> with alt text, a cursor, handles, two lines of words.
const STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function make(parent, tag, name, attributes = {}) {
  const node = document.createElement(tag);
  node.className = name;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return parent.appendChild(node);
}

function render({model, el}) {
  const stage = make(el, 'div', 'lessons-stage');
  const canvas = make(stage, 'div', 'lessons-canvas', {
    tabindex: 0, role: 'application', 'aria-label': model.get('label')});
  // The notebook would take arrow keys for its own, even those of sliders and lists.
  const keepKeys = event => event.target.setAttribute('data-lm-suppress-shortcuts', 'true');
  canvas.addEventListener('focus', keepKeys);
  requestAnimationFrame(  // once it is in the page
    () => el.closest('.lessons-explorer')?.addEventListener('focusin', keepKeys));
  const img = make(canvas, 'img', 'lessons-picture', {alt: '', draggable: 'false', hidden: ''});
  const front = make(canvas, 'canvas', 'lessons-front', {'aria-hidden': 'true', hidden: ''});
  const cursor = make(canvas, 'span', 'lessons-cursor', {hidden: ''});
  const reading = make(stage, 'p', 'lessons-reading', {'aria-live': 'off'});
  const status = make(stage, 'p', 'lessons-status', {role: 'status'});
  let shown = {width: 1, height: 1, places: [], handles: []}, handles = [];
  let url = null, file = null, later = null;
  let coming = null;    // the picture that is probably asked for next: its name, file and bitmap
  let inFront = null;   // the name of the one in front, if it had come in advance
  let at = null;        // the cursor: x, y
  let known = null;     // the pixel whose reading stands below the picture
  let carried = null;   // what is being dragged: its number, and x, y where it was
  let pressed = null;   // the pointer that went down here: only its coming up is a click
  let waiting = null, asked = false;
  let note = '';        // said before what is read

  // Reading and dragging: one question under way, then the newest.
  function ask(kind, spot) {
    waiting = {kind, ...spot, handle: carried?.handle};
    if (asked) return;
    asked = true;
    model.send(waiting);
    waiting = null;
  }
  function tell(kind, spot, handle) {  // never dropped
    if (waiting) known = waiting = null;
    model.send({kind, ...spot, handle});
  }
  function hear(message, buffers) {
    if (message.kind === 'ahead') return expect(message, buffers[0]);
    if (message.text != null && !carried) reading.textContent = `${note} ${message.text}`.trim();
    if (message.kind !== 'read' && message.kind !== 'drag') return;
    asked = false;
    if (waiting) ask(waiting.kind, {x: waiting.x, y: waiting.y});
  }

  function put(node, {x, y}) {
    node.style.left = `${100 * (x + 0.5) / shown.width}%`;
    node.style.top = `${100 * (y + 0.5) / shown.height}%`;
  }
  function under(event) {
    const box = img.getBoundingClientRect();
    return {x: clamp(Math.floor((event.clientX - box.left) / box.width * shown.width), 0, shown.width - 1),
      y: clamp(Math.floor((event.clientY - box.top) / box.height * shown.height), 0, shown.height - 1)};
  }
  function go(spot, byKey, words = '') {
    note = words;
    at = {x: clamp(spot.x, 0, shown.width - 1), y: clamp(spot.y, 0, shown.height - 1)};
    cursor.hidden = !byKey;
    reading.setAttribute('aria-live', byKey ? 'polite' : 'off');  // a moving mouse is not spoken
    put(cursor, at);
    if (carried) put(handles[carried.handle], at);
    if (!carried && !words && at.x === known?.x && at.y === known?.y) return;  // a click where one pointed
    known = carried ? null : at;
    ask(carried ? 'drag' : 'read', at);
  }
  function pick(handle, byKey) {
    const [x, y, name] = shown.handles[handle];
    carried = {handle, x, y, byKey};
    handles[handle].classList.add('held');
    cursor.classList.add('carries');
    reading.textContent = `${name} is picked up. Arrow keys move it, Enter drops it, Escape puts it back.`;
  }
  function drop(kind, spot) {
    const moved = Math.hypot(spot.x - carried.x, spot.y - carried.y);
    if (moved < 3) kind = 'put back';  // a click on it
    tell(kind, spot, carried.handle);
    reading.textContent = note = kind === 'drop' ? 'Dropped.' : 'Put back.';
    handles[carried.handle].classList.remove('held');
    carried = null;
    cursor.classList.remove('carries');
  }

  // A bitmap is there a frame or two before an <img> has loaded the same file. So what moves is
  // painted on a canvas in front, and the <img>, which has the words, follows when it rests.
  async function paint() {
    const data = model.get('data');
    if (!data?.byteLength) return;
    const mine = file = new Blob([data], {type: model.get('shown').kind});
    clearTimeout(later);
    if (!url) return follow();
    stage.dataset.late = '';
    later = setTimeout(follow, 100);
    const {ahead} = model.get('shown');
    if (ahead && ahead === inFront) return;
    const bitmap = await createImageBitmap(mine).catch(() => null);
    if (mine === file) present(bitmap);
  }
  function present(bitmap, name = null) {
    inFront = name;
    front.hidden = !bitmap;  // an older picture must not stay in front
    if (!bitmap) return;
    if (front.width !== bitmap.width || front.height !== bitmap.height)  // setting them costs
      [front.width, front.height] = [bitmap.width, bitmap.height];
    front.getContext('bitmaprenderer').transferFromImageBitmap(bitmap);
  }
  // What has been drawn in advance is sent and decoded in advance, too.
  async function expect({name, type}, data) {
    coming?.bitmap?.close();
    const mine = coming = {name, data, bitmap: null};
    const bitmap = await createImageBitmap(new Blob([data], {type})).catch(() => null);
    if (mine === coming) mine.bitmap = bitmap;
    else bitmap?.close();
  }
  function follow() {
    const before = url;
    img.src = url = URL.createObjectURL(file);
    img.hidden = false;
    delete stage.dataset.late;
    if (before) URL.revokeObjectURL(before);
  }

  function draw() {
    shown = {...shown, ...model.get('shown')};
    if (url && shown.ahead && shown.ahead !== inFront) {
      const {name, data, bitmap} = coming ?? {};
      if (name === shown.ahead) {
        coming = null;
        if (bitmap) present(bitmap, name);  // else it is still being decoded
        model.set('data', data);  // the kernel knows that it is here
      } else model.send({kind: 'missing'});
    }
    img.alt = shown.text ?? model.get('label');
    [img.width, img.height] = [shown.width, shown.height];
    if (carried && carried.handle >= shown.handles.length) {  // there are fewer now
      carried = null;
      cursor.classList.remove('carries');
    }
    while (handles.length > shown.handles.length) handles.pop().remove();
    while (handles.length < shown.handles.length) handles.push(make(canvas, 'span', 'lessons-handle'));
    shown.handles.forEach(([x, y, name], i) => {
      handles[i].title = name;
      if (carried?.handle !== i) put(handles[i], {x, y});
    });
    if (at) put(cursor, at);
    known = null;
    if (at && !carried && (canvas.matches(':hover') || !cursor.hidden)) ask('read', known = at);
  }
  function say() {
    const {text, failed} = model.get('says');
    status.textContent = text;
    status.classList.toggle('failed', Boolean(failed));
  }

  canvas.addEventListener('pointermove', event => carried?.byKey || go(under(event), false));
  canvas.addEventListener('pointerdown', event => {
    if (event.button || carried) return;
    const handle = handles.indexOf(event.target);
    if (handle >= 0) {
      canvas.setPointerCapture(event.pointerId);
      pick(handle, false);
    } else {
      pressed = event.pointerId;
      go(under(event), false);
    }
  });
  canvas.addEventListener('pointerup', event => {
    if (carried) drop('drop', under(event));
    else if (pressed === event.pointerId) tell('click', under(event));
    pressed = null;
  });
  canvas.addEventListener('pointercancel', () => { pressed = null; });
  canvas.addEventListener('pointercancel', () => carried && drop('put back', {x: carried.x, y: carried.y}));

  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const {key} = event;
    const start = at ?? {x: shown.width >> 1, y: shown.height >> 1};
    const [left, , width, height, columns, rows] = shown.places.find(
      ([left, top, width, height]) => start.x >= left && start.y >= top
        && start.x < left + width && start.y < top + height)
      ?? [0, 0, shown.width, shown.height, shown.width, shown.height];
    if (STEPS[key]) {
      const far = event.shiftKey ? 10 : 1;  // pixels of what the panel shows, enlarged or not
      const step = [width / columns, height / rows].map(size => far * Math.max(1, Math.round(size)));
      go({x: start.x + STEPS[key][0] * step[0], y: start.y + STEPS[key][1] * step[1]}, true);
    } else if (key === 'Home' || key === 'End') {
      go({x: key === 'Home' ? left : left + width - 1, y: start.y}, true);
    } else if (key.toLowerCase() === 'n' && handles.length && !carried) {
      const now = shown.handles.findIndex(([x, y]) => x === start.x && y === start.y);
      const next = now < 0 ? 0 : (now + (event.shiftKey ? -1 : 1) + handles.length) % handles.length;
      const [x, y, name] = shown.handles[next];
      go({x, y}, true, `${name}.`);
    } else if (key === 'Enter' || key === ' ') {
      const near = shown.handles.map(([x, y]) => Math.hypot(x - start.x, y - start.y));
      const nearest = near.indexOf(Math.min(...near));
      if (carried) drop('drop', start);
      else if (near[nearest] <= 14) pick(nearest, true);
      else tell('click', start);
    } else if (key === 'Escape' && carried) {
      const home = {x: carried.x, y: carried.y};
      drop('put back', home);
      go(home, true, note);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  model.on('change:data', paint);
  model.on('change:shown', draw);
  model.on('change:says', say);
  model.on('msg:custom', hear);
  draw();
  paint();
  say();
  if (model.get('shown').ahead) model.send({kind: 'missing'});  // sent before this view was there
  return () => {
    clearTimeout(later);
    model.off('change:data', paint);
    model.off('change:shown', draw);
    model.off('change:says', say);
    model.off('msg:custom', hear);
    if (url) URL.revokeObjectURL(url);
  };
}
export default {render};
