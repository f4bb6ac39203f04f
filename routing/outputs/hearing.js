/* Moves the maps together and shows one cursor on all of them; the page works without. */
(function () {
  "use strict";
  const maps = [...document.querySelectorAll("svg.map")];
  const [WIDE, HIGH] = [maps[0].viewBox.baseVal.width, maps[0].viewBox.baseVal.height];
  const MOST_ZOOM = 24;
  const NEAR_PX = 60;
  let view = { x: 0, y: 0, w: WIDE };

  function width() {
    const seen = maps.find((map) => map.clientWidth > 0);
    return seen ? seen.clientWidth : 560;
  }

  function show() {
    view.w = Math.min(WIDE, Math.max(WIDE / MOST_ZOOM, view.w));
    const h = (view.w * HIGH) / WIDE;
    view.x = Math.min(WIDE - view.w, Math.max(0, view.x));
    view.y = Math.min(HIGH - h, Math.max(0, view.y));
    const box = [view.x, view.y, view.w, h].map((number) => number.toFixed(1)).join(" ");
    const zoom = WIDE / view.w;
    for (const map of maps) {
      map.setAttribute("viewBox", box);
      map.style.setProperty("--k", view.w / width());
      for (const step of [2, 4, 8]) {
        map.style.setProperty("--z" + step, zoom >= step * 0.95 ? "visible" : "hidden");
      }
    }
    document.body.dataset.view = box;
  }

  /* Nearer or further, the place at a share of the window staying where it is. */
  function zoomBy(factor, across, down) {
    const wide = Math.min(WIDE, Math.max(WIDE / MOST_ZOOM, view.w / factor));
    view.x += (view.w - wide) * across;
    view.y += ((view.w - wide) * down * HIGH) / WIDE;
    view.w = wide;
    show();
  }

  function share(map, event) {
    const box = map.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  const near = document.querySelector(".near");
  const names = [...document.querySelectorAll("#names text")].map((text) => {
    const at = text.parentNode.transform.baseVal.getItem(0).matrix;
    return { text: text.textContent, x: at.e, y: at.f };
  });

  function tellNear(x, y) {
    let best = null;
    let least = (NEAR_PX * view.w) / width();
    for (const name of names) {
      const far = Math.hypot(name.x - x, name.y - y);
      if (far < least) [best, least] = [name, far];
    }
    near.querySelector("output").textContent = best ? best.text : "";
  }

  function point(map, event) {
    const [across, down] = share(map, event);
    const [x, y] = [view.x + across * view.w, view.y + (down * view.w * HIGH) / WIDE];
    for (const other of maps) {
      const cursor = other.querySelector(".cursor");
      cursor.setAttribute("visibility", "visible");
      cursor.setAttribute("transform", "translate(" + x.toFixed(1) + " " + y.toFixed(1) + ")");
    }
    tellNear(x, y);
  }

  function hide() {
    for (const map of maps) map.querySelector(".cursor").setAttribute("visibility", "hidden");
  }

  function listen(map) {
    let held = null;
    map.addEventListener("pointerdown", (event) => {
      held = [event.clientX, event.clientY];
      map.setPointerCapture(event.pointerId);
      map.classList.add("held");
    });
    map.addEventListener("pointermove", (event) => {
      if (held) {
        const unit = view.w / map.clientWidth;
        view.x -= (event.clientX - held[0]) * unit;
        view.y -= (event.clientY - held[1]) * unit;
        held = [event.clientX, event.clientY];
        show();
      }
      point(map, event);
    });
    for (const name of ["pointerup", "pointercancel"]) {
      map.addEventListener(name, () => { held = null; map.classList.remove("held"); });
    }
    map.addEventListener("pointerleave", hide);
    map.addEventListener("dblclick", (event) => zoomBy(2, ...share(map, event)));
    map.addEventListener("wheel", (event) => {
      if (document.activeElement !== map && !event.ctrlKey) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.3 : 1 / 1.3, ...share(map, event));
      point(map, event);
    }, { passive: false });
    map.addEventListener("keydown", (event) => {
      const step = view.w / 8;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (moves[event.key]) {
        view.x += moves[event.key][0];
        view.y += moves[event.key][1];
        show();
      } else if (event.key === "+" || event.key === "=") zoomBy(1.5, 0.5, 0.5);
      else if (event.key === "-") zoomBy(1 / 1.5, 0.5, 0.5);
      else return;
      event.preventDefault();
    });
  }

  function pick(plan) {
    for (const figure of document.querySelectorAll("figure.then")) {
      figure.hidden = figure.dataset.plan !== plan;
    }
    for (const button of document.querySelectorAll("[data-pick]")) {
      button.setAttribute("aria-pressed", String(button.dataset.pick === plan));
    }
    show();
  }

  for (const button of document.querySelectorAll("[data-pick]")) {
    button.addEventListener("click", () => pick(button.dataset.pick));
  }
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "all") { view = { x: 0, y: 0, w: WIDE }; show(); }
      else zoomBy(button.dataset.zoom === "in" ? 1.6 : 1 / 1.6, 0.5, 0.5);
    });
  }
  maps.forEach(listen);
  document.querySelector(".pick").hidden = false;
  near.hidden = false;
  pick("1");
  window.addEventListener("resize", show);
  window.addEventListener("beforeprint", () => { view = { x: 0, y: 0, w: WIDE }; hide(); show(); });
  document.body.dataset.ready = "1";
})();
