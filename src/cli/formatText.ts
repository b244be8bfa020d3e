import { styleText } from 'node:util';
import type { Severity } from '../core/lint/Problem.ts';
import { printable, printableLine } from '../core/text/printable.ts';
import type { FormatOptions, LintReport, ReportedFinding } from './LintReport.ts';

/** For people: what, where, the line itself, the way to it, and the fix. Nothing of a file acts on the terminal. */
export function formatText(report: LintReport, { useColour }: FormatOptions): string {
  const paint: Paint = (style, text) => (useColour ? styleText(style, text, { validateStream: false }) : text);
  const files = new Set(report.findings.map((finding) => finding.file));
  const blocks = report.findings.map((finding) => formatFinding(finding, paint));
  const checked = `${count(report.checkedFiles, 'file')} checked`;
  const summary =
    report.findings.length === 0
      ? paint('green', `Nothing found, ${checked}.`)
      : `${count(report.findings.length, 'finding')} in ${count(files.size, 'file')}, ${checked}.`;
  return [...blocks, summary].join('\n\n').concat('\n');
}

type Style = 'bold' | 'red' | 'yellow' | 'blue' | 'gray' | 'green' | 'underline';
type Paint = (style: Style, text: string) => string;

const colours: Readonly<Record<Severity, Style>> = {
  error: 'red',
  warning: 'yellow',
  information: 'blue',
  hint: 'gray',
};
const maxLineLength = 160;

function formatFinding({ file, place, problem, sourceLine, locate }: ReportedFinding, paint: Paint): string {
  const colour = colours[problem.severity];
  const number = String(place.line);
  const gutter = ' '.repeat(number.length);
  const { shown, from } = excerpt(printableLine(sourceLine), place.column - 1);
  const length = place.endLine === place.line ? place.endColumn - place.column : sourceLine.length - place.column + 1;
  const underline = '^'.repeat(Math.max(1, Math.min(length, shown.length - (place.column - 1 - from))));
  const pad = shown.slice(0, place.column - 1 - from).replace(/[^\t]/g, ' ');
  const lines = [
    `${paint('bold', `${printable(file)}:${place.line}:${place.column}`)} ${paint(colour, problem.severity)} ${problem.ruleId}`,
    `  ${printable(problem.message)}`,
    `  ${paint('gray', `${number} │`)} ${shown}`,
    `  ${paint('gray', `${gutter} │`)} ${pad}${paint(colour, underline)}`,
  ];
  for (const related of problem.related) {
    const where = locate(related.path, related.range);
    lines.push(
      `  ${paint('gray', `${printable(where.file)}:${where.place.line}:${where.place.column}`)} ${printable(related.message)}`,
    );
  }
  const { fixTitle } = problem;
  if (fixTitle !== undefined) lines.push(`  ${paint('green', 'Fix:')} ${printable(fixTitle)}`);
  return lines.join('\n');
}

/** The part of a long line around a column. */
function excerpt(line: string, column: number): { readonly shown: string; readonly from: number } {
  if (line.length <= maxLineLength) return { shown: line, from: 0 };
  const from = Math.max(0, Math.min(column - 20, line.length - maxLineLength));
  return { shown: line.slice(from, from + maxLineLength), from };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
