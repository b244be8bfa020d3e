import { docsUrl } from '../core/lint/docsUrl.ts';
import type { Severity } from '../core/lint/Problem.ts';
import { rules } from '../core/lint/rules/index.ts';
import type { FormatOptions, LineRange, LintReport } from './LintReport.ts';

/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as code scanning services take it. */
export function formatSarif(report: LintReport, { version }: FormatOptions): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'openclaw-vm',
            version,
            informationUri: 'https://github.com/openclaw-docker-vm/openclaw-docker-vm',
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.summary },
              fullDescription: { text: rule.why },
              helpUri: docsUrl(rule.id),
              defaultConfiguration: { level: levels[rule.severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map(({ file, place, problem, locate }) => ({
          ruleId: problem.ruleId,
          level: levels[problem.severity],
          message: { text: problem.message },
          locations: [{ physicalLocation: physicalLocation(file, place) }],
          relatedLocations: problem.related.map(({ path, range, message }) => {
            const where = locate(path, range);
            return { physicalLocation: physicalLocation(where.file, where.place), message: { text: message } };
          }),
          fixes: problem.fixes.map((fix) => ({
            description: { text: fix.title },
            artifactChanges: fix.edits.map(({ path, edits }) => ({
              artifactLocation: { uri: toUri(locate(path, { start: 0, end: 0 }).file) },
              replacements: edits.map(({ range, newText }) => ({
                deletedRegion: toRegion(locate(path, range).place),
                insertedContent: { text: newText },
              })),
            })),
          })),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

function physicalLocation(file: string, place: LineRange): object {
  return { artifactLocation: { uri: toUri(file) }, region: toRegion(place) };
}

function toRegion(place: LineRange): object {
  return { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn };
}

function toUri(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path.replace(/^\.\//, '');
}
