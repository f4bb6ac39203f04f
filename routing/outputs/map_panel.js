/* The panel: figures, what to show, layers with their legend, routes, print. */
(function () {
  "use strict";
  const bus = window.busMap;
  const { data, map, layers, words, el, svg, clock } = bus;

  const narrow = () => window.innerWidth < 700;

  function section(title, open, ...children) {
    return el("details", { open }, el("summary", {}, title), ...children);
  }

  function figures() {
    const list = el("dl", { className: "figures" });
    for (const [label, value] of data.figures) {
      list.append(el("dt", {}, label), el("dd", {}, value));
    }
    return section(words.figures, true, list);
  }

  function choice(name, label, all, options) {
    const select = el("select", { id: "only-" + name }, el("option", { value: "" }, all),
      options.map(([value, text]) => el("option", { value }, text)));
    select.addEventListener("change", () => {
      bus.shown[name] = select.value;
      bus.showRoutes();
      map.closePopup();
    });
    return [el("label", { htmlFor: select.id }, label), select];
  }

  function filters() {
    const buses = [...new Set(data.routes.map((route) => route.bus))];
    const visited = new Set(data.routes.flatMap((route) =>
      route.visits.filter((visit) => visit[0]).map((visit) => visit[1])));
    const schools = data.schools.filter((school) => visited.has(school.id));
    return section(words.choose, true, el("div", { className: "choices" },
      choice("bus", words.bus, words.all_buses, buses.map((id) => [id, id])),
      choice("school", words.school, words.all_schools, schools.map((school) => [school.id, school.name]))));
  }

  const circle = (radius, fill, stroke) => svg("svg", { width: 26, height: 26, "aria-hidden": "true" },
    svg("circle", { cx: 13, cy: 13, r: radius, fill, stroke, "stroke-width": 1.6 }));
  const box = (fill) => el("span", { className: "box", style: "background:" + fill });
  const dash = () => svg("svg", { width: 26, height: 14, "aria-hidden": "true" },
    svg("path", { d: "M2 7H24M16 3L22 7L16 11", stroke: "#444", "stroke-width": 2.4, fill: "none" }));

  function legendOf(name) {
    if (name === "schools") {
      const kinds = [...new Set(data.schools.map((school) => school.kind))];
      const rows = kinds.map((kind) => el("li", {}, bus.schoolSign(kind, false), words[kind] || kind));
      if (data.schools.some((school) => school.protected)) {
        rows.push(el("li", {}, bus.schoolSign(kinds[0], true), words.protected));
      }
      const boarding = data.schools.find((school) => school.boarding);
      if (boarding) rows.push(el("li", {}, bus.schoolSign(boarding.kind, false, true), words.boarding_school));
      return el("ul", { className: "legend" }, rows);
    }
    if (name === "density") {
      const steps = data.density.steps;
      const labels = ["<" + steps[0], ...steps.map((low, i) =>
        (i + 1 < steps.length ? low + "–" + (steps[i + 1] - 1) : low + "+"))];
      return el("div", { className: "legend" }, el("p", { className: "kind" }, words.density_unit),
        el("div", { className: "ramp" }, data.density.colours.map((colour, i) =>
          el("span", {}, box(colour), labels[i]))));
    }
    if (name === "stops") {
      return el("div", { className: "legend sizes" }, [5, 20, 60].map((n) =>
        el("span", {}, circle(bus.radius(n), "#fff", "#2b2b2b"), String(n))), words.stops_size);
    }
    if (name === "transit") return el("p", { className: "legend" }, words.transit_straight);
    if (name === "homes") {
      return el("ul", { className: "legend" },
        el("li", {}, circle(4, "#54478c", "#fff"), words.served_home),
        el("li", {}, circle(4, data.unservedColour, "#fff"), words.unserved_home));
    }
    return null;
  }

  function layerRow(name, label, sign, count) {
    if (!count) return null;
    const input = el("input", { type: "checkbox", id: "layer-" + name, checked: map.hasLayer(layers[name]) });
    input.addEventListener("change", () => {
      if (input.checked) map.addLayer(layers[name]);
      else map.removeLayer(layers[name]);
      if (name === "roads") bus.styleRoads();
      bus.changed();
    });
    return el("div", { className: "layer" },
      el("label", { htmlFor: input.id }, input, el("span", { className: "sign-cell" }, sign), label), legendOf(name));
  }

  function layerList() {
    const morning = data.routes.filter((route) => route.morning).length;
    return section(words.layers, true,
      layerRow("schools", words.schools, bus.schoolSign("primary", false), data.schools.length),
      layerRow("stops", words.stops, circle(5, "#fff", "#2b2b2b"), data.stops.length),
      layerRow("routes_am", words.routes_am, dash(), morning),
      layerRow("routes_pm", words.routes_pm, dash(), data.routes.length - morning),
      layerRow("transit", words.transit_lines, bus.transitSign(), data.transit.length),
      layerRow("density", words.density, box(data.density.colours[3]), data.cells.length),
      layerRow("unserved", words.unserved_layer, bus.crossSign(18), data.unserved.filter((group) => group.at).length),
      layerRow("homes", words.homes, circle(4, "#54478c", "#fff"), data.homes.length),
      layerRow("yards", words.yards, bus.yardSign(), data.yards.length),
      layerRow("places", words.places, el("span", { className: "place" }, data.lang === "zh" ? "村" : "Aa"), data.names.length),
      layerRow("roads", words.roads, svg("svg", { width: 26, height: 14, "aria-hidden": "true" },
        svg("path", { d: "M2 7H24", stroke: "#d9c184", "stroke-width": 5 }),
        svg("path", { d: "M2 7H24", stroke: "#f8e3a9", "stroke-width": 3 })), data.levels.some((level) => level.n.length)));
  }

  function routeButton(route) {
    const school = route.visits.filter((visit) => visit[0]).map((visit) => bus.place(visit).name).join(", ");
    const button = el("button", { type: "button", className: "route", "data-route": route.id },
      bus.swatch(route),
      el("span", { className: "when" }, clock(route.depart) + "–" + clock(route.arrive)),
      el("span", { className: "what" }, school + " · " + bus.way(route) + " · " + route.load + "/" + route.seats));
    button.addEventListener("click", () => {
      if (narrow()) toggle(false);
      bus.pickRoute(route);
    });
    return button;
  }

  function routeList() {
    const groups = [];
    const buses = [...new Set(data.routes.map((route) => route.bus))];
    for (const name of buses) {
      const own = data.routes.filter((route) => route.bus === name);
      const types = [...new Set(own.map((route) => route.type))].join(", ");
      groups.push(el("li", { "data-bus": name }, el("h4", {}, words.bus + " " + name + " · " + types), own.map(routeButton)));
    }
    return section(words.routes + " (" + data.routes.length + ")", data.routes.length < 40, el("ul", { className: "routes" }, groups));
  }

  function placeless() {
    const groups = data.unserved.filter((group) => !group.at);
    if (!groups.length) return null;
    const rows = groups.flatMap((group) => group.reasons.map(([reason, n]) => el("li", {},
      [group.village, group.id].filter(Boolean).concat(reason).join(" · ") + ": " + (n || group.n))));
    return section(words.no_place, true, el("ul", { className: "placeless" }, rows));
  }

  function foot() {
    const print = el("button", { type: "button", id: "print" }, words.print);
    print.addEventListener("click", () => window.print());
    return el("footer", {}, el("p", { className: data.internal ? "internal" : "" }, data.note),
      el("p", {}, words.made_by), window.self === window.top ? print : "");
  }

  let panel = null;
  let handle = null;
  function toggle(open) {
    panel.classList.toggle("closed", !open);
    handle.setAttribute("aria-expanded", String(open));
    handle.textContent = open ? "✕" : "☰";
    handle.title = open ? words.hide_panel : words.show_panel;
    handle.setAttribute("aria-label", handle.title);
  }

  /* What is left of the window beside the panel. */
  bus.room = function () {
    const open = panel && !panel.classList.contains("closed") && !narrow();
    return { paddingTopLeft: [46, 30], paddingBottomRight: [open ? panel.offsetWidth + 40 : 30, 40] };
  };

  bus.addPanel = function () {
    handle = el("button", { type: "button", className: "handle", "aria-controls": "panel" });
    handle.addEventListener("click", () => toggle(panel.classList.contains("closed")));
    const body = el("div", { className: "body" }, figures());
    if (data.routes.length) body.append(filters());
    body.append(layerList());
    for (const part of [data.routes.length ? routeList() : null, placeless(), foot()]) {
      if (part) body.append(part);
    }
    panel = el("aside", { id: "panel", className: "panel", "aria-label": words.panel },
      el("header", {}, el("h1", {}, data.title), handle), body);
    document.body.append(panel);
    toggle(!narrow());
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
  };
})();
