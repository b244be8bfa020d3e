import type { ComposeTarget, DeployAction, DeployStep } from './DeployPlan.ts';

/** The steps of an action on a compose project, in order, as data: nothing is run here. */
export function planDeploy(action: DeployAction, target: ComposeTarget): readonly DeployStep[] {
  // Progress is an option of compose itself: after `build` it is deprecated and warns.
  const compose = ['docker', 'compose', '--progress', 'plain', ...composeFileOptions(target)];
  const workingDirectory = target.folder;
  const pull: DeployStep = {
    id: 'pull',
    title: 'Pull the sources',
    argv: ['git', 'pull', '--ff-only'],
    workingDirectory,
  };
  const build: DeployStep = { id: 'build', title: 'Build the images', argv: [...compose, 'build'], workingDirectory };
  const up = (title: string, ...services: string[]): DeployStep => ({
    id: 'up',
    title,
    argv: [...compose, 'up', '-d', ...services],
    workingDirectory,
  });
  switch (action) {
    case 'build':
      return [build];
    case 'deploy':
      return [build, up(`Start ${target.gatewayService}`, target.gatewayService)];
    case 'update':
      return [pull, build, up('Start the services')];
  }
}

/** `-f FILE` for each file, in order: compose merges them so, and must get the same set every time. */
export function composeFileOptions(target: ComposeTarget): readonly string[] {
  return (target.configFiles ?? []).flatMap((file) => ['-f', file]);
}
