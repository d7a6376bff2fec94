// Draws the pictures of money. Each says what the table below it says; without scripts the table stands alone. Words are painted, not
// put into the page, for the content security policy allows no style that a script writes into text.
import { init } from "../lib/echarts/echarts.esm.min.js";

const ink = "#33474c";
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// One colour for each end, wherever it is drawn; told apart by the colour-blind, and by patterns in the bars on grey paper.
const colours = {
  carried: "#9aa7ab", persons: "#0072b2", organisations: "#e69f00", nameless: "#56b4e9", enterprises: "#009e73", government: "#d55e00",
  services: "#b8a200", sales: "#cc79a7", dues: "#6a51a3", investments: "#5d4037", others: "#6b7b80", transferred: "#44aa99", changed: "#999933",
  programmes: "#1b6470", management: "#ad5a1f", fundraising: "#a0487c", "other-costs": "#777777", left: "#8fb4bd", fund: "#17343a",
  "class-children": "#e0a100", "class-elderly": "#8f5aa8", "class-disability": "#2f7fbf", "class-relief": "#c8502d", "class-neighbourhood": "#2b8c6b",
  "class-environment": "#6f9e2f", "class-culture": "#c2568e", "class-volunteering": "#3aa6b9",
};
const colourOf = key => colours[key] ?? "#7d8f94";

// Fen are whole numbers, so the point is put into their digits.
const money = fen => {
  const digits = Math.abs(fen).toString().padStart(3, "0");
  return (fen < 0 ? "-" : "") + digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",") + "." + digits.slice(-2);
};
const yuan = fen => Math.round(fen / 100).toLocaleString("en-US");
const font = getComputedStyle(document.body).fontFamily;

function shared(picture) {
  return {
    animation: !still, animationDuration: 400, textStyle: { fontFamily: font, color: ink },
    aria: { enabled: picture.kind !== "streams", label: { enabled: false }, decal: { show: picture.kind !== "streams" } },
  };
}

function axes(months) {
  return {
    grid: { left: 12, right: 16, top: 56, bottom: 12, containLabel: true },
    xAxis: { type: "category", data: months, axisTick: { alignWithLabel: true }, axisLabel: { color: ink, hideOverlap: true }, axisLine: { onZero: true } },
    yAxis: { type: "value", axisLabel: { formatter: yuan, color: ink }, splitLine: { lineStyle: { color: "#e3eaec" } } },
    legend: { type: "scroll", top: 12, left: 12, right: 12, itemWidth: 18, itemHeight: 12, textStyle: { color: ink } },
  };
}

const tip = { renderMode: "richText", confine: true, borderColor: "#9fb3b8", textStyle: { color: "#17343a", fontFamily: font } };

function bars(picture) {
  return {
    ...shared(picture), ...axes(picture.months),
    tooltip: {
      ...tip, trigger: "axis", axisPointer: { type: "shadow" },
      formatter: at => [at[0].axisValue, ...at.filter(each => each.value !== 0).map(each => `${each.seriesName}  ${money(each.value)}`),
        `${picture.total}  ${money(at.reduce((sum, each) => sum + each.value, 0))}`].join("\n"),
    },
    series: picture.series.map(each => ({
      name: each.name, type: "bar", stack: "month", data: each.fen, barMaxWidth: 48, itemStyle: { color: colourOf(each.key) },
    })),
  };
}

function streams(picture) {
  const names = Object.fromEntries(picture.nodes.map(node => [node.id, node.name]));
  const ends = Object.fromEntries(picture.nodes.map(node => [node.id, node.key]));
  const tall = Math.max(...[0, 1, 2].map(depth => picture.nodes.filter(node => node.depth === depth).length));
  return {
    height: Math.max(260, 46 * tall + 40),
    option: {
      ...shared(picture),
      tooltip: {
        ...tip, trigger: "item",
        formatter: at => at.dataType === "edge" ? `${names[at.data.source]} → ${names[at.data.target]}\n${money(at.data.value)}`
          : `${names[at.name]}\n${money(at.value)}`,
      },
      series: [{
        type: "sankey", left: 12, right: 12, top: 16, bottom: 16, nodeWidth: 14, nodeGap: 20, draggable: false, emphasis: { focus: "adjacency" },
        lineStyle: { opacity: .38, curveness: .5 },
        data: picture.nodes.map(node => ({
          name: node.id, depth: node.depth, itemStyle: { color: colourOf(node.key) },
          label: {
            position: node.depth === 2 ? "left" : "right", formatter: () => node.name, color: "#17343a", width: 240, overflow: "truncate",
            textBorderColor: "#fff", textBorderWidth: 3,
          },
        })),
        links: picture.links.map(link => ({
          source: link.source, target: link.target, value: link.fen, lineStyle: { color: colourOf(ends[link.source] === "fund" ? ends[link.target] : ends[link.source]) },
        })),
      }],
    },
  };
}

function life(picture) {
  const [came, spent, moved, left, moments] = picture.names;
  const bar = (name, data, color) => ({ name, type: "bar", stack: "month", data, barMaxWidth: 40, itemStyle: { color } });
  const marks = picture.months.map((_, at) => picture.moments[at].length > 0 ? picture.left[at] : null);
  return {
    ...shared(picture), ...axes(picture.months),
    tooltip: {
      ...tip, trigger: "axis",
      formatter: at => [at[0].axisValue, ...at.filter(each => each.seriesName !== moments && each.value !== 0 && each.value != null)
        .map(each => `${each.seriesName}  ${money(each.seriesName === spent ? -each.value : each.value)}`),
        ...picture.moments[at[0].dataIndex].map(line => line.length > 36 ? line.slice(0, 35) + "…" : line)].join("\n"),
    },
    series: [
      bar(came, picture.came, "#0072b2"), bar(spent, picture.spent, "#e69f00"),
      ...(picture.moved.some(fen => fen !== 0) ? [bar(moved, picture.moved, "#009e73")] : []),
      { name: left, type: "line", data: picture.left, symbol: "circle", symbolSize: 6, lineStyle: { color: "#17343a", width: 2.5 }, itemStyle: { color: "#17343a", decal: { symbol: "none" } } },
      { name: moments, type: "scatter", data: marks, symbol: "pin", symbolSize: 26, symbolOffset: [0, -6], itemStyle: { color: "#d55e00", decal: { symbol: "none" } } },
    ],
  };
}

for (const place of document.querySelectorAll("[data-picture]")) {
  const picture = JSON.parse(place.dataset.picture);
  const drawing = picture.kind === "streams" ? streams(picture) : { option: picture.kind === "life" ? life(picture) : bars(picture) };
  place.classList.add("drawn");
  if (drawing.height) place.style.setProperty("--picture-height", `${drawing.height}px`);

  // Twice as fine as the screen, for paper shows every dot.
  const chart = init(place, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  chart.setOption(drawing.option);
  new ResizeObserver(() => {
    if (!window.matchMedia("print").matches) chart.resize();
  }).observe(place);
}
