import type { LintReport } from './LintReport.ts';

/** One array for programs to read; an edit of a fix names its file, because a fix may touch several. */
export function formatJson(report: LintReport): string {
  const findings = report.findings.map(({ file, place, problem, locate }) => ({
    file,
    ...place,
    ruleId: problem.ruleId,
    severity: problem.severity,
    message: problem.message,
    docsUrl: problem.docsUrl,
    fixes: problem.fixes.map((fix) => ({
      title: fix.title,
      edits: fix.edits.flatMap(({ path, edits }) =>
        edits.map(({ range, newText }) => {
          const where = locate(path, range);
          return { file: where.file, ...where.place, newText };
        }),
      ),
    })),
  }));
  return `${JSON.stringify(findings, undefined, 2)}\n`;
}
