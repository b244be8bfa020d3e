import { isComposePath, isDockerfilePath } from '../workspace/isProjectFile.ts';
import { docsUrl } from './docsUrl.ts';
import type { Example } from './Rule.ts';
import { rules } from './rules/index.ts';

/** A rule as Markdown: what happens, what to do, both as examples, and where to read on. `undefined`: there is no such rule. */
export function explainRule(ruleId: string): string | undefined {
  const rule = rules.find(({ id }) => id === ruleId);
  if (rule === undefined) return undefined;
  return [
    `**${rule.summary}**`,
    rule.why,
    ...exampleOf('Instead of', rule.bad),
    ...exampleOf('write', rule.good),
    ...(rule.noFix === undefined ? [] : [`No fix: ${rule.noFix}`]),
    `[${rule.id}](${docsUrl(rule.id)})`,
  ].join('\n\n');
}

/** Longer examples are on the page that the explanation links to. */
const maxLines = 12;

function exampleOf(title: string, example: Example): readonly string[] {
  return Object.entries(example).map(([name, text]) => {
    const lines = text.trimEnd().split('\n');
    const shown = lines.length > maxLines ? [...lines.slice(0, maxLines), '…'] : lines;
    return `${title}, in \`${name}\`:\n\n${fence}${languageOf(name)}\n${shown.join('\n')}\n${fence}`;
  });
}

/** One more than an example, which may be Markdown, has. */
const fence = '````';

function languageOf(name: string): string {
  if (isDockerfilePath(name)) return 'dockerfile';
  if (isComposePath(name)) return 'yaml';
  if (/\.(?:ba)?sh$/.test(name)) return 'shellscript';
  return name.slice(name.lastIndexOf('.') + 1).replace('md', 'markdown');
}
