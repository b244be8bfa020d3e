/*
 * What helps to write Dockerfiles, compose files, scripts and skills: a bundle of its own, loaded when somebody asks for an action, rests
 * the mouse on something or completes a word, so that activation stays small.
 */

export { skillNodes } from '../skills/skillNodes.ts';
export { BakeActions } from './BakeActions.ts';
export { Completions } from './Completions.ts';
export { Explanations } from './Explanations.ts';
export { FixAllActions } from './FixAllActions.ts';
export { ProblemFixes } from './ProblemFixes.ts';
export { SkillLenses } from './SkillLenses.ts';
