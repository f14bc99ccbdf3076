import { CASES } from "./cases/cases.js";
import type { Size } from "./sizes.js";
import type { Spread } from "./statistics.js";
import type { Row } from "./summary.js";
import { type Verdict, verdicts } from "./targets.js";

const NAMES = { rx: "**wslink-rx**", raw: "raw socket", legacy: "npm `wslink`" };
const SERVER_TITLES = {
  "fast-v2": "Protocol v2, fast server",
  "fast-v1": "Protocol v1, fast server",
  "python-v2": "wslink 2.6.0 in Python",
  "python-v2-plain": "wslink 2.6.0 in Python, without compression",
  "python-v1": "wslink 1.12.4 in Python",
};

/** The whole report as Markdown. */
export function markdown(rows: readonly Row[], sizes: readonly Size[], machine: string): string {
  const sections = Object.entries(SERVER_TITLES).flatMap(([server, title]) => {
    const own = rows.filter((row) => row.server === server);
    const plain = own.filter((row) => row.point === undefined);
    const swept = own.filter((row) => row.point !== undefined);
    return [...(plain.length > 0 ? [`### ${title}\n\n${table(plain)}`] : []), ...(swept.length > 0 ? [`#### ${title}: cost per unit as the work grows\n\n${sweeps(swept)}`] : [])];
  });
  const targets = verdicts(rows);
  return [machine, ...(targets.length > 0 ? [`### Targets\n\n${targetTable(targets)}`] : []), ...sections, `### Size\n\n${sizeTable(sizes)}`].join("\n\n");
}

function table(rows: readonly Row[]): string {
  const head = "| case | client | rate | to raw | p50, p99 | CPU | to raw | longest block | peak memory | order |\n|---|---|--:|--:|--:|--:|--:|--:|--:|---|";
  let last = "";
  const lines = rows.map((row) => {
    const title = row.case === last ? "" : `${CASES.find(({ name }) => name === row.case)?.title ?? ""} (\`${row.case}\`)`;
    last = row.case;
    const cells = [
      title,
      NAMES[row.client],
      rate(row),
      ratio(row.ratios.rate),
      latency(row),
      cpu(row),
      ratio(row.ratios.cpu),
      block(row.blockMs),
      memory(row.peakBytes),
      row.ordered ? "kept" : "**lost**",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [head, ...lines].join("\n");
}

/** Big ones in MB/s, small ones in units per second. */
function rate({ perSecond, bytesPerSecond }: Row): string {
  const large = bytesPerSecond && bytesPerSecond.median / perSecond.median >= 100_000;
  return large ? `${range(bytesPerSecond, (value) => round(value / 1e6))} MB/s` : `${range(perSecond, round)} /s`;
}

const latency = ({ p50, p99 }: Row): string => (p50 && p99 ? `${p50.median.toFixed(2)}, ${p99.median.toFixed(2)} ms` : "");
const cpu = ({ cpuMs }: Row): string => (cpuMs ? `${round(cpuMs.median)} ms` : "");
const block = (ms: number): string => (ms === 0 ? "< 50 ms" : `${ms} ms`);
const memory = (bytes: Spread | undefined): string => (bytes ? `${round(bytes.median / 1e6)} MB` : "");
const ratio = (value: Spread | undefined): string => (value ? range(value, (one) => one.toFixed(2)) : "");
const range = ({ median, min, max }: Spread, show: (value: number) => string): string => (min === max ? show(median) : `${show(median)} (${show(min)}–${show(max)})`);
const round = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en");

function sweeps(rows: readonly Row[]): string {
  const names = [...new Set(rows.map((row) => row.case))];
  return names
    .map((name) => {
      const own = rows.filter((row) => row.case === name);
      const points = [...new Set(own.map(({ point }) => point as number))];
      const { title, unit } = CASES.find((one) => one.name === name) ?? { title: name, unit: "unit" };
      const lines = (["raw", "rx", "legacy"] as const).flatMap((client) => {
        const cells = points.map((point) => own.find((row) => row.client === client && row.point === point));
        if (cells.every((cell) => !cell)) return [];
        return [`| ${NAMES[client]} | ${cells.map((cell) => (cell?.unitCpuUs ? `${cell.unitCpuUs.median.toFixed(1)} µs` : "")).join(" | ")} |`];
      });
      return `CPU of the renderer per ${unit}, ${title}:\n\n| | ${points.map((point) => point.toLocaleString("en")).join(" | ")} |\n|---|${points.map(() => "--:").join("|")}|\n${lines.join("\n")}`;
    })
    .join("\n\n");
}

function targetTable(targets: readonly Verdict[]): string {
  const lines = targets.map(({ server, target, reached, met }) => `| ${target} | ${server.slice(-2)} | ${reached.toFixed(2)} | ${met ? "met" : "**missed**"} |`);
  return ["| target | protocol | reached (median) | |\n|---|---|--:|---|", ...lines].join("\n");
}

function sizeTable(sizes: readonly Size[]): string {
  return ["| minified and gzipped | bytes |\n|---|--:|", ...sizes.map(({ what, bytes }) => `| ${what} | ${bytes.toLocaleString("en")} |`)].join("\n");
}
