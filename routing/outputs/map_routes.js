/* Routes: a line with an edge, a dash of its own and arrows, to the right of the road. */
(function () {
  "use strict";
  const { data, map, layers, line, front, popups, POPUP } = window.busMap;
  const ARROW_EVERY_PX = 110;
  const LANE_PX = 4.2;

  /* Points moved sideways to the right of the way they go, by so many pixels. */
  function aside(points, by) {
    const plain = points.filter((at, i) => !i || at.distanceTo(points[i - 1]) > 0.01);
    if (plain.length < 2) return points;
    const normals = plain.slice(1).map((at, i) => {
      const step = at.subtract(plain[i]);
      const length = Math.hypot(step.x, step.y);
      return L.point(-step.y / length, step.x / length);
    });
    return plain.map((at, i) => {
      const before = normals[Math.max(0, i - 1)];
      const after = normals[Math.min(i, normals.length - 1)];
      const sum = before.add(after);
      const stretch = 2 / Math.max(0.7, sum.x * sum.x + sum.y * sum.y);
      return at.add(sum.multiplyBy(stretch * by));
    });
  }

  function trace(context, parts) {
    context.beginPath();
    for (const part of parts) {
      part.forEach((at, i) => (i ? context.lineTo(at.x, at.y) : context.moveTo(at.x, at.y)));
    }
  }

  function arrow(context, from, to, at, size) {
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    context.save();
    context.translate(at.x, at.y);
    context.rotate(angle);
    context.beginPath();
    context.moveTo(size, 0);
    context.lineTo(-size * 0.8, size * 0.85);
    context.lineTo(-size * 0.8, -size * 0.85);
    context.closePath();
    context.fill();
    context.stroke();
    context.restore();
  }

  function arrows(context, part, size) {
    let next = ARROW_EVERY_PX / 2;
    for (let i = 1; i < part.length; i += 1) {
      const length = part[i].distanceTo(part[i - 1]);
      for (; next < length; next += ARROW_EVERY_PX) {
        const at = part[i - 1].add(part[i].subtract(part[i - 1]).multiplyBy(next / length));
        arrow(context, part[i - 1], part[i], at, size);
      }
      next -= length;
    }
  }

  const RouteLine = L.Polyline.extend({
    _update() {
      if (!this._map) return;
      this._clipPoints();
      this._simplifyPoints();
      const shrink = this._map.getZoom() < 11 ? 0.55 : 1;
      const by = (1.6 + LANE_PX * this.options.lane) * shrink;
      this._parts = this._parts.map((part) => aside(part, by));
      this._updatePath();
    },
    _updateBounds() {
      if (!this._rawPxBounds) return;
      const around = L.point(30, 30);
      this._pxBounds = L.bounds(this._rawPxBounds.min.subtract(around), this._rawPxBounds.max.add(around));
    },
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || !this._parts.length) return;
      const { opacity, color, edge, dash } = this.options;
      const far = this._map.getZoom() < 11.5;
      const weight = this.options.weight * (far ? 0.7 : 1);
      const context = renderer._ctx;
      context.save();
      Object.assign(context, { globalAlpha: opacity, lineJoin: "round", lineCap: "round" });
      trace(context, this._parts);
      Object.assign(context, { strokeStyle: edge, lineWidth: weight + (far ? 1.2 : 2.2) });
      context.stroke();
      context.setLineDash(far ? dash.map((px) => px * 0.7) : dash);
      Object.assign(context, { strokeStyle: color, lineWidth: weight, lineCap: dash.length ? "butt" : "round" });
      context.stroke();
      context.setLineDash([]);
      Object.assign(context, { fillStyle: color, strokeStyle: edge, lineWidth: 1.2 });
      for (const part of far ? [] : this._parts) arrows(context, part, weight + 2.4);
      context.restore();
    },
  });

  const drawn = data.routes.map((route) => {
    const made = new RouteLine(line(route.line), {
      renderer: front, color: route.colour, edge: route.edge, dash: route.dash,
      lane: route.lane, weight: 3.2, opacity: 0.95, smoothFactor: 1.2, noClip: false,
    });
    made.bindPopup(() => popups.route(route), POPUP);
    made.on("click", () => highlight(route));
    return { route, line: made, group: route.morning ? layers.routes_am : layers.routes_pm };
  });

  let chosen = null;
  function highlight(route) {
    chosen = route;
    for (const item of drawn) {
      const own = item.route === route;
      item.line.setStyle({ opacity: !route || own ? 0.95 : 0.18, weight: own ? 5 : 3.2 });
    }
    document.body.dataset.chosen = route ? route.id : "";
    window.busMap.changed();
    const own = drawn.find((item) => item.route === route);
    if (own && map.hasLayer(own.line)) {
      own.line.bringToFront();
      layers.stops.bringToFront();
    }
  }

  const fits = (route, shown) =>
    (!shown.bus || route.bus === shown.bus) &&
    (!shown.school || route.visits.some((visit) => visit[0] && visit[1] === shown.school));

  /* Shows only the routes of the bus and the school chosen, and their stops. */
  function showRoutes() {
    const { shown } = window.busMap;
    const keys = new Set();
    for (const item of drawn) {
      const visible = fits(item.route, shown);
      item.group[visible ? "addLayer" : "removeLayer"](item.line);
      if (visible) item.route.visits.forEach((visit) => keys.add(visit[1]));
    }
    window.busMap.showStops(shown.bus || shown.school ? keys : null);
    highlight(null);
  }

  function pick(route) {
    const item = drawn.find((one) => one.route === route);
    if (!map.hasLayer(item.group)) map.addLayer(item.group);
    highlight(route);
    map.fitBounds(item.line.getBounds(), { ...window.busMap.room(), maxZoom: 15, animate: false });
    item.line.openPopup(item.line.getCenter());
  }

  map.on("click", () => chosen && highlight(null));
  Object.assign(window.busMap, { showRoutes, pickRoute: pick, fits, highlight });
})();
