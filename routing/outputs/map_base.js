/* The base map: roads by importance, and names of places that do not collide. */
(function () {
  "use strict";
  const { data, map, layers, el, point, lines } = window.busMap;
  const ground = L.canvas({ pane: "ground", padding: 0.3 });
  const FROM_ZOOM = [8, 10, 12, 13.5];
  const FONT_PX = [16, 14, 12, 11];
  const MOST_NAMES = 160;
  const SHIFTS_PX = [0, -17, 17, -30, 30];

  const drawn = [];
  function addRoads() {
    const levels = data.levels.map((level) => lines(level.n, level.d));
    for (const edge of [true, false]) {
      for (let number = levels.length - 1; number >= 0; number -= 1) {
        const [colour, width, edgeColour, fromZoom] = data.styles[number];
        if (!levels[number].length || (edge && !edgeColour)) continue;
        drawn.push({ edge, width, fromZoom, line: L.polyline(levels[number], {
          renderer: ground, interactive: false, color: edge ? edgeColour : colour,
          smoothFactor: 1.2, lineCap: edge ? "butt" : "round",
        }) });
      }
    }
  }

  function styleRoads() {
    const zoom = map.getZoom();
    const scale = Math.min(3, Math.max(0.55, Math.pow(2, (zoom - 12) * 0.4)));
    for (const road of drawn) {
      if (zoom >= road.fromZoom) {
        layers.roads.addLayer(road.line);
        road.line.setStyle({ weight: road.width * scale + (road.edge ? 1.4 : 0) });
      } else layers.roads.removeLayer(road.line);
    }
    const casings = drawn.filter((road) => layers.roads.hasLayer(road.line));
    if (map.hasLayer(layers.roads)) for (const road of casings) road.line.bringToFront();
  }

  const marks = new Map();
  function mark(place, shift) {
    if (!marks.has(place)) {
      const [name, rank, x, y] = place;
      const text = el("span", { className: "place place" + rank }, name);
      marks.set(place, { text, layer: L.marker(point([x, y]), {
        icon: L.divIcon({ html: text, className: "place-mark", iconSize: [0, 0] }),
        pane: "names", interactive: false, keyboard: false,
      }) });
    }
    const { text, layer } = marks.get(place);
    text.style.top = shift + "px";
    return layer;
  }

  function box(place, at, shift) {
    const wide = [...place[0]].reduce((sum, sign) => sum + (sign > "\u2e80" ? 1 : 0.58), 0);
    const size = FONT_PX[place[1]];
    const [half, y] = [(wide * size) / 2 + 3, at.y + shift];
    return [at.x - half, y - size * 0.75, at.x + half, y + size * 0.75];
  }

  const apart = (a, b) => a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];

  /* Names the largest places first, at the place, above or below it; a name that would
     touch another, or a school, is left out. */
  function placeNames() {
    layers.places.clearLayers();
    const view = map.getBounds().pad(0.05);
    const zoom = map.getZoom();
    const taken = data.schools.map((school) => {
      const at = map.latLngToContainerPoint(point(school.at));
      return [at.x - 9, at.y - 9, at.x + 9, at.y + 9];
    });
    let count = 0;
    for (const place of data.names) {
      const where = point(place.slice(2));
      if (zoom < FROM_ZOOM[place[1]] || count >= MOST_NAMES || !view.contains(where)) continue;
      const at = map.latLngToContainerPoint(where);
      const free = (shift) => taken.every((other) => apart(box(place, at, shift), other));
      const shift = SHIFTS_PX.find(free);
      if (shift === undefined) continue;
      taken.push(box(place, at, shift));
      layers.places.addLayer(mark(place, shift));
      count += 1;
    }
  }

  window.busMap.drawBase = function () {
    addRoads();
    styleRoads();
    map.on("zoomend", styleRoads);
    map.on("moveend resize", placeNames);
    placeNames();
  };
  window.busMap.styleRoads = styleRoads;
})();
