// How a map looks, in the colours of the page it stands on: whole lines are lit, dashes are assumed, thin lines are not
// known, dots are unlit. Beside map.css, which draws the same without a script.
const FONT = ["sans-serif"];
const STATES = ["lit", "assumed", "unknown", "unlit"];

const wide = (least, most) => ["interpolate", ["exponential", 1.4], ["zoom"], 13, least, 18, most];
const layer = (id, source, type, paint, layout = {}, more = {}) => ({ id, source, type, paint, layout, ...more });
const round = { "line-cap": "round", "line-join": "round" };

export const NOTHING = { type: "FeatureCollection", features: [] };

// The colours of the page, by day and by night, as its stylesheet has them.
export const colours = (host) => {
  const style = getComputedStyle(host);
  return (name) => style.getPropertyValue(`--${name}`).trim();
};

const streets = (colour, states) => {
  const classes = STATES.map((_, state) => [...states].flatMap((digit, light) => (Number(digit) === state ? [light] : [])));
  const of = (state) => ["in", ["get", "light"], ["literal", classes[STATES.indexOf(state)]]];
  const street = (state, paint, layout = {}) =>
    layer(`street-${state}`, "tiles", "line", paint, layout, { "source-layer": "streets", filter: of(state) });
  return [
    street("unknown", { "line-color": colour("unlit"), "line-width": wide(0.8, 2.4) }),
    street("unlit", { "line-color": colour("danger"), "line-width": wide(2.2, 4), "line-dasharray": [0, 1.8] }, round),
    street("assumed", { "line-color": colour("map-lit"), "line-width": wide(1.2, 3), "line-dasharray": [2.6, 1.7] }),
    street("lit", { "line-color": colour("map-lit"), "line-width": wide(1.2, 4.5) }, { "line-join": "round" }),
    layer("lamps", "tiles", "circle", { "circle-color": colour("map-lit"), "circle-radius": wide(0.8, 3.5) }, {}, {
      "source-layer": "lamps",
      minzoom: 14.5,
    }),
  ];
};

const way = (colour) => {
  const on = (state, paint, layout = round) =>
    layer(`way-${state}`, "way", "line", paint, layout, { filter: ["==", ["get", "state"], state] });
  return [
    layer("way-rim", "way", "line", { "line-color": colour("map-rim"), "line-width": 11 }, round),
    layer("way-band", "way", "line", { "line-color": colour("map-way"), "line-width": 8.5 }, round),
    on("unknown", { "line-color": colour("map-faint"), "line-width": 1.2 }),
    on("assumed", { "line-color": colour("map-glow"), "line-width": 2.8, "line-dasharray": [1.8, 1.9] }, {}),
    on("lit", { "line-color": colour("map-glow"), "line-width": 3.4 }),
    on("unlit", { "line-color": colour("map-dark"), "line-width": 4, "line-dasharray": [0, 1.6] }),
  ];
};

const text = (colour, size) => ({
  paint: { "text-color": colour("soft"), "text-halo-color": colour("sheet"), "text-halo-width": 2 },
  layout: { "text-font": FONT, "text-size": size, "text-field": ["get", "name"] },
});

const names = (colour) => {
  const { paint, layout } = text(colour, 12.5);
  const more = { "source-layer": "streets", minzoom: 14, filter: ["has", "name"] };
  return layer("names", "tiles", "symbol", paint, { ...layout, "symbol-placement": "line", "symbol-spacing": 350 }, more);
};

const spots = (colour) => {
  const dot = (id, kind, paint) => layer(id, "spots", "circle", paint, {}, { filter: ["==", ["get", "kind"], kind] });
  const rim = { "circle-stroke-color": colour("sheet"), "circle-stroke-width": 2.5 };
  const { paint, layout } = text(colour, 13);
  const beside = { "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.2 };
  return [
    layer("pin-names", "spots", "symbol", paint, { ...layout, ...beside }, { filter: ["has", "name"] }),
    layer("reported", "spots", "symbol", {}, { "icon-image": "cross", "icon-allow-overlap": true }, {
      filter: ["==", ["get", "kind"], "reported"],
    }),
    dot("open-places", "open", {
      "circle-color": colour("sheet"), "circle-radius": 4, "circle-stroke-color": colour("haven"), "circle-stroke-width": 2.5,
    }),
    layer("havens", "spots", "symbol", {}, { "icon-image": "haven", "icon-allow-overlap": true }, {
      filter: ["==", ["get", "kind"], "haven"],
    }),
    dot("ends", "end", {
      "circle-color": colour("sheet"), "circle-radius": 5, "circle-stroke-color": colour("map-rim"), "circle-stroke-width": 3,
    }),
    dot("goals", "goal", { "circle-color": colour("map-rim"), "circle-radius": 2.4 }), // a target: not where she is
    layer("ring-ground", "ring", "fill", { "fill-color": colour("link"), "fill-opacity": 0.13 }),
    layer("ring", "ring", "line", { "line-color": colour("link"), "line-width": 1.2 }),
    dot("track-rim", "track", { "circle-color": colour("sheet"), "circle-radius": 3.8 }), // below all of them
    dot("track", "track", { "circle-color": colour("link"), "circle-radius": 2.6 }),
    dot("last", "last", { "circle-color": colour("link"), "circle-radius": 7, ...rim }),
    // Nothing is seen of it: names keep off where she is.
    layer("kept-clear", "spots", "symbol", { "icon-opacity": 0 }, { "icon-image": "cross", "icon-allow-overlap": true }, {
      filter: ["in", ["get", "kind"], ["literal", ["last", "end"]]],
    }),
  ];
};

const drawn = (host, side, draw) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const pen = canvas.getContext("2d");
  draw(pen, colours(host));
  return pen.getImageData(0, 0, side, side);
};

// A haven is a square: it is told from an open place, and from her, without its colour.
const haven = (host) => drawn(host, 36, (pen, colour) => {
  for (const [name, inset] of [["sheet", 0], ["haven", 5]]) {
    pen.fillStyle = colour(name);
    pen.beginPath();
    pen.roundRect(inset, inset, 36 - 2 * inset, 36 - 2 * inset, 6);
    pen.fill();
  }
});

// Lamps that are said to be out are crosses, on streets that are drawn as if they burned.
const cross = (host) => drawn(host, 40, (pen, colour) => {
  pen.lineCap = "round";
  for (const [name, wide] of [["sheet", 13], ["danger", 5.2]]) {
    pen.strokeStyle = colour(name);
    pen.lineWidth = wide;
    pen.beginPath();
    for (const [from, to] of [[8, 32], [32, 8]]) {
      pen.moveTo(from, 8);
      pen.lineTo(to, 32);
    }
    pen.stroke();
  }
});

// What stands on the map, in the colours of the page, at two pixels to one.
export const images = (host) => ({ haven: haven(host), cross: cross(host) });

export const style = (host, told) => {
  const colour = colours(host);
  const ours = { type: "geojson", data: NOTHING };
  return {
    version: 8,
    sources: {
      tiles: { type: "vector", url: `pmtiles://${location.origin}${told.tiles}` },
      way: ours,
      spots: ours,
      ring: ours,
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("sheet") } },
      ...streets(colour, told.states),
      ...way(colour),
      names(colour),
      ...spots(colour),
    ],
  };
};
