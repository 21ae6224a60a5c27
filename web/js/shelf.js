// Files that are dropped or chosen go up one by one, each with a bar, and can be
// stopped. Without this script the form sends them all together.
const stem = (form) => form.querySelector('[name="_key"]');

class Loading {
  constructor(form, file, number) {
    this.form = form;
    this.file = file;
    this.number = number;
    this.row = document.createElement("li");
    this.name = Object.assign(document.createElement("span"), { className: "drop-name", textContent: file.name });
    this.name.dir = "auto";
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "button button-outlined button-sm" });
    this.bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    this.bar.setAttribute("aria-label", file.name);
    this.state = Object.assign(document.createElement("span"), { className: "drop-state", textContent: form.dataset.waits });
    this.row.append(this.name, this.button, this.bar, this.state);
    this.offer(form.dataset.stop, () => this.stop());
  }

  offer(label, act) {
    this.button.textContent = label;
    this.button.setAttribute("aria-label", `${label}: ${this.file.name}`);
    this.button.onclick = act;
  }

  say(text, how) {
    this.state.textContent = text;
    delete this.state.dataset.bad;
    delete this.state.dataset.ok;
    if (how) this.state.dataset[how] = "";
  }

  stop() {
    this.stopped = true;
    this.request?.abort();
    this.over(this.form.dataset.stopped);
  }

  over(text) {
    this.say(text, "bad");
    this.bar.hidden = true;
    this.offer(this.form.dataset.again, () => {
      this.stopped = false;
      this.bar.hidden = false;
      this.bar.value = 0;
      this.say(this.form.dataset.waits);
      this.offer(this.form.dataset.stop, () => this.stop());
      queue.push(this);
      next();
    });
  }

  send() {
    const most = Number(this.form.dataset.most);
    if (this.stopped) return Promise.resolve(false);
    if (most >= 0 && this.file.size > most) {
      this.over(this.form.dataset.large.replace("{name}", this.file.name));
      return Promise.resolve(false);
    }
    const said = new FormData(this.form);
    for (const [name, value] of [...said]) if (value instanceof File) said.delete(name);
    said.set("_key", `${stem(this.form).value}-${this.number}`);
    said.append(this.form.querySelector('[type="file"]').name, this.file);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.upload.onprogress = (event) => {
        if (!event.lengthComputable) return;
        this.bar.value = (100 * event.loaded) / event.total;
        this.say(`${Math.floor(this.bar.value)} %`);
      };
      request.onload = () => {
        if (request.status === 201) {
          this.bar.value = 100;
          this.say(request.responseText || this.form.dataset.done, "ok");
          this.button.remove();
          done(true);
          return;
        }
        const plain = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
        this.over(plain ? request.responseText : this.form.dataset.lost);
        done(false);
      };
      request.onerror = () => {
        this.over(this.form.dataset.lost);
        done(false);
      };
      request.onabort = () => done(false);
      request.open("POST", this.form.action);
      request.setRequestHeader("Foyer-Upload", "1");
      request.send(said);
    });
  }
}

const queue = [];
let busy = false;
let sent = 0;

// One at a time: the order in which they arrive is that in which they were chosen.
async function next() {
  if (busy) return;
  busy = true;
  let all = true;
  while (queue.length) {
    const one = queue.shift();
    if (!(await one.send())) all = false;
  }
  busy = false;
  if (all && sent && !document.querySelector(".drop-state[data-bad]")) location.assign(document.querySelector("[data-dropzone]").dataset.next);
}

function take(form, files) {
  const list = form.querySelector(".drop-list");
  const single = !form.querySelector('[type="file"]').multiple;
  for (const file of single ? [...files].slice(0, 1) : files) {
    const one = new Loading(form, file, ++sent);
    list.append(one.row);
    queue.push(one);
  }
  next();
}

for (const form of document.querySelectorAll("[data-dropzone]")) ready(form);

function ready(form) {
  if (form.dataset.ready) return;
  form.dataset.ready = "";
  const field = form.querySelector('[type="file"]');
  form.addEventListener("submit", (event) => {
    if (!field.files.length) return;
    event.preventDefault();
    const files = [...field.files];
    field.value = "";
    take(form, files);
  });
  let depth = 0;
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragenter", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth++;
    form.dataset.over = "";
  });
  form.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  form.addEventListener("dragleave", () => {
    if (--depth <= 0) delete form.dataset.over;
  });
  form.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    delete form.dataset.over;
    take(form, event.dataTransfer.files);
  });
}

// A dialog brings its form along after the page was read.
new MutationObserver(() => {
  for (const form of document.querySelectorAll("[data-dropzone]:not([data-ready])")) ready(form);
}).observe(document.body, { childList: true, subtree: true });

// A file that misses the place is not opened in the place of the page.
for (const type of ["dragover", "drop"]) {
  window.addEventListener(type, (event) => {
    if (event.dataTransfer?.types.includes("Files") && document.querySelector("[data-dropzone]")) event.preventDefault();
  });
}
