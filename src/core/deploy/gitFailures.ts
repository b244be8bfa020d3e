import type { FailureRule } from './FailureRule.ts';

/** What `git pull --ff-only` prints when it refuses, most specific first. */
export const gitFailures: readonly FailureRule[] = [
  {
    kind: 'gitLocalChanges',
    match:
      /Your local changes to the following files would be overwritten|untracked working tree files would be overwritten/,
    explain: (_groups, { folder, lines, machine }) => ({
      message: `The sources in ${folder} on "${machine.name}" were changed there${fileList(lines)}; the update would overwrite that.`,
      remedy: 'Keep the changes with `git stash` (or a commit) there, or undo them, then update again.',
    }),
  },
  {
    kind: 'gitConflict',
    match: /you have unmerged files|CONFLICT \(|unresolved conflict|unfinished merge/,
    explain: (_groups, { folder, machine }) => ({
      message: `A merge in ${folder} on "${machine.name}" is not finished: there are conflicts.`,
      remedy:
        'Resolve them there (`git status` lists the files), or give up the merge with `git merge --abort`, then update again.',
    }),
  },
  {
    kind: 'gitDiverged',
    match: /Not possible to fast-forward|divergent branches|Diverging branches/,
    explain: (_groups, { folder, machine }) => ({
      message: `The branch in ${folder} on "${machine.name}" has commits of its own, so that it cannot simply follow the remote one.`,
      remedy: 'Rebase or merge there (`git pull --rebase`), then update again.',
    }),
  },
  {
    kind: 'gitNotARepository',
    match: /fatal: not a git repository/,
    explain: (_groups, { folder, machine }) => ({
      message: `${folder} on "${machine.name}" is not a git repository, so there is nothing to pull.`,
      remedy: 'Use Deploy, which builds what is there, or clone the repository into that folder.',
    }),
  },
  {
    kind: 'gitNoUpstream',
    match:
      /There is no tracking information for the current branch|You are not currently on a branch|No remote repository specified|no such ref was fetched/,
    explain: (_groups, { folder, machine }) => ({
      message: `The repository in ${folder} on "${machine.name}" does not say where to pull from.`,
      remedy: 'Check out the branch to follow and set its remote: `git branch --set-upstream-to=origin/<branch>`.',
    }),
  },
  {
    kind: 'gitOwnership',
    match: /detected dubious ownership in repository at '([^']+)'/,
    explain: (groups, { machine }) => ({
      message: `${groups[1]} on "${machine.name}" belongs to another user, so git refuses to work in it.`,
      remedy: `Give the folder to the user that connects, or allow it: \`git config --global --add safe.directory ${groups[1]}\`.`,
    }),
  },
  {
    kind: 'gitLocked',
    match: /Unable to create '([^']+\.lock)': File exists/,
    explain: (groups, { machine }) => ({
      message: `Another git command works in that repository on "${machine.name}", or one was interrupted.`,
      remedy: `When none runs any more, remove ${groups[1]}, then update again.`,
    }),
  },
  {
    kind: 'gitRemote',
    match:
      /Could not read from remote repository|unable to access '|Authentication failed for|could not read Username|terminal prompts disabled|does not appear to be a git repository|Host key verification failed|Repository not found/,
    explain: (_groups, { folder, machine }) => ({
      message: `"${machine.name}" cannot reach the remote repository of ${folder}.`,
      remedy: 'Try `git fetch` there: check the address (`git remote -v`), the network, and the deploy key or token.',
    }),
  },
  {
    kind: 'noGit',
    match: /git: (?:command )?not found|exec: "git": executable file not found/,
    explain: (_groups, { machine }) => ({
      message: `git is not installed on "${machine.name}".`,
      remedy: 'Install it: `sudo apt-get install git`, or the package of the distribution.',
    }),
  },
];

/** git names the files on lines of their own, indented with a tab. */
function fileList(lines: readonly string[]): string {
  const files = lines.flatMap((line) => /^\t(\S.*)$/.exec(line)?.[1] ?? []);
  if (files.length === 0) return '';
  const shown = files.slice(0, 3).join(', ');
  return files.length > 3 ? ` (${shown} and ${files.length - 3} more)` : ` (${shown})`;
}
