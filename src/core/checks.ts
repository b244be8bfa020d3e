/*
 * What reads Dockerfiles, compose files, scripts and skills: a bundle of its own, loaded when there is something to read, so that
 * activation stays small.
 */
export { bakedBinaries } from './binaries/bakedBinaries.ts';
export { bakeIntoProject } from './binaries/bakeIntoProject.ts';
export { bakeMissing } from './binaries/bakeMissing.ts';
export { binaryAt } from './binaries/binaryAt.ts';
export { describeBinary } from './binaries/describeBinary.ts';
export { expectedBinaries } from './binaries/expectedBinaries.ts';
export { projectBinaries } from './binaries/projectBinaries.ts';
export { skillBinaries } from './binaries/skillBinaries.ts';
export { stanzaCompletions } from './binaries/stanzaCompletions.ts';
export { updateStanza } from './binaries/updateStanza.ts';
export { composeProjectName } from './compose/composeProjectName.ts';
export { findGatewayServices } from './compose/findGatewayServices.ts';
export { parseCompose } from './compose/parseCompose.ts';
export { explainRule } from './lint/explainRule.ts';
export { fixAll } from './lint/fixAll.ts';
export { ignoreEdit } from './lint/ignoreEdit.ts';
export { lintProject } from './lint/lintProject.ts';
export { ruleList } from './lint/ruleList.ts';
export { referencedPaths } from './workspace/referencedPaths.ts';
