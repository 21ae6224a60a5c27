// Files that are dropped or chosen go up one by one, each with a bar, and can be
// stopped. Without this script the form sends them all together.
const queue = [];
let busy;
let sent = 0;
let arrived;

class Loading {
  constructor(form, file) {
    this.form = form;
    this.file = file;
    this.key = `${form.querySelector('[name="_key"]').value}-${++sent}`;
    this.row = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "drop-name", textContent: file.name, dir: "auto" });
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "button button-outlined button-sm" });
    this.bar = Object.assign(document.createElement("progress"), { max: 100 });
    this.bar.setAttribute("aria-label", file.name);
    this.state = Object.assign(document.createElement("span"), { className: "drop-state" });
    this.row.append(name, this.button, this.bar, this.state);
    form.querySelector(".drop-list").append(this.row);
    this.wait();
  }

  wait() {
    this.bar.hidden = false;
    this.bar.value = 0;
    this.say(this.form.dataset.waits);
    this.offer(this.form.dataset.stop, () => this.stop());
    queue.push(this);
    next();
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
    if (queue.includes(this)) queue.splice(queue.indexOf(this), 1);
    this.request?.abort();
    this.over(this.form.dataset.stopped, true);
  }

  // What cannot go up as it is can only be taken away.
  over(text, again) {
    this.say(text, "bad");
    this.bar.hidden = true;
    if (again) return this.offer(this.form.dataset.again, () => this.wait());
    this.offer(this.form.dataset.remove, () => {
      this.row.remove();
      leave(this.form);
    });
  }

  async send() {
    const most = Number(this.form.dataset.most);
    if (this.file.size > most) return this.over(this.form.dataset.large.replace("{name}", () => this.file.name), false);
    const field = this.form.querySelector('[type="file"]').name;
    const said = new FormData(this.form);
    said.delete(field);
    said.set("_key", this.key);
    said.append(field, this.file);
    const request = new XMLHttpRequest();
    this.request = request;
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      this.bar.value = (100 * event.loaded) / event.total;
      this.say(`${Math.floor(this.bar.value)} %`);
    };
    const how = await new Promise((done) => {
      for (const type of ["load", "error", "abort"]) request.addEventListener(type, () => done(type));
      request.open("POST", this.form.action);
      request.setRequestHeader("Foyer-Upload", "1");
      request.send(said);
    });
    if (how === "abort") return;
    if (how === "load" && request.status === 201) {
      arrived = this.form;
      this.bar.value = 100;
      this.say(request.responseText || this.form.dataset.done, "ok");
      this.button.remove();
      return;
    }
    const plain = how === "load" && request.getResponseHeader("Content-Type")?.startsWith("text/plain");
    this.over(plain ? request.responseText : this.form.dataset.lost, !plain || request.status === 429 || request.status >= 500);
  }
}

// One at a time: the order in which they arrive is that in which they were chosen.
async function next() {
  if (busy) return;
  while (queue.length) {
    const one = queue.shift();
    busy = one;
    await one.send();
    busy = undefined;
    leave(one.form);
  }
}

// The page that shows what arrived comes once nothing waits and nothing went wrong.
function leave(form) {
  if (arrived === form && !busy && !queue.length && !form.querySelector(".drop-state[data-bad]")) location.assign(form.dataset.next);
}

function take(form, files) {
  if (!form.reportValidity()) return;
  const field = form.querySelector('[type="file"]');
  const all = field.multiple ? [...files] : [...files].slice(0, 1);
  field.value = "";
  for (const file of all) new Loading(form, file);
}

function ready(form) {
  form.dataset.ready = "";
  const field = form.querySelector('[type="file"]');
  // Before whoever else sends forms.
  form.addEventListener(
    "submit",
    (event) => {
      if (!field.files.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      take(form, field.files);
    },
    { capture: true },
  );
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
    // Where something is to be said of the files first, they wait for the button.
    if (form.querySelector("select, [type=checkbox]")) {
      field.files = event.dataTransfer.files;
      form.querySelector(".drop-send button").focus();
    } else {
      take(form, event.dataTransfer.files);
    }
  });
}

// A dialog brings its form along after the page was read, and takes it away.
const all = () => {
  for (const form of document.querySelectorAll("[data-dropzone]:not([data-ready])")) ready(form);
};
all();
new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
document.addEventListener(
  "close",
  (event) => {
    const form = event.target.querySelector?.("[data-dropzone]");
    if (!form) return;
    queue.length = 0;
    busy?.request?.abort();
    if (arrived === form) location.assign(form.dataset.next);
  },
  { capture: true },
);
window.addEventListener("beforeunload", (event) => {
  if (busy || queue.length) event.preventDefault();
});

// A file that misses the place is not opened in the place of the page.
for (const type of ["dragover", "drop"]) {
  window.addEventListener(type, (event) => {
    if (event.dataTransfer?.types.includes("Files") && document.querySelector("[data-dropzone]")) event.preventDefault();
  });
}
