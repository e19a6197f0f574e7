// Draws the cases of a run from the data in the page. Everything is written as text nodes; nothing is ever parsed as HTML.
"use strict";
(() => {
  const CHUNK = 200; // rows drawn at a time: a screen or two in a few milliseconds, however many cases there are
  const HEAD = 8192; // bytes of a body that evidence.ndjson keeps
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const { cases, requirements, names, meanings } = data;
  const number = new Intl.NumberFormat("en");
  const order = ["FAIL", "ERROR", "INCONCLUSIVE", "WARN", "PASS", "NOT_APPLICABLE"];
  const list = byId("list"), more = byId("more"), found = byId("found");
  const text = byId("by-text"), platform = byId("by-platform"), verdicts = byId("by-verdict");
  const tone = (verdict) => (names[verdict] ? verdict.toLowerCase().replace("_", "-") : "untestable");

  let evidence = null; // parsed when the first case is opened
  const exchange = (id) => {
    evidence ??= JSON.parse(byId("evidence").textContent);
    return Object.hasOwn(evidence, id) ? evidence[id] : null;
  };

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === true) node.setAttribute(name, "");
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  }
  const mark = (verdict) => el("span", { class: `mark ${tone(verdict)}`, title: meanings[verdict] }, names[verdict] ?? verdict);
  const han = (words) => (/[\u2e80-\u9fff]/.test(words) ? el("span", { lang: "zh-Hans" }, words) : words);

  // Indents JSON without reading it into values: numbers keep their digits and doubled members stay doubled.
  function indented(json) {
    const source = json.replaceAll("\\r\n", "\n"); // a carriage return outside a string comes spelled out
    try { JSON.parse(source); } catch { return json; }
    const parts = source.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
    let depth = 0, out = "";
    const line = () => `\n${"  ".repeat(Math.min(depth, 40))}`;
    parts.forEach((part, at) => {
      const empty = (part === "{" && parts[at + 1] === "}") || (part === "[" && parts[at + 1] === "]");
      if (part === "{" || part === "[") { depth += 1; out += empty ? part : part + line(); }
      else if (part === "}" || part === "]") {
        depth -= 1;
        const closesEmpty = parts[at - 1] === "{" || parts[at - 1] === "[";
        out += closesEmpty ? part : line() + part;
      } else if (part === ",") out += part + line();
      else if (part === ":") out += ": ";
      else out += part;
    });
    return out;
  }

  function copyButton(source) {
    const button = el("button", { type: "button", class: "copy" }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source); // no clipboard for this page: select it for the reader
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1600);
    });
    return button;
  }
  function withCopy(pre) {
    const wrapper = el("div", { class: "with-copy" });
    pre.replaceWith(wrapper);
    wrapper.append(pre, copyButton(pre));
    return wrapper;
  }
  function command(line) {
    const pre = el("pre", { class: "command" }, el("code", null, line));
    return el("div", { class: "with-copy" }, pre, copyButton(pre));
  }

  function body(content) {
    if (!content) return null;
    const head = content.text !== undefined ? indented(content.text) : content.base64;
    const notes = [];
    if (content.base64 !== undefined) notes.push("Base64, because it is not UTF-8");
    if (content.length > HEAD) notes.push(`the beginning of ${number.format(content.length)} bytes, SHA-256 ${content.sha256}`);
    return [el("pre", { tabindex: "0" }, head), notes.length ? el("p", { class: "small" }, notes.join("; ")) : null];
  }
  function side(title, first, part) {
    const parts = [el("h5", null, title)];
    if (first) parts.push(el("pre", null, first));
    if (part.headers?.length) {
      parts.push(el("pre", { class: "headers" }, part.headers.map(([name, value]) => `${name}: ${value}`).join("\n")));
    }
    for (const { statement, seen } of part.violations ?? []) parts.push(el("p", { class: "mark error" }, `${statement}: ${seen}`));
    for (const member of ["body", "payload", "plain", "stdin", "stdout", "stderr"]) {
      if (!part[member]) continue;
      if (member !== "body") parts.push(el("h5", null, member));
      parts.push(...body(part[member]));
    }
    if (part.error) parts.push(el("p", { class: "mark error" }, part.error));
    return el("div", { class: "side" }, ...parts);
  }
  function mqttLine(record) {
    const part = record.out ?? record.in ?? {};
    return `${part.session} ${record.out ? "sent" : part.packet || part.body ? "received" : "–"} ${part.text}`;
  }
  function headOf(body) {
    const text = body?.text ?? "bytes";
    return text.length > 100 ? `${text.slice(0, 100)}…` : text;
  }
  function endsOf(record) {
    const out = record.out ?? {}, back = record.in ?? {};
    const sent = { http: `${out.method} ${out.url}`, raw: out.address, process: out.argv?.join(" "), note: out.text, mqtt: mqttLine(record), line: headOf(out.body), callback: `${back.method} ${back.url}` }[record.kind] ?? record.kind;
    let got = "";
    if (record.kind === "callback") got = `answered ${out.status ?? "by closing the connection"}`;
    else if (back.status !== undefined) got = `${back.status} ${back.reason ?? ""}`.trim();
    else if (record.kind === "line" && back.body) got = headOf(back.body);
    else if (back.error) got = "no answer";
    else if (back.exit !== undefined) got = back.exit === null ? "stopped" : `exit ${back.exit}`;
    return { sent, got, out, back };
  }
  function drawExchange(id, item, judged) {
    const record = exchange(id);
    if (!record) return null;
    const { sent, got, out, back } = endsOf(record);
    const since = Math.round(record.t_ms - (item.started_ms ?? 0));
    const took = ["note", "mqtt", "callback"].includes(record.kind) ? "" : `${Math.round(record.duration_ms)} ms`;
    const summary = el("summary", null,
      el("span", { class: "at", title: "After the start of the case" }, `${since < 0 ? "−" : "+"}${number.format(Math.abs(since))} ms`),
      el("span", { class: "line" }, got ? `${sent} → ${got}` : sent),
      el("span", { class: "at" }, took));
    const details = el("details", { class: judged ? "exchange judged" : "exchange", open: judged }, summary);
    const fill = () => {
      if (details.childElementCount > 1 || record.kind === "note") return;
      const answer = back.status !== undefined ? got : "";
      const sides = record.kind === "mqtt"
        ? [record.out ? side("Sent", out.text, out) : side("Received", back.text, back)]
        : record.kind === "callback" ? [side("Received", sent, back), side("Sent", got, out)]
        : [side("Sent", sent, out), side("Received", answer, back)];
      details.append(el("div", { class: "sides" }, ...sides));
    };
    if (judged) fill();
    details.addEventListener("toggle", fill);
    return details;
  }

  function drawFinding(finding) {
    const requirement = requirements[finding.requirement] ?? {};
    const row = (label, value) => (value ? [el("dt", null, label), el("dd", null, value)] : []);
    return el("div", { class: `finding ${tone(finding.verdict)}` },
      el("p", { class: "said" }, finding.statement),
      el("p", { class: "source" }, el("code", null, finding.requirement),
        requirement.section ? el("span", null, `${requirement.section} `, han(requirement.heading ?? "")) : null,
        requirement.level ? el("span", null, requirement.level + (requirement.source === "document" ? "" : `, ${requirement.source}`)) : null),
      el("dl", null,
        row("Expected", el("pre", null, finding.expected)),
        row("Actual", el("pre", null, finding.actual)),
        row("At", finding.pointer !== null && finding.pointer !== undefined ? el("code", { title: "JSON pointer" }, finding.pointer || "the whole message") : null),
        row("Note", finding.note)));
  }

  function openCase(item) {
    const parts = [];
    const findings = item.findings ?? [];
    if (item.waived) {
      const until = item.waived.expires ? ` until ${item.waived.expires}` : "";
      parts.push(el("p", { class: "caveat" }, `Waived${until}: ${item.waived.reason}`));
    }
    parts.push(...findings.map(drawFinding));
    if (!findings.length && item.message) parts.push(el("p", { class: "message" }, item.message));
    const judged = new Set(findings.map((finding) => finding.exchange).filter(Boolean));
    const ids = item.exchanges ?? [];
    if (ids.length) {
      parts.push(el("h4", null, ids.length === 1 ? "Exchange" : `${number.format(ids.length)} exchanges`));
      const drawn = ids.map((id) => drawExchange(id, item, judged.has(id))).filter(Boolean);
      parts.push(...drawn);
      if (drawn.length < ids.length) {
        parts.push(el("p", { class: "small" }, `${number.format(ids.length - drawn.length)} of them only in evidence.ndjson: ${ids.slice(0, 5).join(", ")}`));
      }
    }
    const others = (item.requirements ?? []).filter((id) => !findings.some((finding) => finding.requirement === id));
    if (others.length) {
      parts.push(el("h4", null, findings.length ? "Also cites" : "Cites"),
        el("ul", { class: "cited" }, others.map((id) => el("li", null,
          requirements[id]?.statement ?? "", el("p", { class: "source" }, el("code", null, id),
            requirements[id]?.heading ? el("span", null, han(requirements[id].heading)) : null)))));
    }
    if (item.reproduce) parts.push(el("h4", null, "Repeat this case"), command(item.reproduce));
    return el("div", { class: "opened" }, ...parts);
  }

  function drawCase(item) {
    const details = el("details", { "data-case": item.id },
      el("summary", { class: "row" },
        mark(item.verdict),
        el("span", { class: "what" }, el("span", { class: "title" }, item.title ?? item.id), el("code", { class: "id" }, item.id),
          item.waived ? el("span", { class: "tag" }, "waived") : null),
        el("span", { class: "took" }, item.took)));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(openCase(item));
      if (details.open) state.case = item.id;
      else if (state.case === item.id) state.case = "";
      remember();
    });
    return el("li", null, details);
  }

  // What is shown: kept in the address, so that a view can be sent to somebody else.
  const state = { verdict: new Set(), platform: "", q: "", case: "" };
  const indexed = new Map();
  function searchable(item) {
    if (!indexed.has(item)) {
      const statements = (item.requirements ?? []).map((id) => `${id} ${requirements[id]?.statement ?? ""} ${requirements[id]?.heading ?? ""}`);
      indexed.set(item, [item.id, item.title, item.message, ...statements].join("\n").toLowerCase());
    }
    return indexed.get(item);
  }
  function matches(item) {
    return (!state.verdict.size || state.verdict.has(item.verdict))
      && (!state.platform || item.platform === state.platform)
      && (!state.q || searchable(item).includes(state.q.toLowerCase()));
  }

  let shown = [], drawn = 0;
  function draw(upTo) {
    const rows = document.createDocumentFragment();
    for (; drawn < Math.min(upTo, shown.length); drawn += 1) rows.append(drawCase(shown[drawn]));
    list.append(rows);
    more.hidden = drawn >= shown.length;
    more.textContent = `Show more (${number.format(shown.length - drawn)} left)`;
  }
  function refresh() {
    shown = cases.filter(matches);
    drawn = 0;
    list.replaceChildren();
    const total = number.format(cases.length);
    found.textContent = shown.length === cases.length ? `${total} cases, the worst first` : `${number.format(shown.length)} of ${total} cases`;
    draw(CHUNK);
  }
  function remember() {
    const parameters = new URLSearchParams();
    if (state.verdict.size) parameters.set("verdict", [...state.verdict].join(","));
    for (const name of ["platform", "q", "case"]) if (state[name]) parameters.set(name, state[name]);
    history.replaceState(null, "", parameters.size ? `#${parameters}` : `${location.pathname}${location.search}`);
  }
  function reveal(id) {
    let at = shown.findIndex((item) => item.id === id);
    if (at < 0 && cases.some((item) => item.id === id)) {
      Object.assign(state, { verdict: new Set(), platform: "", q: "" }); // a case that was asked for outranks the filters
      showState();
      refresh();
      at = shown.findIndex((item) => item.id === id);
    }
    if (at < 0) return false;
    draw(at + 1);
    const details = list.children[at].firstElementChild;
    details.open = true;
    if (details.childElementCount === 1) details.append(openCase(shown[at]));
    details.scrollIntoView();
    details.firstElementChild.focus({ preventScroll: true });
    return true;
  }
  function showState() {
    for (const box of verdicts.querySelectorAll("input")) box.checked = state.verdict.has(box.value);
    platform.value = state.platform;
    text.value = state.q;
  }
  function fromAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const ours = ["verdict", "platform", "q", "case"].some((name) => parameters.has(name));
    if (!ours && location.hash) return; // an ordinary anchor of the page
    state.verdict = new Set((parameters.get("verdict") ?? "").split(",").filter((verdict) => order.includes(verdict)));
    for (const name of ["platform", "q", "case"]) state[name] = parameters.get(name) ?? "";
    showState();
    refresh();
    if (state.case ? !reveal(state.case) : ours) byId("cases").scrollIntoView();
  }

  for (const verdict of order) {
    const count = cases.filter((item) => item.verdict === verdict).length;
    if (!count) continue;
    const box = el("input", { type: "checkbox", value: verdict, class: tone(verdict) });
    verdicts.append(el("label", { title: meanings[verdict] }, box, names[verdict], el("span", null, number.format(count))));
    box.addEventListener("change", () => {
      if (box.checked) state.verdict.add(verdict); else state.verdict.delete(verdict);
      changed();
    });
  }
  const changed = () => { state.case = ""; remember(); refresh(); };
  let pause = 0;
  text.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => { state.q = text.value.trim(); changed(); }, 120);
  });
  platform.addEventListener("change", () => { state.platform = platform.value; changed(); });
  platform.hidden = platform.options.length < 3;
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", (event) => {
    event.preventDefault();
    Object.assign(state, { verdict: new Set(), platform: "", q: "" });
    showState();
    changed();
  });
  more.addEventListener("click", () => draw(drawn + CHUNK));
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && !more.hidden) draw(drawn + CHUNK);
  }, { rootMargin: "600px" }).observe(more);
  window.addEventListener("hashchange", fromAddress);
  const declared = document.querySelectorAll(".declared > details:not([open])"); // paper cannot be clicked
  window.addEventListener("beforeprint", () => { for (const part of declared) part.open = true; });
  window.addEventListener("afterprint", () => { for (const part of declared) part.open = false; });
  for (const pre of document.querySelectorAll("article .command")) withCopy(pre);
  document.documentElement.className = "js";
  refresh();
  fromAddress();
  document.documentElement.dataset.ready = String(drawn);
})();
