import type { ProjectService } from '../../workspace/ProjectModel.ts';
import type { Fix } from '../Problem.ts';
import { ComposeEdits } from './composeEdits.ts';

export function restartPolicyFixes({ path, compose, service }: ProjectService): readonly Fix[] {
  const edit = new ComposeEdits(compose.text).addKey(service.name, 'restart', 'unless-stopped');
  return edit === undefined ? [] : [{ title: 'Add restart: unless-stopped', edits: [{ path, edits: [edit] }] }];
}
