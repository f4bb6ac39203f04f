/* Schools, stops, yards, where students live and who is left out. */
(function () {
  "use strict";
  const { data, map, layers, words, svg, el, point, front, popups } = window.busMap;
  const narrow = window.innerWidth < 700;
  const POPUP = { maxWidth: narrow ? 270 : 330, minWidth: 200, maxHeight: 340,
    autoPanPaddingTopLeft: narrow ? [14, 76] : [56, 20],
    autoPanPaddingBottomRight: narrow ? [14, 40] : [340, 30] };

  function popup(layer, make, item) {
    return layer.bindPopup(() => make(item), POPUP);
  }

  const SHAPES = {
    kindergarten: { d: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z", fill: "#6a4c93" },
    teaching_point: { d: "M12 2L22 20H2z", fill: "#7a5c2e" },
    primary: { d: "M3 3H21V21H3z", fill: "#22577a" },
    junior: { d: "M12 1L23 12L12 23L1 12z", fill: "#2d3142" },
    nine_year: { d: "M7 2H17L22 8V16L17 22H7L2 16V8z", fill: "#1b4332" },
  };

  /* A moon: somebody sleeps there. */
  function moon() {
    return [svg("circle", { cx: 19.5, cy: 4.5, r: 5, fill: "#14213d", stroke: "#fff", "stroke-width": 1 }),
      svg("path", { d: "M20.8 1.9a2.9 2.9 0 1 0 1.3 4.6a2.6 2.6 0 0 1-1.3-4.6z", fill: "#ffd166" })];
  }

  /* The sign of a kind of school: its own shape, and a letter; a moon where pupils board. */
  function schoolSign(kind, kept, boards) {
    const shape = SHAPES[kind] || SHAPES.primary;
    const letter = svg("text", { x: 12, y: kind === "teaching_point" ? 18 : 16.3, fill: "#fff",
      "text-anchor": "middle", "font-size": 11, "font-weight": 700 });
    letter.textContent = words[kind + "_sign"] || "?";
    const parts = [svg("path", { d: shape.d, fill: shape.fill,
      stroke: kept ? "#ffc53d" : "#fff", "stroke-width": kept ? 2.6 : 1.6 }), letter, ...(boards ? moon() : [])];
    return svg("svg", { width: 24, height: 24, viewBox: "-1 -1 26 26", "aria-hidden": "true" }, ...parts);
  }

  function crossSign(size) {
    return svg("svg", { width: size, height: size, viewBox: "0 0 20 20", "aria-hidden": "true" },
      svg("circle", { cx: 10, cy: 10, r: 9, fill: "#fff", stroke: data.unservedColour, "stroke-width": 2 }),
      svg("path", { d: "M6 6L14 14M14 6L6 14", stroke: data.unservedColour, "stroke-width": 2.6 }));
  }

  function yardSign() {
    const letter = svg("text", { x: 9, y: 13, fill: "#fff", "text-anchor": "middle", "font-size": 10, "font-weight": 700 });
    letter.textContent = words.yard_sign;
    return svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" },
      svg("rect", { x: 1, y: 1, width: 16, height: 16, rx: 4, fill: "#6c6f73", stroke: "#fff", "stroke-width": 1.4 }), letter);
  }

  function marker(at, sign, size, title) {
    const icon = L.divIcon({ html: el("span", {}, sign), className: "sign", iconSize: [size, size] });
    return L.marker(point(at), { icon, title, alt: title, keyboard: true });
  }

  function addSchools() {
    for (const school of data.schools) {
      const made = marker(school.at, schoolSign(school.kind, school.protected, school.boarding), 24, school.name);
      layers.schools.addLayer(popup(made, popups.school, school));
    }
    for (const yard of data.yards) {
      const made = marker(yard.at, yardSign(), 18, words.yards + ": " + yard.name);
      layers.yards.addLayer(made);
    }
  }

  const radius = (n) => Math.min(13, 2.6 + Math.sqrt(n));
  const stopMarks = new Map();
  function addStops() {
    for (const stop of data.stops) {
      const made = L.circleMarker(point(stop.at), { renderer: front, radius: radius(stop.size),
        color: "#2b2b2b", weight: 1.6, fillColor: "#fff", fillOpacity: 0.95 });
      stopMarks.set(stop.id, popup(made, popups.stop, stop));
    }
    showStops(null);
  }

  /* Only the stops with these keys; null for all. */
  function showStops(keys) {
    layers.stops.clearLayers();
    for (const [id, made] of stopMarks) {
      if (keys === null || keys.has(id)) layers.stops.addLayer(made);
    }
  }

  function addCells() {
    for (const cell of data.cells) {
      const ring = data.hexagon.map(([x, y]) => point([cell.at[0] + x, cell.at[1] + y]));
      const made = L.polygon(ring, { renderer: front, weight: 0.7, color: "#756bb1", opacity: 0.45,
        fillColor: data.density.colours[cell.step], fillOpacity: 0.62 });
      layers.density.addLayer(popup(made, popups.cell, cell));
    }
  }

  /* Seen from afar, signs and stops are small; seen from near, cells are faint. */
  function fitZoom() {
    const zoom = map.getZoom();
    const scale = zoom < 11 ? 0.5 : zoom < 12.5 ? 0.7 : 1;
    for (const [id, made] of stopMarks) {
      made.setRadius(radius(window.busMap.stops.get(id).size) * scale);
      made.setStyle({ weight: scale < 1 ? 1 : 1.6 });
    }
    layers.density.setStyle({ fillOpacity: zoom < 12.5 ? 0.62 : zoom < 14 ? 0.5 : 0.3 });
    map.getContainer().style.setProperty("--sign-scale", Math.max(0.62, scale));
  }

  function addPeople() {
    for (const group of data.unserved) {
      if (!group.at) continue;
      const title = words.unserved + ": " + group.n;
      layers.unserved.addLayer(popup(marker(group.at, crossSign(20), 20, title), popups.unserved, group));
    }
    for (const home of data.homes) {
      const made = L.circleMarker(point(home.at), { renderer: front, radius: 2.4 + Math.sqrt(home.n) / 2,
        weight: 0.8, color: "#fff", fillOpacity: 0.9,
        fillColor: home.served ? "#54478c" : data.unservedColour });
      layers.homes.addLayer(popup(made, popups.home, home));
    }
  }

  Object.assign(window.busMap, { POPUP, schoolSign, crossSign, yardSign, showStops, radius,
    drawPlaces() {
      addCells();
      window.busMap.addTransit();
      addStops();
      addPeople();
      addSchools();
      fitZoom();
      map.on("zoomend", fitZoom);
    } });
})();
