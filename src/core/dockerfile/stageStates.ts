import { readJsonWords } from './commandOf.ts';
import { expandVariables } from './expandVariables.ts';
import type { Instruction } from './Instruction.ts';
import { type Stage, stageChain } from './stages.ts';
import { VariableHistory } from './VariableHistory.ts';

/** What holds at one point of a stage. */
export interface StageState {
  /** Absolute; `/` where only the base image knows. */
  readonly workdir: string;
  /** `undefined`: as the base image has it. */
  readonly user: string | undefined;
  /** The program and flags that shell forms run with, as the last SHELL says. */
  readonly shell: readonly string[];
  /** ENV and the ARGs in scope that have a value. */
  readonly variables: ReadonlyMap<string, string>;
}

/** The state before each instruction of the stage, and after the last one (one more entry than instructions). */
export function stageStates(stage: Stage): readonly StageState[] {
  return stage.remember(computeStates);
}

export function finalState(stage: Stage): StageState {
  return stageStates(stage).at(-1) ?? initial;
}

/** The ENTRYPOINT and CMD that an image of this stage has. */
export function startInstructions(stage: Stage): {
  readonly entrypoint?: Instruction;
  readonly cmd?: Instruction;
  readonly healthcheck?: Instruction;
} {
  const found: { entrypoint?: Instruction; cmd?: Instruction; healthcheck?: Instruction } = {};
  for (const link of stageChain(stage)) {
    let cmdHere = false;
    for (const instruction of link.instructions) {
      if (instruction.keyword === 'CMD') {
        found.cmd = instruction;
        cmdHere = true;
      } else if (instruction.keyword === 'ENTRYPOINT') {
        found.entrypoint = instruction;
        // A new entrypoint drops the command that the base image had.
        if (!cmdHere) delete found.cmd;
      } else if (instruction.keyword === 'HEALTHCHECK') {
        found.healthcheck = instruction;
      }
    }
  }
  return found;
}

const initial: StageState = { workdir: '/', user: undefined, shell: ['/bin/sh', '-c'], variables: new Map() };

function computeStates(stage: Stage): readonly StageState[] {
  // The outermost first: one inside the other, a long chain of stages would exhaust the stack.
  const unknown: Stage[] = [];
  for (let at = stage.baseStage; at !== undefined && !at.knows(computeStates); at = at.baseStage) unknown.push(at);
  for (const link of unknown.reverse()) stageStates(link);
  let state: StageState = stage.baseStage === undefined ? initial : finalState(stage.baseStage);
  const history = new VariableHistory(state.variables);
  const states: StageState[] = [];
  for (const instruction of stage.instructions) {
    states.push(state);
    state = after(state, instruction, history);
  }
  states.push(state);
  return states;
}

function after(state: StageState, instruction: Instruction, history: VariableHistory): StageState {
  const expand = (text: string): string => expandVariables(text, (name) => state.variables.get(name));
  switch (instruction.keyword) {
    case 'WORKDIR': {
      const path = expand(instruction.body.text.trim().replace(/^["']|["']$/g, ''));
      const absolute = path.startsWith('/') ? path : `${state.workdir}/${path}`;
      return { ...state, workdir: absolute.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1') };
    }
    case 'USER':
      return { ...state, user: expand(instruction.words[0]?.value ?? '') };
    case 'SHELL': {
      const words = readJsonWords(instruction.body);
      return words === undefined ? state : { ...state, shell: words.map((word) => word.value) };
    }
    case 'ENV':
    case 'ARG': {
      const [first, ...rest] = instruction.words;
      if (instruction.keyword === 'ENV' && first !== undefined && !first.value.includes('=')) {
        // The old form: ENV NAME the value
        history.set(first.value, expand(rest.map((word) => word.value).join(' ')));
      } else {
        for (const word of instruction.words) {
          const equals = word.value.indexOf('=');
          if (equals > 0) history.set(word.value.slice(0, equals), expand(word.value.slice(equals + 1)));
        }
      }
      return { ...state, variables: history.now() };
    }
    default:
      return state;
  }
}
