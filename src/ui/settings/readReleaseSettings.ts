import * as vscode from 'vscode';

export interface ReleaseSettings {
  readonly githubApiUrl: string;
  readonly packagesApiUrl: string;
}

/** Where newer versions are asked for; without slashes at the end. */
export function readReleaseSettings(): ReleaseSettings {
  const configuration = vscode.workspace.getConfiguration('openclawVm.releases');
  return {
    githubApiUrl: address(configuration.get<unknown>('githubApiUrl'), 'https://api.github.com'),
    packagesApiUrl: address(configuration.get<unknown>('packagesApiUrl'), 'https://api.deps.dev'),
  };
}

function address(value: unknown, orElse: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().replace(/\/+$/, '') : orElse;
}
