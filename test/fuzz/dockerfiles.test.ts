import { it } from 'node:test';
import { isDockerfilePath } from '../../src/core/workspace/isProjectFile.ts';
import { fuzz } from './support/fuzz.ts';

it('broken Dockerfiles are understood as far as they can be', () => fuzz(isDockerfilePath, 40_000));
