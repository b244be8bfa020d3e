import { rules } from './rules/index.ts';

/** The ids that comments and settings name, with what each rule wants. */
export function ruleList(): readonly { readonly id: string; readonly summary: string }[] {
  return rules.map(({ id, summary }) => ({ id, summary }));
}
