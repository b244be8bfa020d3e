import { commandOf } from '../dockerfile/commandOf.ts';
import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { stageStates } from '../dockerfile/stageStates.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { installCommands } from '../lint/installCommands.ts';
import { parseShell } from '../shell/parseShell.ts';
import { baseImageOf } from './baseImage.ts';
import { findStanzas } from './findStanzas.ts';

/** Where new lines go in a stage. */
export interface InsertionPoint {
  readonly offset: number;
  /** They come after an instruction, so start on a new line; else they come before one. */
  readonly isAfter: boolean;
  /** The user at this point, where it is not root. */
  readonly user: string | undefined;
}

/**
 * Finds the place for lines that install something, in the final stage of every era's Dockerfile: after the last block of system
 * packages; where there is none, before the first COPY, so that a changed source file does not fetch everything again; and always
 * before the last USER, if that is not root.
 */
export function insertionPoint(dockerfile: Dockerfile, stage: Stage): InsertionPoint {
  const { instructions } = stage;
  const limit = lastPlace(instructions);
  const index = Math.min(limit, wantedPlace(dockerfile, instructions, limit));
  const nonRoot = userAt(stage, index);
  const before = index === 0 ? stage.from : instructions[index - 1];
  const next = instructions[index];
  if (next !== undefined && before !== undefined && index !== afterPackages(instructions, limit)) {
    return { offset: aboveComments(dockerfile, next, before), isAfter: false, user: nonRoot };
  }
  return { offset: endOfLine(dockerfile.text, before?.range.end ?? 0), isAfter: true, user: nonRoot };
}

/** The user before an instruction of a stage, where it is not root. */
function userAt(stage: Stage, index: number): string | undefined {
  const user = stageStates(stage)[index]?.user ?? baseImageOf(stage).user;
  return isRoot(user) ? undefined : user;
}

/** Lines that run as root, for the place of an instruction of a stage; the former user is back after them. */
export function rootAround(rootLines: string, stage: Stage, index: number): string {
  const user = userAt(stage, index);
  return user === undefined ? rootLines : `USER root\n${rootLines}\nUSER ${user}`;
}

export function isRoot(user: string): boolean {
  return /^(?:root|0)(?::|$)/.test(user) || user === '';
}

function wantedPlace(dockerfile: Dockerfile, instructions: readonly Instruction[], limit: number): number {
  const packages = afterPackages(instructions, limit);
  const stanzas = findStanzas(dockerfile).flatMap((stanza) => stanza.instructions);
  const lastStanza = instructions.findLastIndex((instruction, index) => index < limit && stanzas.includes(instruction));
  const wanted = packages ?? beforeApplication(instructions);
  return lastStanza === -1 ? wanted : Math.max(wanted, lastStanza + 1);
}

/** Index of the last USER; where that is root, or there is none, of what ends the stage (CMD and other settings). */
function lastPlace(instructions: readonly Instruction[]): number {
  const user = instructions.findLastIndex((instruction) => instruction.keyword === 'USER');
  if (user !== -1 && !isRoot(instructions[user]?.words[0]?.value ?? '')) return user;
  let end = instructions.length;
  while (end > 0 && settings.has(instructions[end - 1]?.keyword ?? '')) end--;
  return end;
}

const settings = new Set([
  'CMD',
  'ENTRYPOINT',
  'HEALTHCHECK',
  'EXPOSE',
  'LABEL',
  'STOPSIGNAL',
  'VOLUME',
  'ENV',
  'ONBUILD',
  'MAINTAINER',
  'USER',
]);

function afterPackages(instructions: readonly Instruction[], limit: number): number | undefined {
  const last = instructions.findLastIndex((instruction, index) => index < limit && installsPackages(instruction));
  return last === -1 ? undefined : last + 1;
}

const packageTools = /^(?:apt-get|apt|aptitude|apk|dnf|yum|microdnf|tdnf|zypper|pacman)$/;

function installsPackages(instruction: Instruction): boolean {
  if (instruction.keyword !== 'RUN') return false;
  const command = commandOf(instruction);
  if (command?.form !== 'shell') return false;
  return installCommands(parseShell(command.text).commands).some((install) => packageTools.test(install.tool));
}

function beforeApplication(instructions: readonly Instruction[]): number {
  let index = instructions.findIndex(
    (instruction) =>
      (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') &&
      !/^openclaw-vm-/.test(instruction.flag('from')?.value ?? ''),
  );
  if (index === -1) return instructions.length;
  while (index > 0 && instructions[index - 1]?.keyword === 'WORKDIR') index--;
  return index;
}

/** The line start of an instruction, or of the comment that stands directly above it. */
export function aboveComments(dockerfile: Dockerfile, instruction: Instruction, before: Instruction): number {
  const { text } = dockerfile;
  let offset = lineStart(text, instruction.range.start);
  for (const comment of dockerfile.comments.toReversed()) {
    if (comment.start >= offset || comment.start < before.range.end) continue;
    const start = lineStart(text, comment.start);
    if (endOfLine(text, comment.end) + 1 !== offset) break;
    offset = start;
  }
  return offset;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}
