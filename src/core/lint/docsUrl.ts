const docs = 'https://github.com/openclaw-docker-vm/openclaw-docker-vm/blob/main/README.md';

/** The page that explains a rule. */
export function docsUrl(ruleId: string): string {
  return `${docs}#${ruleId}`;
}
