/* What looks wrong in the roads: drawn on the map, and told in tables below it. */
(function () {
  "use strict";
  const { data, map, layers, words, el, svg, point, line, front } = window.busMap;
  const STYLES = {
    islands: { weight: 4, opacity: 0.85 },
    far_places: { weight: 2.5, radius: 8, fillOpacity: 0.25 },
    detours: { weight: 2.2, dashArray: "7 6", opacity: 0.9 },
    gaps: { weight: 7, opacity: 0.95, lineCap: "butt" },
    oneways: { weight: 5, opacity: 0.95 },
    dead_ends: { weight: 3.5, opacity: 0.95, radius: 5, fillOpacity: 0.35, ring: true },
    obstacles: { weight: 6, opacity: 0.95, dashArray: "1 8", radius: 7, fillOpacity: 0.6 },
    hazards: { weight: 4, opacity: 0.95, dashArray: "4 5" },
  };
  const UNDER = ["hazards", "dead_ends"]; /* many: drawn first, the others on top of them */
  const ZOOM = 15;
  const MANY = 200; /* lines of one row: a whole island of roads is drawn thin */

  /* The marks of one row; what is only a speck from afar gets a ring as well. */
  function marks(part, flats, label) {
    const style = { renderer: front, color: data.colours[part.key], ...STYLES[part.key] };
    if (flats.length > MANY) style.weight = 1.5;
    const ring = { ...style, weight: 2, radius: 7, fillOpacity: 0.15, dashArray: null };
    const made = flats.map((flat) => (flat.length === 2 ? L.circleMarker(line(flat)[0], style)
      : L.polyline(line(flat), style)));
    if (["islands", "gaps", "oneways", "obstacles", "hazards"].includes(part.key) && flats.length) {
      made.push(L.circleMarker(line(flats[0])[0], ring));
    }
    return made.map((mark) => mark.bindPopup(() => el("div", { className: "popup" },
      el("h3", {}, part.title), label.map((text) => el("p", {}, text)))));
  }

  function swatch(key) {
    const style = STYLES[key];
    const stroke = data.colours[key];
    const flat = svg("path", { d: "M1 7H23", stroke, "stroke-width": style.weight,
      "stroke-linecap": "round", "stroke-dasharray": style.dashArray || "none" });
    const ring = svg("circle", { cx: style.ring ? 18 : 12, cy: 7, r: 5, fill: "none", stroke, "stroke-width": 2 });
    const shapes = key === "far_places" ? [ring] : style.ring ? [flat, ring] : [flat];
    return svg("svg", { width: 24, height: 14, "aria-hidden": "true" }, ...shapes);
  }

  /* The rows that are not shown, and what is cut off: no popup, one mark for all. */
  function thin(part) {
    return L.polyline(part.thin.map(line), { renderer: front, color: data.colours[part.key],
      weight: 1.8, opacity: 0.8, interactive: false });
  }

  const groups = {};
  function drawParts() {
    const over = (part) => !UNDER.includes(part.key);
    const drawn = data.parts.filter((part) => part.key in STYLES);
    for (const part of drawn) groups[part.key] = L.featureGroup();
    for (const part of drawn.sort((a, b) => over(a) - over(b))) {
      groups[part.key].addTo(map);
      if (part.thin.length) groups[part.key].addLayer(thin(part));
      part.drawn.forEach((flats, row) => {
        const label = part.rows[row].map((cell, i) => part.heads[i] + ": " + cell);
        for (const mark of marks(part, flats, label)) groups[part.key].addLayer(mark);
      });
    }
    for (const school of data.schools) {
      L.circleMarker(point(school.at), { renderer: front, radius: 3.5, weight: 1.2, color: "#fff",
        fillColor: "#22577a", fillOpacity: 1 }).bindTooltip(el("span", {}, school.name)).addTo(map);
    }
  }

  function legend() {
    const rows = Object.keys(groups).map((key) => {
      const part = data.parts.find((one) => one.key === key);
      const input = el("input", { type: "checkbox", checked: true, id: "layer-" + key });
      input.addEventListener("change", () => map[input.checked ? "addLayer" : "removeLayer"](groups[key]));
      return el("label", {}, input, swatch(key), part.title + " (" + part.count + ")");
    });
    const box = el("div", { className: "legend-box" }, el("strong", {}, words.layers), rows);
    L.DomEvent.disableClickPropagation(box);
    map.getContainer().append(box);
  }

  /* Shows a row's place on the map. */
  function goTo(flats) {
    const bounds = L.latLngBounds(flats.flatMap((flat) => line(flat)));
    map.fitBounds(bounds, { maxZoom: ZOOM, padding: [40, 40], animate: false });
    map.getContainer().scrollIntoView({ block: "nearest" });
  }

  function table(part) {
    if (!part.rows.length) return el("p", {}, words.none);
    const body = part.rows.map((cells, row) => {
      const made = el("tr", {}, cells.map((cell) => el("td", {}, cell)));
      const flats = part.drawn[row] || [];
      if (flats.length) {
        made.tabIndex = 0;
        made.addEventListener("click", () => goTo(flats));
        made.addEventListener("keydown", (event) => { if (event.key === "Enter") goTo(flats); });
      }
      return made;
    });
    return el("div", { className: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, part.heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, body)));
  }

  function section(part) {
    return el("section", { id: part.key }, el("h2", {}, part.title), el("p", {}, part.text),
      table(part), el("p", { className: "more" }, part.more));
  }

  function frame() {
    const counted = data.parts.filter((part) => part.key in STYLES);
    const cards = counted.map((part) => {
      const link = el("a", { href: "#" }, el("strong", {}, part.count), part.title);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        document.getElementById(part.key).scrollIntoView();
      });
      return el("li", {}, link);
    });
    document.body.prepend(el("header", {}, el("h1", {}, data.title), el("p", {}, data.intro),
      el("p", { className: "note" }, data.note + " " + data.source),
      el("ul", { className: "cards" }, cards)));
    document.body.append(el("main", {}, data.parts.map(section)));
  }

  frame();
  map.createPane("ground").style.zIndex = 250;
  map.createPane("names").style.zIndex = 450;
  map.getPane("names").style.pointerEvents = "none";
  for (const name of ["roads", "places"]) layers[name] = L.featureGroup().addTo(map);
  map.invalidateSize({ animate: false });
  map.fitBounds(data.view.map(point), { animate: false });
  L.control.zoom({ position: "topleft" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  if (data.attribution) {
    const osm = data.attribution.includes("OpenStreetMap");
    map.getContainer().append(el("div", { className: "attribution" }, osm
      ? el("a", { href: "https://www.openstreetmap.org/copyright", rel: "noopener noreferrer", target: "_blank" }, data.attribution)
      : data.attribution));
  }
  window.busMap.drawBase();
  drawParts();
  legend();
  document.body.dataset.ready = "1";
})();
