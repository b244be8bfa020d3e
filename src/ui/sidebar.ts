/*
 * What the sidebar and the commands share, and how the sidebar draws it: a bundle of its own, loaded when the sidebar is shown or a
 * command is run, so that activation stays small.
 */
export { Services } from './Services.ts';
export { machineBranch } from './tree/machineNode.ts';
