/* What a click shows: small tables, made of elements. */
(function () {
  "use strict";
  const { data, words, el, svg, clock, place } = window.busMap;

  function facts(rows) {
    const list = el("dl", { className: "facts" });
    for (const [label, value] of rows) {
      if (value === "" || value === null || value === undefined) continue;
      list.append(el("dt", {}, label), el("dd", {}, String(value)));
    }
    return list;
  }

  function table(heads, rows) {
    const head = el("tr", {}, heads.map((text) => el("th", { scope: "col" }, text)));
    const body = rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, String(cell)))));
    return el("div", { className: "scroll" }, el("table", {}, el("thead", {}, head), el("tbody", {}, body)));
  }

  /* A piece of line in a bus's colour and dash. */
  function swatch(route) {
    const stroke = { x1: 2, y1: 6, x2: 32, y2: 6, "stroke-linecap": "round" };
    return svg("svg", { width: 34, height: 12, "aria-hidden": "true" },
      svg("line", { ...stroke, stroke: route.edge, "stroke-width": 7 }),
      svg("line", { ...stroke, stroke: route.colour, "stroke-width": 4,
        "stroke-linecap": "butt", "stroke-dasharray": route.dash.join(" ") }));
  }

  const way = (route) => (route.morning ? words.morning : words.afternoon);
  const kilometres = (metres) => (metres / 1000).toFixed(1) + " " + words.km;
  const spell = (route) => words.bus + " " + route.bus + " · " + words.run + " " + route.run + " · " + way(route);

  /* When the bus is at a visit: it leaves a school in the afternoon, else it arrives. */
  const moment = (route, visit) => clock(visit[0] && !route.morning ? visit[3] : visit[2]);

  function routePopup(route) {
    const minutes = Math.round((route.arrive - route.depart) / 60);
    const heads = [words.time, words.place, words.on, words.off];
    if (data.internal) heads.push(words.aboard);
    const rows = route.visits.map((visit) =>
      [moment(route, visit), place(visit).name, ...visit.slice(4, heads.length + 2)]);
    return el("div", { className: "popup" },
      el("h3", {}, swatch(route), spell(route)),
      facts([
        [words.route, route.id], [words.type, route.type],
        [words.load, route.load + " / " + route.seats],
        [words.departs, clock(route.depart)], [words.arrives, clock(route.arrive)],
        [words.length, kilometres(route.metres) + ", " + minutes + " " + words.minutes],
      ]),
      table(heads, rows));
  }

  /* Every visit at a place: [route, visit], in the order of the clock. */
  function callsAt(id) {
    const calls = [];
    for (const route of data.routes) {
      for (const visit of route.visits) if (visit[1] === id) calls.push([route, visit]);
    }
    return calls.sort((a, b) => a[1][2] - b[1][2]);
  }

  function timesAt(id) {
    const calls = callsAt(id);
    if (!calls.length) return el("p", {}, words.no_routes);
    return table([words.time, "", words.bus, words.route], calls.map(([route, visit]) =>
      [moment(route, visit), way(route), route.bus, route.id]));
  }

  function stopPopup(stop) {
    return el("div", { className: "popup" },
      el("h3", {}, stop.name),
      el("p", { className: "kind" }, words.stop + " " + stop.id + " · " + (words[stop.kind] || stop.kind)),
      facts([[words.students, stop.students]]), timesAt(stop.id));
  }

  function schoolPopup(school) {
    const kind = words[school.kind] || school.kind;
    return el("div", { className: "popup" },
      el("h3", {}, school.name),
      el("p", { className: "kind" }, kind + (school.protected ? " · " + words.protected : "")),
      facts([
        [words.grades, school.grades.join("–")], [words.bell, clock(school.bell)],
        [words.dismissal, clock(school.dismissal)], [words.entitled, school.entitled],
        [words.served, school.served], [words.unserved, school.unserved],
        [words.boarders, school.boarders], [words.beds, school.beds],
      ]), timesAt(school.id));
  }

  const cellPopup = (cell) => el("div", { className: "popup" },
    facts([[words.entitled, cell.n]]), el("p", { className: "kind" }, words.area));

  function schoolName(id) {
    const school = window.busMap.schools.get(id);
    return school ? school.name : id;
  }

  function unservedPopup(group) {
    const place = data.internal ? "" : words.area;
    return el("div", { className: "popup" },
      el("h3", {}, words.unserved + ": " + group.n),
      facts([["ID", group.id], [words.village, group.village], [words.grade, group.grade],
        [words.school, group.school ? schoolName(group.school) : ""]]),
      el("ul", {}, group.reasons.map(([reason, n]) => el("li", {}, reason + (n ? ": " + n : "")))),
      place && group.at ? el("p", { className: "kind" }, place) : "");
  }

  function homePopup(home) {
    const stop = window.busMap.stops.get(home.stop);
    return el("div", { className: "popup" },
      facts([["ID", home.id], [words.students, home.n], [words.grade, home.grade],
        [words.village, home.village], [words.school, schoolName(home.school)],
        [words.stop, stop ? stop.name : ""], [words.walk, home.stop ? home.walk + " m" : ""]]));
  }

  Object.assign(window.busMap, { swatch, way, spell, callsAt, facts, popups: {
    route: routePopup, stop: stopPopup, school: schoolPopup, cell: cellPopup,
    unserved: unservedPopup, home: homePopup,
  } });
})();
