/* Puts the map together, and keeps count of what is drawn. */
(function () {
  "use strict";
  const bus = window.busMap;
  const { data, map, layers, words, el } = bus;
  const STACK = ["density", "routes_am", "routes_pm", "transit", "homes", "stops"];

  /* Layers that were switched on again come to lie where they belong. */
  function restack() {
    for (const name of STACK) if (map.hasLayer(layers[name])) layers[name].bringToFront();
  }

  const visible = (name) => (map.hasLayer(layers[name]) ? layers[name].getLayers().length : 0);

  bus.changed = function () {
    restack();
    for (const name of Object.keys(layers)) {
      document.body.dataset[name.replace("_", "")] = visible(name);
      const input = document.getElementById("layer-" + name);
      if (input) input.checked = map.hasLayer(layers[name]);
    }
    for (const item of document.querySelectorAll("[data-route]")) {
      const route = data.routes.find((one) => one.id === item.dataset.route);
      item.hidden = !bus.fits(route, bus.shown);
      item.classList.toggle("chosen", route.id === document.body.dataset.chosen);
    }
    for (const item of document.querySelectorAll("[data-bus]")) {
      item.hidden = !item.querySelector("[data-route]:not([hidden])");
    }
  };

  function addControls() {
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    if (data.attribution) {
      const osm = data.attribution.includes("OpenStreetMap");
      document.body.append(el("div", { className: "attribution" }, osm
        ? el("a", { href: "https://www.openstreetmap.org/copyright", rel: "noopener noreferrer", target: "_blank" }, data.attribution)
        : data.attribution));
    }
  }

  function addBanner() {
    if (!data.nobody) return;
    document.body.append(el("div", { className: "banner", role: "status", id: "nobody" }, words.nobody));
  }

  map.setView(bus.point(data.view[0]), 11, { animate: false });
  map.removeLayer(layers.homes);
  if (data.tiles) map.removeLayer(layers.roads);
  bus.addPanel();
  addControls();
  addBanner();
  map.fitBounds(data.view.map(bus.point), { ...bus.room(), maxZoom: 15, animate: false });
  bus.drawBase();
  bus.drawPlaces();
  bus.showRoutes();
  map.on("popupopen", (event) => {
    const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", words.close);
  });
  map.on("moveend", () => { document.body.dataset.places = visible("places"); });
  window.addEventListener("beforeprint", () => map.invalidateSize({ animate: false }));
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { map.closePopup(); bus.highlight(null); }
  });
  bus.changed();
  document.body.dataset.ready = "1";
})();
