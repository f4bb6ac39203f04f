/* The page's data, its coordinates and its elements: text from data is only ever text. */
window.busMap = (function () {
  "use strict";
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const map = window.map_plan;
  const names = ["roads", "density", "routes_am", "routes_pm", "transit", "homes", "stops",
    "unserved", "yards", "schools", "places"];
  const layers = {};
  for (const name of names) layers[name] = window["feature_group_" + name];

  /* An element: el("p", {className: "x"}, "text", child, ...). */
  function el(tag, options, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(options || {})) {
      if (name in made && name !== "list") made[name] = value;
      else made.setAttribute(name, value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined && child !== "") made.append(child);
    }
    return made;
  }

  /* A drawing: svg("circle", {r: 3}). */
  function svg(tag, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function point(at) {
    return L.latLng(data.corner[1] + at[1] * data.step, data.corner[0] + at[0] * data.step);
  }

  /* Differences x, y, dx, dy, ... as points. */
  function line(flat) {
    const points = [];
    for (let i = 0, x = 0, y = 0; i < flat.length; i += 2) {
      x += flat[i];
      y += flat[i + 1];
      points.push(point([x, y]));
    }
    return points;
  }

  /* Many lines one after the other; counts says how many points each has. */
  function lines(counts, flat) {
    const points = line(flat);
    let from = 0;
    return counts.map((count) => points.slice(from, from += count));
  }

  /* Seconds after midnight as 07:05, cut to the minute. */
  function clock(seconds) {
    const minutes = Math.floor(seconds / 60);
    const two = (number) => String(number).padStart(2, "0");
    return two(Math.floor(minutes / 60)) + ":" + two(minutes % 60);
  }

  const byId = (list) => new Map(list.map((item) => [item.id, item]));
  const schools = byId(data.schools);
  const stops = byId(data.stops);

  return {
    data, map, layers, words: data.words, el, svg, point, line, lines, clock,
    schools, stops,
    place: (visit) => (visit[0] ? schools : stops).get(visit[1]) || { name: visit[1] },
    front: L.canvas({ padding: 0.3, tolerance: 4 }),
    shown: { bus: "", school: "" },
  };
})();
