/* Public buses that pupils ride: thin dashed lines, and stops that tell their times. */
(function () {
  "use strict";
  const { data, layers, words, el, svg, line, point, clock, front, facts, POPUP } = window.busMap;
  const STYLE = { color: data.transitColour, weight: 2, dashArray: "5 5", lineCap: "butt" };

  function linePopup(one) {
    return el("div", { className: "popup" },
      el("h3", {}, transitSign(), words.transit_line + " " + one.id),
      facts([[words.transit_riders, one.n]]), el("p", { className: "kind" }, words.transit_straight));
  }

  function stopText(one, stop) {
    return el("div", { className: "popup" },
      el("h3", {}, stop.name || words.transit_stop),
      el("p", { className: "kind" }, words.transit_line + " " + one.id),
      facts(stop.times.map(([at, trip]) => [clock(at), words.trip + " " + trip])));
  }

  function transitSign() {
    return svg("svg", { width: 26, height: 14, "aria-hidden": "true" },
      svg("path", { d: "M1 7H25", stroke: data.transitColour, "stroke-width": 2, "stroke-dasharray": "5 3" }),
      svg("circle", { cx: 13, cy: 7, r: 3, fill: "#fff", stroke: data.transitColour, "stroke-width": 1.6 }));
  }

  function addTransit() {
    for (const one of data.transit) {
      for (const way of one.ways) {
        const made = L.polyline(line(way), { ...STYLE, renderer: front, opacity: 0.9 });
        layers.transit.addLayer(made.bindPopup(() => linePopup(one), POPUP));
      }
    }
    for (const one of data.transit) {
      for (const stop of one.stops) {
        const made = L.circleMarker(point(stop.at), { renderer: front, radius: 3.4,
          color: data.transitColour, weight: 1.6, fillColor: "#fff", fillOpacity: 1 });
        made.bindTooltip(() => stopText(one, stop), { className: "times" });
        layers.transit.addLayer(made.bindPopup(() => stopText(one, stop), POPUP));
      }
    }
  }

  Object.assign(window.busMap, { addTransit, transitSign });
})();
