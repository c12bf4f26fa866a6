// Live updates, the day slider, notifications. Every page works without this script.
"use strict";
(() => {
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("hansa", { createHTML: (text) => text })
    : { createHTML: (text) => text };
  const body = document.body;
  const news = document.getElementById("news");
  const topics = (body.dataset.live || "").split("|").filter(Boolean);
  const editing = () => document.querySelector("main form[method=post]") !== null &&
    document.activeElement && document.activeElement.closest("main form[method=post]");
  let seen = Number(body.dataset.position || 0);

  const parsed = (text) => new DOMParser().parseFromString(policy.createHTML(text), "text/html");

  const make = (name, text, values) => {
    const made = document.createElement(name);
    made.textContent = text;
    Object.assign(made, values || {});
    return made;
  };

  // --- parts of the page anew, what is open and what has the focus kept

  const unchanged = (old, fresh) => {
    const bare = (node) => {
      const copy = node.cloneNode(true);
      copy.querySelectorAll("details[open]").forEach((d) => d.removeAttribute("open"));
      return copy.outerHTML;
    };
    return bare(old) === bare(fresh);
  };

  const swap = (old, fresh) => {
    if (unchanged(old, fresh)) return;
    const opened = [...old.querySelectorAll("details[open] > summary")].map((s) => s.textContent);
    fresh.querySelectorAll("details > summary").forEach((summary) => {
      if (opened.includes(summary.textContent)) summary.parentElement.open = true;
    });
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const alike = (node) => [...node.querySelectorAll("a, button, summary, input, select")].filter(
      (one) => active && one.tagName === active.tagName && one.id === active.id &&
        one.getAttribute("href") === active.getAttribute("href") &&
        (active.tagName !== "SUMMARY" || one.textContent === active.textContent));
    const place = alike(old).indexOf(active);
    const made = document.adoptNode(fresh);
    old.replaceWith(made);
    const again = alike(made);
    if (place >= 0 && again.length) {
      again[Math.min(place, again.length - 1)].focus({ preventScroll: true });
    }
  };

  const refresh = async (address) => {
    const answer = await fetch(address || location.href, { headers: { "x-live": String(seen) } });
    if (!answer.ok) return;
    const page = parsed(await answer.text());
    const parts = ["main h1", "main .lead", "main .facts", "main .steps", "footer > p:first-child"];
    for (const part of parts) {
      const old = document.querySelector(part), fresh = page.querySelector(part);
      if (old && fresh) swap(old, fresh);
    }
    const main = document.getElementById("main");
    let after = null;
    for (const fresh of [...page.querySelectorAll("main section[id]")]) {
      const old = document.getElementById(fresh.id);
      if (old && main.contains(old)) {
        swap(old, fresh);
        after = document.getElementById(fresh.id);
      } else if (after) {
        after.after(document.adoptNode(fresh));
        after = document.getElementById(fresh.id);
      }
    }
    centre();
    document.title = page.title;
    body.dataset.position = page.body.dataset.position;
  };

  // --- a map that is wider than its window shows what it is about

  const centre = () => document.querySelectorAll(".pic").forEach((pic) => {
    if (pic.scrollWidth <= pic.clientWidth || pic.scrollLeft) return;
    const places = [...pic.querySelectorAll("g[fill] > rect")].map((r) => r.getBoundingClientRect());
    if (!places.length) return;
    const left = Math.min(...places.map((p) => p.left)), right = Math.max(...places.map((p) => p.right));
    pic.scrollLeft += (left + right) / 2 - pic.getBoundingClientRect().left - pic.clientWidth / 2;
  });
  centre();

  // --- the live stream

  const tell = (act) => {
    const line = document.createElement("p");
    const link = make("a", act.text);
    link.href = `/acts/${encodeURIComponent(act.id)}`;
    line.append(link);
    news.append(line);
    while (news.children.length > 3) news.firstElementChild.remove();
    setTimeout(() => line.remove(), 12000);
  };

  const concerns = (act) => topics.length === 0 || topics.some((topic) =>
    topic === act.subject || topic === act.id ||
    act.organisations.includes(topic) || act.states.includes(topic));

  let due = null;
  const later = () => {
    if (due !== null || editing()) return;
    due = setTimeout(() => {
      due = null;
      refresh().catch(() => {});
    }, 50 + Math.random() * 250);
  };

  const wishes = () => {
    try {
      return JSON.parse(localStorage.getItem("hansa-notify") || "[]");
    } catch {
      return [];
    }
  };

  const notify = (act) => {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const wanted = wishes().some((wish) => wish === act.subject ||
      act.organisations.includes(wish) || act.states.includes(wish));
    if (!wanted) return;
    const made = new Notification(act.subject, { body: act.text, tag: act.id, lang: "en" });
    made.onclick = () => { window.focus(); location.href = `/acts/${encodeURIComponent(act.id)}`; };
  };

  let stream = null;
  const listen = () => {
    stream = new EventSource(`/events?after=${seen}`);
    stream.addEventListener("act", (event) => {
      const act = JSON.parse(event.data);
      if (act.position <= seen) return;
      seen = act.position;
      tell(act);
      notify(act);
      if (concerns(act)) later();
    });
    stream.addEventListener("reset", (event) => {
      seen = Number(event.lastEventId || 0);
      later();
    });
    stream.addEventListener("signed-out", () => {
      stream.close();
      location.reload();
    });
    stream.onopen = () => { body.dataset.stream = "open"; };
    stream.onerror = () => {
      body.dataset.stream = "waiting";
      if (stream.readyState === EventSource.CLOSED) {
        setTimeout(listen, 1000 + Math.random() * 3000);
      }
    };
  };
  if ("EventSource" in window && news) listen();
  window.addEventListener("pagehide", () => stream && stream.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && news) news.replaceChildren();
  });

  // --- the day slider

  document.querySelectorAll("form[data-slide]").forEach((form) => {
    const [first, last] = form.dataset.slide.split("|").map((day) => Date.parse(day) / 864e5);
    const field = form.elements.namedItem("on");
    const range = make("input", "", {
      type: "range", id: "slide", min: first, max: last, step: 1,
      value: Date.parse(field.value) / 864e5,
    });
    const label = make("label", form.getAttribute("aria-label"), { htmlFor: "slide" });
    const box = make("div", "", { className: "range" });
    box.append(label, range);
    form.append(box);
    const iso = () => new Date(Number(range.value) * 864e5).toISOString().slice(0, 10);
    const say = () => range.setAttribute("aria-valuetext", iso());
    say();
    let wait = null, asked = 0;
    const show = async () => {
      const turn = ++asked;
      const query = new URLSearchParams(new FormData(form));
      const address = `${form.action}?${query}`;
      await refresh(address);
      if (turn === asked) history.replaceState(null, "", address);
    };
    range.addEventListener("input", () => {
      field.value = iso();
      say();
      clearTimeout(wait);
      wait = setTimeout(() => show().catch(() => {}), 80);
    });
    form.elements.namedItem("organisation").addEventListener("change", () => form.requestSubmit());
  });

  // --- notifications: kept in this browser only

  const wishing = document.getElementById("notify");
  if (wishing && "Notification" in window) {
    wishing.hidden = false;
    const list = wishing.querySelector("ul");
    const state = wishing.querySelector("[role=status]");
    const draw = () => {
      list.replaceChildren(...wishes().map((wish) => {
        const item = make("li", `${wish} `);
        const remove = make("button", wishing.dataset.remove, { type: "button", className: "plain" });
        remove.setAttribute("aria-label", `${wishing.dataset.remove}: ${wish}`);
        remove.addEventListener("click", () => {
          localStorage.setItem("hansa-notify", JSON.stringify(wishes().filter((w) => w !== wish)));
          draw();
        });
        item.append(remove);
        return item;
      }));
    };
    wishing.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const wish = event.target.elements.namedItem("topic").value.trim();
      if (!wish) return;
      const answer = await Notification.requestPermission();
      state.textContent = answer === "granted" ? wishing.dataset.granted : wishing.dataset.denied;
      if (answer !== "granted") return;
      localStorage.setItem("hansa-notify", JSON.stringify([...new Set([...wishes(), wish])]));
      event.target.reset();
      draw();
    });
    draw();
  }
})();
