// Draws a map closer than the drawing that is there without it: streets by their light, her way, where she was last seen.
// Everything comes from this house. What is drawn stands in the page as JSON (`data-drawing`), and is looked at again whenever
// live.js has swapped a part. Where this does not work the drawing stays.
import * as maplibregl from "./maplibre-gl.mjs";
import { NOTHING, images, style } from "./map-style.js";

const EARTH_M = 6371008.8;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const NIGHT = matchMedia("(prefers-color-scheme: dark)");

const archives = new globalThis.pmtiles.Protocol();
maplibregl.addProtocol("pmtiles", archives.tile);

// Nothing that matters lies below the buttons, or below the line that says whose the streets are.
const ROOM = { top: 4, left: 4, right: 52, bottom: 22 };

const feature = (type, coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type, coordinates } });
const collection = (features) => ({ ...NOTHING, features });

const ringAbout = ([lon, lat, metres]) => {
  const high = ((metres / EARTH_M) * 180) / Math.PI;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  const corners = Array.from({ length: 49 }, (_, n) => (n * Math.PI) / 24);
  return corners.map((angle) => [lon + wide * Math.cos(angle), lat + high * Math.sin(angle)]);
};

const spotsOf = ({ way, track, last, pins, reported }) => {
  const found = pins.map(([lon, lat, vetted, name]) =>
    feature("Point", [lon, lat], { kind: vetted ? "haven" : "open", ...(name && { name }) }));
  if (way.length) {
    const [begin, end] = [way[0][1][0], way.at(-1)[1].at(-1)];
    for (const [place, kind] of [[begin, "end"], [end, "end"], [end, "goal"]]) found.push(feature("Point", place, { kind }));
  }
  for (const place of reported) found.push(feature("Point", place, { kind: "reported" }));
  for (const place of track) found.push(feature("Point", place, { kind: "track" }));
  if (last) found.push(feature("Point", last.slice(0, 2), { kind: "last" }));
  return found;
};

// One map on a page: made when there is something to show, taken away with it.
class Live {
  constructor(host) {
    this.told = JSON.parse(host.dataset.drawing);
    this.text = host.dataset.drawing;
    this.moved = false;
    this.failed = false;
    this.inside = document.createElement("div");
    host.replaceChildren(this.inside);
    this.map = new maplibregl.Map({
      container: this.inside,
      style: style(host, this.told),
      bounds: this.told.box,
      fitBoundsOptions: { padding: ROOM },
      maxZoom: 18.5,
      minZoom: 10,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      locale: { "Map.Title": this.told.said },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    for (const kind of ["dragstart", "zoomstart"])
      this.map.on(kind, (event) => { if (event.originalEvent) this.moved = true; });
    this.map.on("load", () => this.draw());
    this.map.on("error", ({ sourceId }) => { if (sourceId === "tiles") this.failed = true; });
    this.map.on("idle", () => this.idle());
    this.buttons();
  }

  // Where streets were asked for in vain the drawing, which has them, stays in sight.
  idle() {
    const found = this.map.queryRenderedFeatures();
    const many = (source) => found.filter((one) => one.source === source).length;
    document.body.dataset.map = "idle";
    if (this.failed && !many("tiles")) delete this.inside.dataset.drawn;
    else this.inside.dataset.drawn = ["tiles", "way", "spots"].map((source) => `${source} ${many(source)}`).join(", ");
  }

  buttons() {
    const box = document.createElement("div");
    box.className = "map-buttons";
    const press = (label, title, what) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.setAttribute("aria-label", title);
      button.title = title;
      button.addEventListener("click", what);
      box.append(button);
    };
    press("+", "Closer", () => { this.moved = true; this.map.zoomIn({ animate: !CALM.matches }); });
    press("−", "Farther away", () => { this.moved = true; this.map.zoomOut({ animate: !CALM.matches }); });
    press("⤢", "All of it again", () => { this.moved = false; this.fit(); });
    this.inside.append(box);
  }

  draw() {
    const { way, last } = this.told;
    for (const [name, image] of Object.entries(images(this.inside))) {
      if (this.map.hasImage(name)) this.map.updateImage(name, image); // the night has other colours
      else this.map.addImage(name, image, { pixelRatio: 2 });
    }
    const source = (name, features) => this.map.getSource(name)?.setData(collection(features));
    source("way", way.map(([state, line]) => feature("LineString", line, { state })));
    source("spots", spotsOf(this.told));
    source("ring", last && last[2] ? [feature("Polygon", [ringAbout(last)])] : []);
  }

  fit() {
    this.map.resize(); // the drawing that it covers may have become flatter
    this.map.fitBounds(this.told.box, { padding: ROOM, animate: !CALM.matches, duration: 400 });
  }

  look(host) {
    if (host.dataset.drawing === this.text) return;
    const before = this.told;
    this.text = host.dataset.drawing;
    this.told = JSON.parse(this.text);
    if (this.failed || before.tiles !== this.told.tiles || before.states !== this.told.states) this.restyle(host);
    else this.draw();
    if (!this.moved && String(before.box) !== String(this.told.box)) this.fit();
  }

  restyle(host) {
    if (this.failed) archives.tiles.clear(); // it would remember that there were none
    this.map.setStyle(style(host, this.told), { diff: !this.failed });
    this.failed = false;
    this.map.once("styledata", () => this.draw());
  }

  remove() {
    this.map.remove();
    delete document.body.dataset.map;
  }
}

let live = null;

const look = () => {
  const host = document.querySelector("[data-drawing]");
  if (live && !(host && host.contains(live.inside))) {
    live.remove();
    live = null;
  }
  if (!host) return;
  try {
    if (live) live.look(host);
    else live = new Live(host);
  } catch {
    host.replaceChildren(); // no WebGL here: the drawing stays
    live = null;
  }
};

document.addEventListener("swapped", look);
NIGHT.addEventListener("change", () => live?.restyle(document.querySelector("[data-drawing]")));
look();
