import type { Rule } from '../Rule.ts';
import { maskedDownloadFailure } from './maskedDownloadFailure.ts';
import { runtimeInstall } from './runtimeInstall.ts';

/** All rules, in the order in which the documentation lists them. */
export const rules: readonly Rule[] = [runtimeInstall, maskedDownloadFailure];
