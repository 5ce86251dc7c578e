// Sends files of an upload in pieces that can be resumed, and shows what the archive says of them meanwhile.
// Without this file the page is a plain form. The server's word counts: it says where each file goes on.
"use strict";
(() => {
  const home = document.querySelector("[data-upload]");
  if (!home) return;
  const part = (name) => home.querySelector(`[data-${name}]`);
  const address = home.dataset.upload, piece = Number(home.dataset.piece);
  const headers = { "X-Form-Token": home.dataset.token };
  const ANNOUNCED_AT_ONCE = 100, SENDERS = 2, POLL = 2000, LONGEST_WAIT = 30000;
  const queue = [];
  let senders = 0, total = 0, sent = 0, wholeFiles = 0, allFiles = 0, stopped = false;

  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const size = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;

  const tell = (words) => {
    part("sending").hidden = false;
    part("progress").value = total ? sent / total : 1;
    part("told").textContent = words || `${wholeFiles} of ${allFiles} files, ${size(sent)} of ${size(total)}`;
  };
  const complain = (sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    part("faults").querySelector("ul").append(item);
    part("faults").hidden = false;
  };

  // Which files were chosen or dropped, with their paths below the delivery's folder.
  const below = (files) => {
    const tops = new Set(files.map(({ path }) => path.includes("/") ? path.split("/")[0] : ""));
    const only = tops.size === 1 && !tops.has("");
    return only ? files.map(({ path, file }) => ({ path: path.slice(path.indexOf("/") + 1), file })) : files;
  };
  const chosen = (list) => below([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  const walk = async (entry) => {
    if (entry.isFile) return [{ path: entry.fullPath.slice(1), file: await new Promise((done, failed) => entry.file(done, failed)) }];
    const reader = entry.createReader(), found = [];
    for (;;) { // a folder's entries come in portions of a hundred
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      for (const one of some) found.push(...await walk(one));
    }
  };
  const dropped = async (items) => {
    // All at once: what was dropped is there for this moment only. What has no entry, such as a picture of a page, is a file.
    const things = [...items].map((item) => [item.webkitGetAsEntry(), item.getAsFile()]), found = [];
    for (const [entry, file] of things) {
      try {
        if (entry) found.push(...await walk(entry));
        else if (file) found.push({ path: file.name, file });
      } catch { complain(`${entry.name} cannot be read.`); }
    }
    return below(found);
  };

  // One request. Waits and tries again while the server or the network is away; other refusals are answered.
  const ask = async (path, options) => {
    for (let pause = 1000; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
      try {
        const answer = await fetch(address + path, { ...options, headers: { ...headers, ...options.headers } });
        if (answer.status < 500 || answer.status === 507) return answer;
      } catch { /* the network is away */ }
      tell("The archive does not answer; trying again …");
      await wait(pause);
    }
  };
  const said = async (answer) => {
    try { return await answer.json(); } catch { return {}; }
  };
  const stop = (sentence) => {
    if (!stopped) complain(sentence);
    stopped = true;
    queue.length = 0;
  };

  const add = async (files) => {
    for (let start = 0; start < files.length; start += ANNOUNCED_AT_ONCE) {
      const some = files.slice(start, start + ANNOUNCED_AT_ONCE);
      await announce(some);
    }
  };
  const announce = async (files) => {
    const body = JSON.stringify(files.map(({ path, file }) => ({ path, bytes: file.size, modified: Math.round(file.lastModified) })));
    if (body.length > 50000 && files.length > 1) { // very long names: the server takes forms of 64 KiB
      const half = files.length >> 1;
      await announce(files.slice(0, half));
      return announce(files.slice(half));
    }
    const answer = await ask("/files", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    const told = await said(answer);
    if (!answer.ok) return stop(told.sentence || "The archive did not take the list of files. Sign in again, and go on.");
    files.forEach(({ file }, place) => {
      const { fault, file_id, received } = told[place];
      if (fault) return complain(fault);
      allFiles += 1;
      total += file.size;
      sent += received;
      if (received === file.size) wholeFiles += 1;
      else queue.push({ file, id: file_id, received });
    });
    tell();
    while (senders < SENDERS && queue.length) work();
  };

  const work = async () => {
    senders += 1;
    for (let job = queue.shift(); job && !stopped; job = queue.shift()) {
      try { await send(job); } catch { complain(`${job.file.name} cannot be read any more. Choose it again.`); }
    }
    senders -= 1;
  };
  const send = async (job) => {
    let tries = 0;
    while (job.received < job.file.size && !stopped) {
      const bytes = await job.file.slice(job.received, job.received + piece).arrayBuffer();
      const answer = await ask(`/files/${job.id}`, {
        method: "PUT", body: bytes,
        headers: { "Upload-Offset": String(job.received), "Content-Digest": `sha-256=:${await digest(bytes)}:` },
      });
      const told = await said(answer);
      if (told.received !== undefined) { // taken, or the server knows better where the file goes on
        tries = told.received > job.received ? 0 : tries + 1;
        sent += told.received - job.received;
        job.received = told.received;
      } else if (answer.status === 423) {
        await wait(POLL);
      } else if (answer.status === 404) {
        return complain(told.sentence || `${job.file.name} was removed meanwhile.`);
      } else {
        return stop(told.sentence || "The archive takes nothing more. Sign in again and choose the same files: it goes on where it was.");
      }
      if (tries > 5) return complain(`${job.file.name} arrives damaged again and again.`);
      tell();
    }
    if (job.received === job.file.size) wholeFiles += 1;
    tell();
  };

  // SHA-256, in base64. Browsers compute it only for pages over https; elsewhere the pages do it themselves (FIPS 180-4).
  const digest = async (buffer) => {
    const bytes = window.crypto && crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", buffer)) : sha256(new Uint8Array(buffer));
    return btoa(String.fromCharCode(...bytes));
  };
  const fraction = (value) => Math.floor((value % 1) * 2 ** 32) | 0;
  const PRIMES = [];
  for (let number = 2; PRIMES.length < 64; number++) if (PRIMES.every((prime) => number % prime)) PRIMES.push(number);
  const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
  const sha256 = (message) => {
    const state = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
    const padded = new Uint8Array(((message.length + 8) >> 6) * 64 + 64), view = new DataView(padded.buffer);
    padded.set(message);
    padded[message.length] = 0x80;
    view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
    view.setUint32(padded.length - 4, message.length << 3);
    const words = new Int32Array(64), turn = (word, by) => (word >>> by) | (word << (32 - by));
    for (let start = 0; start < padded.length; start += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { words[i] = view.getInt32(start + 4 * i); continue; }
        const near = words[i - 15], far = words[i - 2];
        words[i] = words[i - 16] + (turn(near, 7) ^ turn(near, 18) ^ (near >>> 3)) + words[i - 7] + (turn(far, 17) ^ turn(far, 19) ^ (far >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
    }
    const result = new DataView(new ArrayBuffer(32));
    state.forEach((word, i) => result.setInt32(4 * i, word));
    return new Uint8Array(result.buffer);
  };

  // What the archive says of the files so far: the same part of the page, asked for again while something changes.
  const now = document.querySelector("#now");
  const look = async () => {
    try {
      const answer = await fetch(`${address}/now`);
      const text = answer.ok && !answer.redirected ? await answer.text() : "";
      if (text && text !== now.dataset.text && !now.contains(document.activeElement)) {
        const open = [...now.querySelectorAll("details")].map((one) => one.open);
        now.innerHTML = text; // from our own server, which escapes what came from outside
        now.querySelectorAll("details").forEach((one, place) => { one.open = open[place] ?? one.open; });
        now.dataset.text = text;
      }
    } catch { /* the next look will see */ }
    setTimeout(look, document.hidden ? 5 * POLL : POLL);
  };

  for (const id of ["files", "folder"]) {
    const input = document.getElementById(id);
    const take = async () => {
      const files = chosen(input.files);
      stopped = false;
      await add(files);
      input.value = "";
    };
    input.addEventListener("change", take);
    if (input.files.length) take(); // chosen while this file was still on its way
  }
  const place = part("drop");
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.toggle("over", kind === "dragover" || kind === "dragenter");
    });
  }
  place.addEventListener("drop", async (event) => {
    stopped = false;
    add(await dropped(event.dataTransfer.items));
  });
  window.addEventListener("beforeunload", (event) => { if (senders) event.preventDefault(); });
  part("drop-words").hidden = false;
  part("plain").hidden = true;
  setTimeout(look, POLL);
})();
