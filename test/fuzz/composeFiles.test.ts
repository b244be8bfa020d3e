import { it } from 'node:test';
import { isComposePath } from '../../src/core/workspace/isProjectFile.ts';
import { fuzz } from './support/fuzz.ts';

it('broken compose files are understood as far as they can be', () => fuzz(isComposePath, 25_000));
