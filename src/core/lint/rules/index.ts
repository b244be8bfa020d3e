import type { Rule } from '../Rule.ts';
import { binaryNotInFinalStage } from './binaryNotInFinalStage.ts';
import { downloadWithoutChecksum } from './downloadWithoutChecksum.ts';
import { gatewayBind } from './gatewayBind.ts';
import { hardcodedArchitecture } from './hardcodedArchitecture.ts';
import { hostDirectoryOwnership } from './hostDirectoryOwnership.ts';
import { installHiddenByMount } from './installHiddenByMount.ts';
import { installWithoutRoot } from './installWithoutRoot.ts';
import { invalidBinaryEntry } from './invalidBinaryEntry.ts';
import { keyringPasswordMissing } from './keyringPasswordMissing.ts';
import { knownBadUrl } from './knownBadUrl.ts';
import { maskedDownloadFailure } from './maskedDownloadFailure.ts';
import { missingSkillBinary } from './missingSkillBinary.ts';
import { missingStateMount } from './missingStateMount.ts';
import { nodeTooOld } from './nodeTooOld.ts';
import { placeholderToken } from './placeholderToken.ts';
import { publicGatewayPort } from './publicGatewayPort.ts';
import { replacedUpstreamRuntime } from './replacedUpstreamRuntime.ts';
import { restartPolicyMissing } from './restartPolicyMissing.ts';
import { runtimeInstall } from './runtimeInstall.ts';
import { secretInImage } from './secretInImage.ts';
import { singleFileConfigBind } from './singleFileConfigBind.ts';
import { unpinnedDownload } from './unpinnedDownload.ts';
import { unsetComposeVariable } from './unsetComposeVariable.ts';

/** All rules, in the order in which the documentation lists them. */
export const rules: readonly Rule[] = [
  runtimeInstall,
  maskedDownloadFailure,
  hardcodedArchitecture,
  unpinnedDownload,
  knownBadUrl,
  downloadWithoutChecksum,
  publicGatewayPort,
  missingSkillBinary,
  nodeTooOld,
  singleFileConfigBind,
  restartPolicyMissing,
  missingStateMount,
  installWithoutRoot,
  gatewayBind,
  secretInImage,
  binaryNotInFinalStage,
  placeholderToken,
  unsetComposeVariable,
  replacedUpstreamRuntime,
  keyringPasswordMissing,
  installHiddenByMount,
  hostDirectoryOwnership,
  invalidBinaryEntry,
];
