// Runs in every page under test, before JupyterLab starts. driver.py calls window.lessons.
window.lessons = {
  tap: {errors: [], comms: 0, last: 0},

  // True once the notebook is shown and its kernel is idle; taps the kernel's messages.
  open(path) {
    const panel = window.jupyterapp?.shell.currentWidget;
    const session = panel?.sessionContext;
    if (panel?.context?.path !== path || !panel.content.model || !session.isReady) return false;
    if (session.session?.kernel?.status !== 'idle') return false;
    Object.assign(this, {panel, kernel: session.session.kernel});
    session.iopubMessage.connect((_, {header, content}) => {
      if (content.data?.content?.kind === 'ahead') return;  // a picture that is not shown
      this.tap.last = performance.now();
      if (header.msg_type.startsWith('comm_')) this.tap.comms += 1;
      if (header.msg_type === 'error') this.tap.errors.push(content.traceback.join('\n'));
      if (header.msg_type === 'stream' && content.name === 'stderr') this.tap.errors.push(content.text);
    });
    return true;
  },

  startRun(first) {
    this.ran = null;
    this.panel.content.activeCellIndex = first;
    window.jupyterapp.commands.execute('notebook:run-all-below')
      .then(() => { this.ran = true; }, error => { this.ran = String(error); });
  },

  // A kernel that reads 'idle' may still have a picture to draw: a callback can hand its work
  // to the kernel's main thread. That thread answers info requests in turn, so when a whole
  // round of questions brought no widget message, nothing is left to come.
  async settle(timeout) {
    const end = performance.now() + timeout;
    const sleep = ms => new Promise(done => setTimeout(done, ms));
    const late = () => Error(`still not settled after ${timeout} ms; kernel ${this.kernel.status}`);
    const answer = () => Promise.race([
      this.kernel.requestKernelInfo(), sleep(end - performance.now()).then(() => { throw late(); })]);
    const quiet = async ms => {
      while (this.kernel.status !== 'idle' || performance.now() - this.tap.last < ms) {
        if (performance.now() > end) throw late();
        await sleep(10);
      }
    };
    // ... and a stage's <img> follows its canvas a moment later.
    const loading = () => /Loading widget\.\.\./.test(this.panel.content.node.textContent)
      || this.panel.content.node.querySelector('.lessons-stage[data-late]');
    for (;;) {
      const before = this.tap.comms;
      await answer();
      await quiet(80);
      await answer();
      await quiet(30);
      if (this.tap.comms === before && !loading()) break;
      if (performance.now() > end) throw late();
    }
    for (const img of this.panel.content.node.querySelectorAll('img'))
      await img.decode().catch(() => {});  // a broken picture is the test's to find
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  },

  problems() {
    const found = this.ran === true ? [] : [`run: ${this.ran}`];
    this.panel.content.widgets.forEach((cell, i) => {
      if (cell.model.type !== 'code') return;
      for (const o of cell.model.outputs.toJSON()) {
        if (o.output_type === 'error') found.push(`cell ${i}: ${o.ename}: ${o.evalue}`);
        if (o.output_type === 'stream' && o.name === 'stderr') found.push(`cell ${i}: ${o.text}`);
      }
      if (cell.model.sharedModel.source.trim() && cell.model.executionCount === null)
        found.push(`cell ${i}: not run`);
      if (/Error displaying widget|Error creating widget|Loading widget/.test(cell.outputArea.node.textContent))
        found.push(`cell ${i}: a widget was not shown`);
    });
    return found;
  },

  async hash(parts) {
    const all = await new Blob(parts).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
    return [...hash.slice(0, 16)].map(b => b.toString(16).padStart(2, '0')).join('');
  },

  // Pictures in plain outputs: image/png, and those inside HTML. Explorers are widgets, not these.
  figures() {
    const outputs = this.panel.content.widgets.filter(cell => cell.model.type === 'code')
      .flatMap(cell => cell.model.outputs.toJSON());
    return Promise.all(outputs.flatMap(({data = {}}) => [
      ...[data['image/png']].flat().filter(Boolean),
      ...[...[data['text/html'] ?? ''].flat().join('').matchAll(/src="(data:image[^"]+)"/g)]
        .map(match => match[1]),
    ]).map(text => this.hash([text])));
  },

  // The decoded pixels, not the address: each picture of a stage has a blob: address of its own.
  async pixels(node) {
    const parts = [];
    for (const img of node.querySelectorAll('img')) {
      await img.decode();
      const own = this.seen(img, img.naturalWidth, img.naturalHeight);
      parts.push(own.size, own.data);
      const front = img.parentElement.querySelector('.lessons-front:not([hidden])');
      if (front && await this.hash(Object.values(this.seen(front, front.width, front.height)))
          !== await this.hash(Object.values(own)))
        throw new Error('a stage shows another picture in front of its <img>');
    }
    return this.hash(parts);
  },
  seen(picture, w, h) {
    const context = new OffscreenCanvas(w, h).getContext('2d');
    context.drawImage(picture, 0, 0);
    return {size: new Uint32Array([w, h]), data: context.getImageData(0, 0, w, h).data};
  },

  // From the key press, or the end of a click, to the end of the frame that shows the last thing
  // it changed.
  watch(node) {
    const painted = () => requestAnimationFrame(() => {
      const channel = new MessageChannel();  // its message comes after the frame is painted
      channel.port1.onmessage = () => { this.painted = performance.now(); };
      channel.port2.postMessage(0);
    });
    for (const kind of ['keydown', 'pointerup'])
      node.addEventListener(kind, event => {
        this.pressed = event.timeStamp;
        this.painted = null;
      }, true);
    // A stage's canvas is what is seen; the <img> behind it, the same picture, is loaded later.
    const front = '.lessons-front:not([hidden])';
    for (const canvas of node.querySelectorAll('.lessons-front')) {
      const context = canvas.getContext('bitmaprenderer');
      context.transferFromImageBitmap = bitmap => {
        ImageBitmapRenderingContext.prototype.transferFromImageBitmap.call(context, bitmap);
        painted();
      };
    }
    node.addEventListener('load', ({target}) => {
      if (!target.parentElement.querySelector(front)) target.decode().then(painted, () => {});
    }, true);
    // Words beside the picture; a table below it comes later, and is not the picture.
    const staged = node.querySelector('.lessons-stage');
    for (const status of node.querySelectorAll(staged ? '.lessons-status' : '.widget-html, [role=status]'))
      new MutationObserver(painted).observe(status, {subtree: true, childList: true, characterData: true});
  },

  latency() {
    return this.painted === null ? null : this.painted - this.pressed;
  },

  // Where a knob stands, and the ends of its bar. The aria values are rounded to one decimal.
  slider(handle) {
    const {noUiSlider} = handle.closest('.noUi-target');
    const value = [noUiSlider.get(true)].flat()[handle.dataset.handle];
    return [value, noUiSlider.options.range.min, noUiSlider.options.range.max].map(Number);
  },

  // The text a reader sees beside or on a control; '' if there is none or it is cut off.
  label(el) {
    const own = el.matches('button') ? el
      : [...el.closest('.widget-inline-hbox')?.querySelectorAll('.widget-label, .widget-label-basic') ?? []]
        .find(label => label.offsetWidth);
    return own && own.offsetWidth && own.scrollWidth <= own.clientWidth + 1 ? own.innerText.trim() : '';
  },

  // Scroll the notebook; returns where it then is, its whole height, and its box in the window.
  async scroll(y) {
    const outer = this.panel.node.querySelector('.jp-WindowedPanel-outer') ?? this.panel.content.node;
    outer.scrollTop = y;
    await new Promise(done => setTimeout(done, 300));  // JupyterLab lays itself out a little later
    const {left, top} = outer.getBoundingClientRect();
    return [Math.round(outer.scrollTop), outer.scrollHeight,
      {x: left, y: top, width: outer.clientWidth, height: outer.clientHeight}];
  },

  // For pictures: no side bar, no caret, no tool bar over the selected cell.
  tidy() {
    const {shell} = window.jupyterapp;
    if (shell.collapseLeft) shell.collapseLeft();
    this.panel.content.activeCellIndex = 0;
    document.activeElement?.blur();
    const style = document.createElement('style');
    style.textContent = '.jp-cell-toolbar {display: none !important}';
    document.head.append(style);
  },

  // Make a node's cell the selected one, as the arrow keys do between cells.
  select(node) {
    const notebook = this.panel.content;
    notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.node.contains(node));
    notebook.mode = 'command';
    notebook.activate();
  },

  // Pictures that say nothing to a reader who cannot see them, and pictures that are broken.
  silentPictures() {
    return [...this.panel.content.node.querySelectorAll('img')]
      .filter(img => !img.naturalWidth || !img.alt.trim())
      .map(img => `cell ${this.panel.content.widgets.findIndex(cell => cell.node.contains(img))}: `
        + (img.naturalWidth ? 'no alt text' : 'not shown'));
  },
};
