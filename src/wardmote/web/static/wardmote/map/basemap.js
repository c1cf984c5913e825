/** The base map's style for light and dark rooms. Layers: see the city directory's reference. */

const LIGHT = {
  land: "#f3f2ee", water: "#bcd7ea", waterLine: "#a3c6e0", park: "#dcebd3", wood: "#d2e4c8",
  farmland: "#eeeedd", residential: "#ecebe8", commercial: "#f1e9e4", industrial: "#e8e6ec",
  education: "#f0ecd8", medical: "#f6e3e1", cemetery: "#d9e3d3", sand: "#f2ead0", mountain: "#e3e6d6",
  building: "#e0ddd8", buildingLine: "#cfcbc4",
  motorway: "#f0c48c", motorwayCase: "#cf9a5a", primary: "#f8e3b4", primaryCase: "#d6bd84",
  minor: "#ffffff", minorCase: "#d3d0ca", service: "#fafafa", path: "#c2b8aa", rail: "#a9a9b2",
  boundary: "#8a7ca8", text: "#2c3742", text2: "#55616d", halo: "#ffffff", waterText: "#3a6d93",
};
const DARK = {
  land: "#11181f", water: "#132b3f", waterLine: "#1b3a54", park: "#14241e", wood: "#13221b",
  farmland: "#161c1b", residential: "#141b22", commercial: "#191b22", industrial: "#181b25",
  education: "#1c1e1c", medical: "#221a1e", cemetery: "#16211e", sand: "#1f1e19", mountain: "#171f1e",
  building: "#1b242d", buildingLine: "#26313b",
  motorway: "#6d5534", motorwayCase: "#241d14", primary: "#4f4a3a", primaryCase: "#1c1b17",
  minor: "#2b3642", minorCase: "#121920", service: "#222c36", path: "#3a3f45", rail: "#454b58",
  boundary: "#6f648c", text: "#c9d3dc", text2: "#93a1ad", halo: "#11181f", waterText: "#7ba7c9",
};

const FONT = ["Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
const FONT_BOLD = ["Noto Sans CJK SC Bold", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];

/**
 * A MapLibre style. `language` is `zh` or `en`; labels fall back to the name written locally.
 * There is no glyphs URL: labels are drawn from the machine's own fonts, so nothing is fetched.
 */
export function baseMapStyle({ theme, language, url, attribution }) {
  const colour = theme === "dark" ? DARK : LIGHT;
  return {
    version: 8,
    sources: {
      city: { type: "vector", url: `pmtiles://${url}`, attribution: attribution ?? "" },
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": colour.land } },
      ...areaLayers(colour),
      ...roadLayers(colour),
      ...boundaryLayers(colour),
      ...labelLayers(colour, language),
    ],
  };
}

/** The layer below which overlays of areas go, so that labels stay readable. */
export const FIRST_LABEL_LAYER = "water-names";

const layer = (id, source, type, rest) => ({ id, type, source: "city", "source-layer": source, ...rest });
const byZoom = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

function areaLayers(colour) {
  return [
    layer("landuse", "landuse", "fill", {
      paint: {
        "fill-color": [
          "match", ["get", "kind"],
          "park", colour.park, "grass", colour.park, "wood", colour.wood, "farmland", colour.farmland,
          "residential", colour.residential, "commercial", colour.commercial,
          "industrial", colour.industrial, "education", colour.education, "medical", colour.medical,
          "cemetery", colour.cemetery, "sand", colour.sand, "mountain", colour.mountain, colour.land,
        ],
        "fill-antialias": false,
      },
    }),
    layer("water", "water", "fill", { paint: { "fill-color": colour.water } }),
    layer("waterways", "waterways", "line", {
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": colour.waterLine,
        "line-width": byZoom(8, ["match", ["get", "kind"], "river", 1, 0.5], 16, ["match", ["get", "kind"], "river", 8, "canal", 4, 2]),
      },
    }),
    layer("buildings", "buildings", "fill", {
      minzoom: 14,
      paint: {
        "fill-color": colour.building,
        "fill-outline-color": colour.buildingLine,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0, 15, 1],
      },
    }),
  ];
}

const MAJOR = ["motorway", "trunk"];
const MIDDLE = ["primary", "secondary", "tertiary"];
const MINOR = ["unclassified", "residential", "living_street"];
const of = (classes) => ["in", ["get", "class"], ["literal", classes]];

function roadLayers(colour) {
  const round = { "line-cap": "round", "line-join": "round" };
  const road = (id, classes, lineColour, width, rest = {}) =>
    layer(id, "roads", "line", {
      filter: of(classes),
      layout: round,
      paint: { "line-color": lineColour, "line-width": width, ...rest.paint },
      ...(rest.minzoom ? { minzoom: rest.minzoom } : {}),
    });
  const widths = {
    minor: byZoom(11, 0.4, 13, 1.4, 15, 5, 18, 18),
    minorCase: byZoom(11, 0.5, 13, 2, 15, 6.5, 18, 21),
    middle: byZoom(7, 0.5, 11, 1.8, 13, 3.4, 15, 8, 18, 26),
    middleCase: byZoom(7, 0.6, 11, 2.6, 13, 4.8, 15, 10, 18, 29),
    major: byZoom(5, 0.8, 11, 2.8, 13, 4.6, 15, 10, 18, 30),
    majorCase: byZoom(5, 1, 11, 3.8, 13, 6.2, 15, 12.5, 18, 34),
  };
  return [
    road("road-path", ["path", "track"], colour.path, byZoom(13, 0.6, 16, 1.6), {
      minzoom: 13, paint: { "line-dasharray": [2, 2] },
    }),
    road("road-service", ["service"], colour.service, byZoom(13, 0.5, 15, 2.4, 18, 9), { minzoom: 13 }),
    road("road-minor-case", MINOR, colour.minorCase, widths.minorCase),
    road("road-middle-case", MIDDLE, colour.primaryCase, widths.middleCase),
    road("road-major-case", MAJOR, colour.motorwayCase, widths.majorCase),
    road("road-minor", MINOR, colour.minor, widths.minor),
    road("road-middle", MIDDLE, colour.primary, widths.middle),
    road("road-major", MAJOR, colour.motorway, widths.major),
    layer("rail", "rail", "line", {
      paint: { "line-color": colour.rail, "line-width": byZoom(9, 0.6, 16, 2.4), "line-dasharray": [4, 2] },
    }),
  ];
}

function boundaryLayers(colour) {
  return [
    layer("boundaries", "boundaries", "line", {
      filter: ["!=", ["get", "kind"], "beat"],
      paint: {
        "line-color": colour.boundary,
        "line-width": ["match", ["get", "admin_level"], 2, 2.2, 4, 1.8, 6, 1.4, 1],
        "line-dasharray": [5, 3],
        "line-opacity": 0.7,
      },
    }),
  ];
}

function labelLayers(colour, language) {
  const name = ["coalesce", ["get", `name:${language}`], ["get", "name"]];
  const paint = { "text-color": colour.text, "text-halo-color": colour.halo, "text-halo-width": 1.4 };
  return [
    layer("water-names", "water", "symbol", {
      minzoom: 11,
      layout: { "text-field": name, "text-font": FONT, "text-size": 12, "text-letter-spacing": 0.08 },
      paint: { ...paint, "text-color": colour.waterText },
    }),
    layer("waterway-names", "waterways", "symbol", {
      minzoom: 12,
      layout: { "symbol-placement": "line", "text-field": name, "text-font": FONT, "text-size": 12, "text-letter-spacing": 0.15 },
      paint: { ...paint, "text-color": colour.waterText },
    }),
    roadNames("road-names-minor", MINOR, 14, 11, name, { ...paint, "text-color": colour.text2 }),
    roadNames("road-names-middle", [...MAJOR, ...MIDDLE], 12, 12, name, paint),
    layer("poi-names", "pois", "symbol", {
      minzoom: 15,
      layout: {
        "text-field": name, "text-font": FONT, "text-size": 11, "text-max-width": 7,
        "symbol-sort-key": ["coalesce", ["get", "rank"], 9], "text-padding": 6,
      },
      paint: { ...paint, "text-color": colour.text2 },
    }),
    layer("place-names", "places", "symbol", {
      layout: {
        "text-field": name,
        "text-font": FONT_BOLD,
        "text-size": [
          "interpolate", ["linear"], ["zoom"],
          6, ["match", ["get", "kind"], "city", 15, "county", 12, 11],
          14, ["match", ["get", "kind"], "city", 22, "county", 19, "town", 17, 14],
        ],
        "text-max-width": 8,
        "symbol-sort-key": ["coalesce", ["get", "rank"], 9],
        "text-padding": 4,
      },
      paint: { ...paint, "text-halo-width": 1.8 },
    }),
  ];
}

function roadNames(id, classes, minzoom, size, name, paint) {
  return layer(id, "roads", "symbol", {
    minzoom,
    filter: of(classes),
    layout: {
      "symbol-placement": "line", "text-field": name, "text-font": FONT, "text-size": size,
      "symbol-spacing": 320, "text-padding": 8, "text-max-angle": 30,
    },
    paint,
  });
}
